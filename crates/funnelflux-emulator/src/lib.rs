//! A FunnelFlux Pro API on loopback, for tests, demos and offline work.
//!
//! The emulator is stateful: tokens expire by a clock that can be moved, refresh tokens rotate and
//! can be revoked, and one made-up account has traffic that is the same whenever it is asked for.
//! It listens on 127.0.0.1 only, or is called in process as a tower service.
//!
//! ```
//! use std::time::{Duration, SystemTime};
//! use funnelflux_emulator::{Clock, Emulator, Fault, RetryAfter};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let start = SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000);
//! let emulator = Emulator::builder().seed(42).clock(Clock::fixed(start)).start().await?;
//!
//! // The first drilldown is answered 429, the second 200.
//! emulator.faults().push_for(
//!     "reporting.drilldown",
//!     Fault::rate_limited(RetryAfter::Seconds(1)),
//! )?;
//! // Three days later the access token is expired.
//! emulator.advance(Duration::from_secs(72 * 3600));
//! # Ok(())
//! # }
//! ```
//!
//! # What it answers
//!
//! | operation | method and path |
//! |---|---|
//! | `auth.validate`, `auth.login` | `POST /v1/auth/validate`, `POST /v1/auth/login` |
//! | `billing.domains.*` | all six, below `/v1/billing/domains` |
//! | `ledger.*` | all 133, below the roots of the assets |
//! | `reporting.*` | all 13: reports, updates, logs, look-ups |
//!
//! A trailing slash is accepted. `GET /` and `GET /v1` say that this is the emulator, and list every
//! operation with its method, path and query parameters. Every answer carries
//! `x-emulator: funnelflux`, `x-request-id` and a `date` by the emulator's clock.
//!
//! Many paths of the contract are guesses. [`EmulatorBuilder::path`] and [`EmulatorBuilder::root`]
//! serve operations elsewhere, so that a client meets an account in which a guess is wrong.
//!
//! # What it refuses
//!
//! Whatever the contract does not allow, with a message that names the field, the value and what
//! would be right: times without an offset, ranges that go backward, unknown attributes, filters of
//! tracking fields that are not JSON, filters that filter nothing, unknown members and query
//! parameters (switchable, see [`UnknownMembers`]), missing or expired bearers, tokens in the
//! address, pages of 0 or more than 1000 rows, bodies that are too large or not JSON.
//!
//! Of an asset that is saved, everything that is wrong stands in one message, numbered where it is
//! more than one thing; of any other request the first thing.
//!
//! # The assets
//!
//! An object is kept as the text that was saved: order, spaces, the spelling of numbers and members
//! that nobody knows come back byte for byte. Only what the server manages is written into it: the
//! status, `owner`, `codeHash`, a clamped `timeoutMs`, the placeholders and flags of secrets, and
//! the other spelling of an id or a name that has two. Secrets are kept apart and never read back;
//! so what may hold one, a middleware config or a funnel, must not have a member twice.
//!
//! Checked are the form and the uniqueness of ids, names, references (and that a category is one of
//! the asset's own type), the documented ranges, that a funnel's connections lead from node to node,
//! the routes of a middleware config, and the life cycle. Not checked is what the editor of the
//! self-hosted product asks of a funnel beyond that, such as exactly one root: half a funnel can be
//! saved.
//!
//! The account begins with the assets of its traffic, under the ids that the reports show, among
//! them webhook and middleware configs, and funnels whose nodes and connections are the ways that
//! the traffic takes. A new name stands in the next report; nothing else that is changed in the
//! ledger changes the traffic.
//!
//! # Updates
//!
//! Conversions, costs and resets are accepted with an empty answer, wait for
//! [`update_delay`](EmulatorBuilder::update_delay) of the clock, and then show in every report.
//! [`Emulator::updates`] says how many wait, how many conversions found no hit, and how many
//! costs no visit.
//!
//! # Snapshots
//!
//! [`Emulator::snapshot`] saves the account as text, with all that calls have changed in it, and
//! [`EmulatorBuilder::snapshot`] begins with it.
//!
//! # Where the live behaviour is unknown
//!
//! The emulator had to choose. What is likely to vary is a switch: [`AttributeList`],
//! [`ErrorShape`], [`ExpiredStatus`], [`ExpiryUnit`], [`RangeEnd`], [`Rotation`],
//! [`UnknownMembers`], and the status of a killed query. The other choices:
//!
//! - Of the attribute names, `URL Tracking Field`, `Time: 1-Hour Blocks`, `Element: Offer` and
//!   `Third Parties: Offer Source` are proven, the others those of the self-hosted product.
//! - Of the metric names, `offerViews`, `conversions` and `revenue` are proven, the others are the
//!   vendor's vocabulary, not seen in an answer.
//! - Counts are numbers, and money is an exact decimal string or null: proven. Of the ratios, money
//!   per something is a decimal string with up to six digits after the point, any other a number
//!   with up to four, as a fraction (0.25 is a quarter). A division by zero is null.
//! - An event counts at its own time, and under the lander and the offer that its visit led to. So
//!   counts and money of adjacent time ranges add up, while unique counts do not.
//! - A value that is not available has an empty id and the value `**unknown**`. A tracking field
//!   without a value is empty in both.
//! - Labels of time attributes carry the offset of `timeStart`, also where `timeEnd` has another.
//! - Rows are sorted by the id of the first attribute, then of the second, and so on.
//! - A drilldown that would have more than 100,000 rows is a killed query.
//! - A pattern matches the id or the value; `*` also matches nothing; case matters.
//! - A raw event row has a `kind` (`hit`, `click`, `conversion`), newest first, at most 1000 a page.
//!   The cost of a visit stands on its entrance hit, the revenue on the conversion.
//! - A validation of a good token without a refresh token answers without one, too.
//! - A login takes any JSON object among whose members the account's login and password stand, each
//!   as a string, under whatever names ([`EmulatorBuilder::login`]), and needs no bearer. It answers
//!   as a validation does, with fresh tokens, and 401 where one of the two is wrong. Of its request
//!   only the names of the members are kept.
//! - Lists of assets are bare JSON arrays, in the order of creation. Without `status`, and with an
//!   empty one, they leave out the deleted (documented for middleware configs only).
//! - Saving and creating answer the stored object, duplicating the new id and name, everything else
//!   `{"success", "processed", "errors"}`. Of several ids the good ones are done, and the others
//!   stand in `errors`; a list of ids to find leaves out those that are not there.
//! - Statuses: 400 for a wrong request, 404 for an asset that is not there, 409 for an id that is
//!   taken, an asset that was deleted, and the deletion of one that others refer to. A funnel takes
//!   its own conditions with it. A save cannot delete, and keeps a status it does not mention.
//! - A category's type cannot be changed so that an asset in it would be of another, nor a condition
//!   be restricted to one funnel while another has it: 400.
//! - Funnel groups are the same objects under both roots, with `idCampaign` and `campaignName` or
//!   `idFunnelGroup` and `funnelGroupName`, or all four. `includeChilds` adds `funnels`, and to
//!   categories of traffic sources `trafficSources`, as slim objects.
//! - `idFunnel` in a list of conditions gives the global ones and the funnel's own.
//! - The category of a funnel is a member `idCategory`, or else its group.
//! - A destination has the members `type`, `method` and `url`; pages' names and types stand in their
//!   slim objects; 10 KB of code are 10,240 bytes; `codeHash` is in lower-case hexadecimal.
//! - A copy without a name is called like its original with the time behind it (sibling). A funnel's
//!   own conditions are copied with it, global ones stay referenced (sibling).
//! - A new domain is pending, and active after
//!   [`domain_delay`](EmulatorBuilder::domain_delay); every look finds its present status.
//!   `owned.example` and the names below it belong to another account.
//! - Details of a domain have the members of the list and `dns_records`, each with `type`, `name`,
//!   `value` and `purpose`. A refused request holds `error` and `error_description`.
//! - A cost takes the place of what the visits cost before. Empty lists of funnels and traffic
//!   sources mean all of them, while an empty list of a tracking field's values is refused.
//!   `wholeSegment` is the only cost type taken; amounts have at most four digits after the point.
//! - An uploaded conversion belongs to an offer hit and counts at the hit's time. One with the same
//!   transaction is replaced; -1 deletes it. Without a payout it pays `overridePayout`, or else what
//!   the offer pays. A hit that is not there is no error, since the update is only queued; nor is a
//!   funnel or a traffic source, while what cannot be the id of one is refused.
//! - An uploaded conversion sends a postback when it is applied, as `postbackCalls` says: with
//!   `onlyOnce` unless the same transaction of that hit has sent one. `forcePostbacks` is as `all`,
//!   and `disablePostbacks` comes before both. A deletion sends none.
//! - Where the updates that wait would take up more than 64 MB, further ones are answered 429.
//! - Custom events are any JSON object, and change nothing.
//! - A reset deletes the visits that entered in its range, with all that happened on them; its
//!   count, in `hits`, is that of their views.
//! - Logs take a time range and answer `{"rows": […]}`: the postback log a row for each postback,
//!   at the time when it was sent, which stays whatever becomes of its conversion; the summaries a row for each config that is not deleted, with `requests`, `successes` and
//!   `failures`. Of all members only `averageLatencyMs` of middleware is documented; of no requests
//!   it is 0.
//! - A node refers to a webhook config by `nodeWebhookRefParams.idWebhookConfig`, as one to a
//!   middleware config does by `nodeMiddlewareRefParams.idMiddlewareConfig`. The types of these nodes
//!   are `webhook` and `middleware`, and the connection out of a webhook has no parameters. Routes of
//!   the seeded configs hold no conditions, whose names nobody could read.
//! - A look-up of a visitor answers `visitor`, `hits` and `hasMore`, with the rows that raw events of
//!   the same range have, oldest first; by a hit it shows the whole visit of that hit. `visitor` is
//!   the row of the entrance, also where that lies before the range.
//!
//! # The traffic
//!
//! Each hour since 1970 makes its own visits from the seed, so the same range gives the same rows
//! whatever was asked before, and nothing is stored. Nothing happens after the clock's now. Visitors'
//! addresses are from the documentation ranges 192.0.2.0/24, 198.51.100.0/24 and 203.0.113.0/24.
//! Report totals and raw events agree exactly.
//!
//! A click on a lander passes the webhook of its funnel, if that has one, and counts in the summary at
//! the time of the click: as many requests as the funnel has lander clicks. Middleware is asked on
//! the way from that click to the offer, and counts when the offer is viewed: as many requests as
//! offer views. Its latency lies between the two; where it passes the config's timeout the request
//! has failed, and the visit has taken the default route. Each webhook request is made once; one in
//! about seventy fails, and the visit never depends on it.

mod account;
mod clock;
mod emulator;
mod error;
mod faults;
mod handlers;
mod journal;
mod ledger;
mod limits;
mod options;
mod pipeline;
mod registry;
mod rng;
mod routes;
mod server;
mod sleep;
mod state;
mod table;
mod traffic;
mod vault;
mod wire;

pub use account::{Account, Asset};
pub use clock::Clock;
pub use emulator::{Emulator, EmulatorBuilder};
pub use error::StartError;
pub use faults::{Fault, Faults, UnknownOperation};
pub use journal::{Calls, RecordedRequest};
pub use limits::PoolUse;
pub use options::{
    AttributeList, DeletedAssets, ErrorShape, ExpiredStatus, ExpiryUnit, PoolLimits, RangeEnd,
    RetryAfter, Rotation, UnknownMembers,
};
pub use server::{Body, Router};
pub use traffic::amend::Updates;
