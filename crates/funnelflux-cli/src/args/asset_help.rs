//! The longer help texts of the verbs on assets. `KIND` and `NAME_MEMBER` stand for the name of the
//! kind and for the member that holds the name of an object.

use funnelflux::ledger::AssetKind;

pub(super) fn of_kind(text: &str, kind: &AssetKind) -> String {
    let member = kind.name_members().first().copied().unwrap_or("name");
    text.replace("KIND", kind.name()).replace("NAME_MEMBER", member)
}

pub(super) const LIST: &str = "\
Examples:
  ffx KIND list --status active
  ffx KIND list --query status=all -o ndjson";

pub(super) const GET: &str = "\
With -o json one id prints one object, several print a list. The exit code is 1 if one of them
does not exist.

  ffx KIND get 2nIemJxCKbFX -o json";

pub(super) const FIND: &str = "\
Examples:
  ffx KIND find --ids 2nIemJxCKbFX,2n5JuOKWLTzd
  ffx KIND find --status active";

pub(super) const CREATE: &str = "\
The file holds one object or a list of objects, as YAML, JSON or NDJSON, with the member names of
the API. Objects without an id get one. All ids are written to FILE.ffx-ids.json before the first
request, so the same command can be repeated after a crash or a failure: it looks up which objects
exist and creates only the others. An object that exists and differs is reported, not changed. To
create all objects again under new ids, remove FILE.ffx-ids.json.

For stdin (-f -) and pipes the file of ids is in state/ below the configuration directory. Its name
is made from profile, base URL, kind, objects and --set: the same input continues where it stopped,
and other input starts anew. With --emulator no ids are written.

  ffx KIND create --set NAME_MEMBER='My first'
  ffx KIND create -f objects.yaml --dry-run
  generate | ffx KIND create -f -";

pub(super) const UPDATE: &str = "\
Each object is read, changed and saved; the members that are not changed are sent back unchanged.
With IDs, -f takes one object, and its members are set in each of them. Without IDs, -f takes a list
of objects that carry their ids. A failure of one object does not stop the others, unless it affects
them as well. The outcome of each object is printed. --dry-run reads the objects and prints what
would be saved.

  ffx KIND update 2nIemJxCKbFX --set NAME_MEMBER='New name'
  ffx KIND update -f objects.yaml --dry-run";

pub(super) const DUPLICATE: &str = "\
The server makes the id of the copy; its answer is printed unchanged. If the answer is lost, it is
unknown whether the copy exists (exit code 4); the request is not repeated.

  ffx KIND duplicate 2nIemJxCKbFX --name 'A copy'
  ffx KIND duplicate 2nIemJxCKbFX --name 'A copy' --parent 2n5JuOKWLTzd";

pub(super) const CHANGE: &str = "\
All ids are sent in one request. Funnels need one request each, because the API takes only one.

  ffx KIND archive 2nIemJxCKbFX 2n5JuOKWLTzd
  ffx KIND archive 2nIemJxCKbFX --dry-run";

pub(super) const DELETE: &str = "\
Sends one request for each id. A failure of one object does not stop the others, unless it affects
them as well. The outcome of each object is printed.

  ffx KIND delete 2nIemJxCKbFX 2n5JuOKWLTzd --dry-run
  ffx KIND delete 2nIemJxCKbFX 2n5JuOKWLTzd --yes";

pub(super) const MOVE: &str = "\
Examples:
  ffx KIND move 2nIemJxCKbFX 2n5JuOKWLTzd --to 2nIemJxCKbFY
  ffx KIND move 2nIemJxCKbFX --uncategorised";

pub(super) const MEMBERS: &str = "\
The grade of a member says how surely its name is known: documented, proven (in production), help
(the vendor's help centre), sibling (another product of the vendor), inferred, unknown. The last
three are guesses. -o json, ndjson and csv show the source of each as well. Members that are not
listed are kept unchanged, and sent with a warning.

  ffx KIND members
  ffx KIND members -o json";
