//! The long texts of the help.

pub(super) const TOPICS: &str = "\
Exit codes:
  0  success
  1  failed or refused; with several objects, at least one of them
  2  usage: an argument or an input file is wrong; nothing was written
  3  authorise again: `ffx auth login`
  4  ambiguous: a write was sent and its answer was lost, so its outcome is unknown; check before
     you send it again. With several objects, at least one of them; overrides the other codes

Ctrl-C during a write starts no further request, waits for the requests in flight and prints the
outcome of each. Pressed again, it stops at once with exit code 4. SIGTERM does the same.

Environment:
  FUNNELFLUX_ACCESS_TOKEN   an access token; overrides a stored one and is never written to disk
  FUNNELFLUX_REFRESH_TOKEN  its refresh token
  FUNNELFLUX_BASE_URL       like --base-url
  FUNNELFLUX_PROFILE        like --profile
  FUNNELFLUX_CONFIG_DIR     the directory of profiles and tokens
                            (default: $XDG_CONFIG_HOME/funnelflux or ~/.config/funnelflux)
  NO_COLOR                  no colours

Files in the configuration directory:
  tokens/NAME.json     the tokens of a profile, readable only by you; they are sent only to the base
                       URL they were stored for by `auth login`
  profiles/NAME.toml   the settings of a profile, all of them optional:
                         base_url = \"https://api.funnelflux.pro/v1\"
                         tz = \"Europe/Berlin\"
                         output = \"csv\"
                         rate = 5.0                  # maximum requests per second
                         [fields]                    # names of tracking fields: --by field:adset
                         adset = \"c3\"
                         [paths]                     # path overrides, by operation id
                         \"ledger.page.list\" = \"/pages/list\"
                         [queries.\"ledger.page.*\"]   # the server's names of query parameters
                         idPage = \"id\"
                         [members.\"ledger.middlewareconfig.*\"]   # and of JSON members
                         \"destination.headers\" = \"httpHeaders\"

  state/create-….json  the ids of objects that were created from stdin: see `create --help`

Output:
  Results go to stdout, everything else to stderr. Colours and progress are for terminals only.
  With --dry-run, the requests are the result: METHOD PATH and the body or, with -o json and ndjson,
  objects {\"method\", \"path\", \"body\"} with the path below the base URL and the body to be sent.
  Writes print the outcome of each object: created, changed, archived, unarchived, moved or deleted;
  exists (created by an earlier run); exists, differs (and was not changed); unchanged; failed;
  unknown (ambiguous: sent, and the answer was lost); not tried; not told (some objects were
  refused, and the server does not say which).
  With -o json or ndjson, an error is one JSON object on the last line of stderr:
  {\"error\": {\"kind\", \"message\", \"hint\", \"exit_code\", …}}.";

pub(super) const API: &str = "\
The body of the answer is printed byte for byte; -o json indents it and changes nothing else. A path
of a known operation gets the rules of the operation: a report POST is repeated after a failure, an
upload of conversions or costs is not. Any other write is never repeated after a lost answer, and is
ambiguous (exit code 4).

  ffx api GET /trafficsource/list -Q status=active
  ffx api PUT /reporting/update/cost --body cost.json";

pub(super) const ID_NEW: &str = "\
Examples:
  ffx id new -n 10
  ffx id new -n 1000 -o json";

pub(super) const LOGS: &str = "\
The members of the rows are unknown, so the rows are printed unchanged.

  ffx logs postback --last 1d --tz Europe/Berlin -o ndjson";

pub(super) const EXPLORE_VISITOR: &str = "\
Some members of the answer are unknown, so it is printed unchanged.

  ffx explore visitor 01m825ahvf7cwep0hhspgy32tv --last 7d --tz Europe/Berlin";

pub(super) const EXPLORE_HIT: &str = "\
The members of the answer are unknown, so it is printed unchanged.

  ffx explore hit m8245mxwykvbnkamjj5j9vxd
  ffx explore hit m8245mxwykvbnkamjj5j9vxd --visitor";

pub(super) const ADD_DOMAIN: &str = "\
A lost answer is ambiguous (exit code 4): the domain may have been added. `ffx domains list` shows
it.

  ffx domains add go.example.com
  ffx domains add go.example.com --dry-run";

pub(super) const DRILLDOWN: &str = "\
Short names: offer, funnel, funnel-group, traffic-source, offer-source, lander, country, device, os,
browser, hour, day, weekday …, and field:c1 or field:campaign for tracking fields. `ffx report
attributes` lists what the server has.

  ffx report drilldown --by traffic-source --by funnel --last 7d --tz Europe/Berlin
  ffx report drilldown --by field:c1,offer --filter country=Germany --metric visits,revenue \\
      --from 2026-03-01 --to 2026-03-31 --tz Europe/Berlin -o csv

Days are whole days of the time zone, with 23 or 25 hours when the clocks change. The range includes
its first and its last day. The exact instants are printed above a table, and to stderr for other
formats.";

pub(super) const RAW: &str = "\
Without --hits, --clicks or --conversions, all three are included. Rows are printed unchanged, page
by page.

  ndjson  the rows as the server sent them, one per line
  csv     one column for each member in the first page, then `other_members`, which holds further
          members of later rows as JSON
  table   the usual members, as many as fit

The server may limit a query to the newest 1000 rows; stderr has a warning when that is possible.

  ffx report raw --conversions --last 1d --tz Europe/Berlin -o ndjson
  ffx report raw --last 1d --tz UTC --columns time,hitId,revenue -o csv";

pub(super) const CONVERSIONS: &str = "\
The file has a header line with these columns:
  hit          the id of the hit to convert; required
  transaction  the transaction id, to tell several conversions of one hit apart; optional
  payout       a decimal; empty for the payout of the offer; `delete` deletes the conversion

Every line is checked before the first request. If an answer is lost, the outcome of its lines is
unknown (exit code 4): check a report before you send them again, because a postback cannot be
undone. --from-line sends the rest of a file, starting at that line. While a file is being sent, no
other run can send it.

With -o json, ndjson or csv, each line of the file is a row: line, request, hit, transaction, action
(set or delete), payout (a decimal as text; null for the offer's own), postbacks, outcome (not sent,
accepted, failed, unknown).

  ffx conversions push sales.csv --postbacks none
  ffx conversions push sales.csv --postbacks once --yes -o ndjson";

pub(super) const COSTS: &str = "\
The file has a header line with these columns:
  date            the day, such as 2026-03-01, in the time zone of --tz; required
  funnel          the id of the funnel; required
  traffic_source  the id of the traffic source; required
  cost            the total cost of the day's visits, a decimal; required
  campaign, external, c1 … c20   only visits with this value; at least one, or --everything

The lines of one funnel, traffic source and day are sent in one request. With -o json, ndjson or
csv, each line of the file is a row: line, request, date, zone, start, end, funnel, traffic_source,
cost (a decimal as text), cost_type, restriction (field to values), everything, outcome (not sent,
accepted, failed, unknown).

  ffx costs push spend.csv --tz America/New_York
  ffx costs push spend.csv --tz America/New_York --yes";

pub(super) const CUSTOM_EVENTS: &str = "\
The members of the body are not known to ffx: only the title of this operation is documented, and
its path is inferred. See the vendor's reference, https://api-docs.funnelflux.pro, Reporting,
\"Submit a custom event update\". The object is sent byte for byte. Accepted means queued, not
processed. A lost answer is ambiguous (exit code 4), and nothing is sent again, because postbacks
and webhooks may depend on it.

With -o json and ndjson: one object {\"body\", \"outcome\"} (not sent, accepted, failed, unknown).

  ffx custom-events push event.json
  ffx custom-events push event.json --yes";

pub(super) const RESET: &str = "\
Counts the hits, shows the count, and deletes nothing until you confirm. Then it counts again, and
deletes nothing if the count has changed. A hit has to match all restrictions, and one of the values
of each.

With -o json, ndjson or csv: start, end, everything, restriction, hits, outcome (not sent, nothing
to delete, accepted, failed, unknown).

  ffx reset --last 1d --tz Europe/Berlin --funnel 2nIemJxCKbFX
  ffx reset --from 2026-03-01 --to 2026-03-01 --tz UTC --country DE,FR --dry-run";
