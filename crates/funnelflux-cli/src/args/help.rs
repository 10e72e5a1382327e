//! The longer texts of the help.

pub(super) const TOPICS: &str = "\
Exit codes:
  0  done
  1  refused or failed, of several objects any one
  2  usage: an argument or a file makes no sense; nothing was written
  3  authorise again: `ffx auth login`
  4  fate unknown: a write was sent and no answer came; look before you send it again. Of several
     objects any one; it wins over the others

Ctrl-C while something is written begins no other request, waits for those
under way and tells what became of each; pressed again it ends at once, with code 4.

Environment:
  FUNNELFLUX_ACCESS_TOKEN   an access token; wins over a stored one, and is never written
  FUNNELFLUX_REFRESH_TOKEN  its refresh token
  FUNNELFLUX_BASE_URL       as --base-url
  FUNNELFLUX_PROFILE        as --profile
  FUNNELFLUX_CONFIG_DIR     where profiles and tokens are kept
                            (default: $XDG_CONFIG_HOME/funnelflux or ~/.config/funnelflux)
  NO_COLOR                  no colours

Files, below the configuration directory:
  tokens/NAME.json     the tokens of a profile, readable by you alone; they go to the base URL they
                       were stored for (`auth login`), and nowhere else
  profiles/NAME.toml   its settings, all optional:
                         base_url = \"https://api.funnelflux.pro/v1\"
                         tz = \"Europe/Berlin\"
                         output = \"csv\"
                         rate = 5.0                  # requests per second, at most
                         [fields]                    # names for tracking fields: --by field:adset
                         adset = \"c3\"
                         [paths]                     # corrections, by the operation's id
                         \"ledger.page.list\" = \"/pages/list\"
                         [queries.\"ledger.page.*\"]   # the server's names of query parameters
                         idPage = \"id\"
                         [members.\"ledger.middlewareconfig.*\"]   # and of members of JSON
                         \"destination.headers\" = \"httpHeaders\"

  state/create-….json  the ids of objects that were made from stdin: see `create --help`

Output:
  Results go to stdout, everything else to stderr. Colours and progress are for terminals only.
  With --dry-run the requests are the result: METHOD PATH and body, or, with -o json and ndjson,
  objects {\"method\", \"path\", \"body\"}: the path below the base URL, the body as it would be sent.
  Of objects that are written, each has an outcome: created, changed, archived, unarchived, moved
  or deleted; exists (made by an earlier run); exists, differs (and was not changed); unchanged;
  failed; unknown (sent, and no answer came); not tried; not told (some of them were refused, and
  the server does not say which).
  With -o json or ndjson an error is one JSON object, the last line of stderr:
  {\"error\": {\"kind\", \"message\", \"hint\", \"exit_code\", …}}.";

pub(super) const API: &str = "\
The answer's body is printed as it came, byte for byte; -o json indents it and changes nothing
else. A path of the contract is treated as what it is: a report POST may be repeated, a conversion
or cost PUT not. Any other write is never repeated after a lost answer; exit code 4 then says that
its fate is unknown.

  ffx api GET /trafficsource/list -Q status=active
  ffx api PUT /reporting/update/cost --body cost.json";

pub(super) const CREATE: &str = "\
The file holds one object or a list of them, YAML, JSON or NDJSON, in the names of the API. Objects
without an id are given one, and before the first request all ids are written to
FILE.ffx-ids.json. So the same command again, after a crash or a failure, looks up what exists and
makes only the rest; what exists and differs is told of, not changed. The file of ids stays: remove
it to make the objects anew, under new ids.

For stdin (-f -) and pipes the file of ids lies in the configuration directory, below state/,
under a name made from profile, base URL, kind, objects and --set: the same input piped again goes
on where it stopped, and any other input is made on its own. With --emulator nothing is written
down.

  ffx offer-sources create --set offerSourceName='My network'
  ffx offer-sources create -f sources.yaml --dry-run
  generate | ffx pages create -f -";

pub(super) const MEMBERS: &str = "\
How surely a member's name is known: documented, proven (in production), help (the vendor's help
centre), sibling (another product of the vendor), inferred, unknown. The last three are guesses; -o
json, ndjson and csv have the source of each as well. Members that are not listed here are kept as
they come, and sent with a warning.

  ffx offer-sources members
  ffx pages members -o json";

pub(super) const LIST: &str = "\
Examples:
  ffx offer-sources list --status active
  ffx conditions list --query globalOnly=true -o ndjson";

pub(super) const GET: &str = "\
One id gives one object with -o json, several give a list. Exit code 1 if one of them is not
there.

  ffx offer-sources get 2nIemJxCKbFX -o json";

pub(super) const FIND: &str = "\
Examples:
  ffx offer-sources find --ids 2nIemJxCKbFX,2n5JuOKWLTzd
  ffx funnels find --type standard";

pub(super) const ID_NEW: &str = "\
Examples:
  ffx id new -n 10
  ffx id new -n 1000 -o json";

pub(super) const LOGS: &str = "\
What the rows hold is unknown, so they are printed as they came.

  ffx logs postback --last 1d --tz Europe/Berlin -o ndjson";

pub(super) const EXPLORE_VISITOR: &str = "\
What the answer holds is unknown in parts, so it is printed as it came.

  ffx explore visitor 01m825ahvf7cwep0hhspgy32tv --last 7d --tz Europe/Berlin";

pub(super) const EXPLORE_HIT: &str = "\
What the answer holds is unknown, so it is printed as it came.

  ffx explore hit m8245mxwykvbnkamjj5j9vxd
  ffx explore hit m8245mxwykvbnkamjj5j9vxd --visitor";

pub(super) const CHANGE: &str = "\
All ids go out in one request; funnels in one each, since the API has only that for them.

  ffx offer-sources archive 2nIemJxCKbFX 2n5JuOKWLTzd
  ffx offer-sources archive 2nIemJxCKbFX --dry-run";

pub(super) const DELETE: &str = "\
One request for each id. One that fails does not keep the others from being deleted, unless it
would happen to them as well; what became of each is printed.

  ffx offer-sources delete 2nIemJxCKbFX 2n5JuOKWLTzd --dry-run
  ffx offer-sources delete 2nIemJxCKbFX 2n5JuOKWLTzd --yes";

pub(super) const MOVE: &str = "\
Examples:
  ffx offer-sources move 2nIemJxCKbFX 2n5JuOKWLTzd --to 2nIemJxCKbFY
  ffx offer-sources move 2nIemJxCKbFX --uncategorised";

pub(super) const DUPLICATE: &str = "\
The server makes the copy's id; its answer is printed as it came. A lost answer leaves it unknown
whether there is a copy (exit code 4): nothing is sent again.

  ffx offer-sources duplicate 2nIemJxCKbFX --name 'Copy of Acme'
  ffx funnels duplicate 2nIemJxCKbFX --name 'Summer' --parent 2n5JuOKWLTzd";

pub(super) const ADD_DOMAIN: &str = "\
A lost answer leaves it unknown whether the domain was added (exit code 4): list the domains then.

  ffx domains add go.example.com
  ffx domains add go.example.com --dry-run";

pub(super) const UPDATE: &str = "\
Each object is read, changed and saved; whatever is not changed goes back as it came. -f takes one
object whose members are set in each ID, or, without an ID, a list of objects that carry their
ids. A few are changed at a time; one that fails does not keep the others from being changed,
unless it would happen to them as well. What became of each is printed. --dry-run reads the
objects and prints what would be saved.

  ffx offer-sources update 2nIemJxCKbFX --set offerSourceName='New name'
  ffx middleware-configs update 2nIemJxCKbFX --set destination.timeoutMs=2000";

pub(super) const DRILLDOWN: &str = "\
Short names: offer, funnel, funnel-group, traffic-source, offer-source, lander, country, device, os,
browser, hour, day, weekday … and field:c1, field:campaign for tracking fields; `ffx report
attributes` lists what the server has.

  ffx report drilldown --by traffic-source --by funnel --last 7d --tz Europe/Berlin
  ffx report drilldown --by field:c1,offer --filter country=Germany --metric visits,revenue \\
      --from 2026-03-01 --to 2026-03-31 --tz Europe/Berlin -o csv

Days are whole days of the zone, 23 or 25 hours long where the clocks change, and both ends belong
to the range. The exact instants asked for stand above a table, and on stderr otherwise.";

pub(super) const RAW: &str = "\
Without --hits, --clicks and --conversions: all three. Rows are printed as they come, page by page.

  ndjson  the rows as the server sent them, one a line
  csv     one column for each member of the first page's rows, then `other_members` with whatever
          later rows have besides, as JSON
  table   the usual members, as many as fit

The server may show no more than the newest 1000 rows of a query; stderr says when that is possible.

  ffx report raw --conversions --last 1d --tz Europe/Berlin -o ndjson
  ffx report raw --last 1d --tz UTC --columns time,hitId,revenue -o csv";

pub(super) const CONVERSIONS: &str = "\
The file has a header with these columns:
  hit          the hit to convert; required
  transaction  tells several conversions of one hit apart; may be empty
  payout       a decimal; empty for the offer's own payout; `delete` deletes the conversion

Every line is checked before the first request. A lost answer leaves the fate of its lines unknown
(exit code 4): look into a report before you send them again, since postbacks cannot be taken
back. --from-line sends the rest of a file, from that line on. Of a file that is being sent no
other run sends anything.

With -o json, ndjson or csv each line of the file is a row: line, request, hit, transaction,
action (set or delete), payout (a decimal in a text; null for the offer's own), postbacks, outcome
(not sent, accepted, failed, unknown).

  ffx conversions push sales.csv --postbacks none
  ffx conversions push sales.csv --postbacks once --yes -o ndjson";

pub(super) const COSTS: &str = "\
The file has a header with these columns:
  date            the day, 2026-03-01, in the zone of --tz; required
  funnel          the funnel's id; required
  traffic_source  the traffic source's id; required
  cost            what the day's visits cost in all, a decimal; required
  campaign, external, c1 … c20   only visits with this value; at least one, or --everything

Lines of one funnel, source and day go out in one request. With -o json, ndjson or csv each line
of the file is a row: line, request, date, zone, start, end, funnel, traffic_source, cost (a
decimal in a text), cost_type, restriction (field to values), everything, outcome (not sent,
accepted, failed, unknown).

  ffx costs push spend.csv --tz America/New_York
  ffx costs push spend.csv --tz America/New_York --yes";

pub(super) const CUSTOM_EVENTS: &str = "\
What stands in the body is unknown: of this operation only the title is documented here, and the
path is inferred. The vendor's reference has it, at https://api-docs.funnelflux.pro, Reporting,
\"Submit a custom event update\". The object is sent byte for byte. The answer means accepted, that
is queued, not done. A lost one leaves its fate unknown (exit code 4), and nothing is sent again,
since postbacks and webhooks may hang on it.

With -o json and ndjson: one object {\"body\", \"outcome\"} (not sent, accepted, failed, unknown).

  ffx custom-events push event.json
  ffx custom-events push event.json --yes";

pub(super) const RESET: &str = "\
The server is asked for the count, the count is shown, and nothing is deleted before a clear yes.
Then it is asked again, and nothing is deleted if the count has changed meanwhile. Restrictions
narrow each other down; the values of one add up.

With -o json, ndjson or csv: start, end, everything, restriction, hits, outcome (not sent, nothing
to delete, accepted, failed, unknown).

  ffx reset --last 1d --tz Europe/Berlin --funnel 2nIemJxCKbFX
  ffx reset --from 2026-03-01 --to 2026-03-01 --tz UTC --country DE,FR --dry-run";
