//! The longer texts of the help.

pub(super) const TOPICS: &str = "\
Exit codes:
  0  done
  1  refused or failed
  2  usage: an argument makes no sense
  3  authorise again: `ffx auth login`
  4  fate unknown: a write was sent and no answer came; look before you send it again

Environment:
  FUNNELFLUX_ACCESS_TOKEN   an access token; wins over a stored one, and is never written
  FUNNELFLUX_REFRESH_TOKEN  its refresh token
  FUNNELFLUX_BASE_URL       as --base-url
  FUNNELFLUX_PROFILE        as --profile
  FUNNELFLUX_CONFIG_DIR     where profiles and tokens are kept
                            (default: $XDG_CONFIG_HOME/funnelflux or ~/.config/funnelflux)
  NO_COLOR                  no colours

Files, below the configuration directory:
  tokens/NAME.json     the tokens of a profile, readable by you alone
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

Output:
  Results go to stdout, everything else to stderr. With -o json or ndjson an error is one JSON
  object, the last line of stderr: {\"error\": {\"kind\", \"message\", \"hint\", \"exit_code\", …}}.";

pub(super) const BASE_URL: &str = "\
Where the API lives, in full, such as http://127.0.0.1:8080/v1; plain http for loopback only \
[env: FUNNELFLUX_BASE_URL] [default: https://api.funnelflux.pro/v1]";

pub(super) const API: &str = "\
The answer's body is printed as it came, byte for byte; -o json indents it and changes nothing
else. A path of the contract is treated as what it is: a report POST may be repeated, a conversion
or cost PUT not. Any other write is never repeated after a lost answer; exit code 4 then says that
its fate is unknown.

  ffx api GET /trafficsource/list -q status=active
  ffx api PUT /reporting/update/cost --body cost.json";

pub(super) const CREATE: &str = "\
The file holds one object or a list of them, YAML or JSON, in the names of the API. Objects without
an id are given one, and before the first request all ids are written to FILE.ffx-ids.json. So the
same command again, after a crash or a failure, looks up what exists and makes only the rest. The
file of ids stays: remove it to make the objects anew, under new ids.

  ffx offer-sources create --set offerSourceName='My network'
  ffx offer-sources create -f sources.yaml --dry-run";

pub(super) const UPDATE: &str = "\
Each object is read, changed and saved; whatever is not changed goes back as it came. -f takes one
object whose members are set in each ID, or, without an ID, a list of objects that carry their ids.

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

The server may show no more than the newest 1000 rows of a query; stderr says when that is possible.";

pub(super) const CONVERSIONS: &str = "\
The file has a header with these columns:
  hit          the hit to convert; required
  transaction  tells several conversions of one hit apart; may be empty
  payout       a decimal; empty for the offer's own payout; `delete` deletes the conversion

Every line is checked before the first request. A lost answer leaves the fate of its lines unknown
(exit code 4): look into a report before you send them again, since postbacks cannot be taken back.";

pub(super) const COSTS: &str = "\
The file has a header with these columns:
  date            the day, 2026-03-01, in the zone of --tz; required
  funnel          the funnel's id; required
  traffic_source  the traffic source's id; required
  cost            what the day's visits cost in all, a decimal; required
  campaign, external, c1 … c20   only visits with this value; at least one, or --everything";

pub(super) const RESET: &str = "\
The server is asked for the count, the count is shown, and nothing is deleted before a clear yes. Then
it is asked again, and nothing is deleted if the count has changed meanwhile.";
