//! The way of docs/learn.md for readers without an account, command by command.

use crate::support::Ffx;

const PAGE: &str = include_str!("../../../../docs/learn.md");
const ACCOUNT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/account.contract.toml");

/// The arguments of a command line, with single quotes.
fn arguments(line: &str) -> Vec<String> {
    let parts = line.split('\'').enumerate().flat_map(|(at, part)| match at % 2 {
        1 => vec![part.to_owned()],
        _ => part.split_whitespace().map(str::to_owned).collect(),
    });
    parts.collect()
}

#[test]
fn what_the_page_says_teaches_every_difference_of_its_account() {
    let place = Ffx::new();
    let har = place.path("session.har").display().to_string();
    let (mut server, ffx) = place.emulator(&["--overlay", ACCOUNT, "--record", &har]);
    ffx.write("profiles/app.contract.toml", &std::fs::read_to_string(ACCOUNT).unwrap());
    let way = PAGE.split("## Try it without an account").nth(1).unwrap();
    let mut outputs = Vec::new();
    for command in way.lines().filter_map(|line| line.strip_prefix("$ ffx ")).skip(1) {
        let arguments = arguments(&command.replace("session.har", &har));
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        outputs.push((command, ffx.run(&arguments)));
    }
    server.kill().unwrap();
    server.wait().unwrap();
    assert!(outputs.len() > 15, "{}", outputs.len());
    for (at, (command, outcome)) in outputs.iter().enumerate() {
        assert_eq!(outcome.code, i32::from(at == 0), "{command}: {}", outcome.stderr);
        let expected = match *command {
            "learn session.har" => "Facts that differ from the contract: 10\n",
            "learn --show" => "left in what was seen: 0\n",
            _ => "",
        };
        assert!(outcome.stdout.contains(expected), "{command}: {}", outcome.stdout);
    }
}
