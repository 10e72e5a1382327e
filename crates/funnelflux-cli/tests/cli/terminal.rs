//! A terminal for `ffx`: a pair of a master, which the test reads, and a slave.

use std::fs::File;
use std::io::{Read as _, Write as _};
use std::process::{Child, Command, Stdio};
use std::thread::JoinHandle;

use nix::pty::{Winsize, openpty};

pub(crate) struct Terminal {
    child: Child,
    keyboard: File,
    shown: JoinHandle<Vec<u8>>,
}

impl Terminal {
    /// Runs a command with stdin, stdout and stderr on a terminal.
    pub(crate) fn run(command: Command) -> Self {
        Self::run_within(command, 0)
    }

    /// Runs a command on a terminal of so many columns; 0 is unknown.
    pub(crate) fn run_within(mut command: Command, columns: u16) -> Self {
        let size = Winsize { ws_row: 0, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0 };
        let pair = openpty(Some(&size), None).unwrap();
        let end = || Stdio::from(pair.slave.try_clone().unwrap());
        let child = command.stdin(end()).stdout(end()).stderr(end()).spawn().unwrap();
        // The command holds ends of its own: without them reading would never end.
        drop(command);
        let mut screen = File::from(pair.master);
        let keyboard = screen.try_clone().unwrap();
        drop(pair.slave);
        let shown = std::thread::spawn(move || {
            let (mut all, mut chunk) = (Vec::new(), [0; 4096]);
            // On Linux reading ends with an error when the last slave is closed.
            while let Ok(count @ 1..) = screen.read(&mut chunk) {
                all.extend_from_slice(&chunk[..count]);
            }
            all
        });
        Self { child, keyboard, shown }
    }

    pub(crate) fn types(&mut self, text: &str) {
        self.keyboard.write_all(text.as_bytes()).unwrap();
    }

    /// The exit code, and what was shown, in which the terminal itself wrote `\r\n` for `\n`.
    pub(crate) fn ends(mut self) -> (i32, Vec<u8>) {
        let code = self.child.wait().unwrap().code().unwrap_or(-1);
        drop(self.keyboard);
        let shown = self.shown.join().unwrap();
        (code, String::from_utf8_lossy(&shown).replace("\r\n", "\n").into_bytes())
    }
}
