//! A connection that can end with a reset.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

use crate::state::Core;

/// Set to make the connection end with a reset.
#[derive(Debug, Clone, Default)]
pub(crate) struct Doom(Arc<AtomicBool>);

impl Doom {
    pub(crate) fn seal(&self) {
        self.0.store(true, Ordering::SeqCst);
    }
}

#[derive(Debug)]
pub(crate) struct Socket {
    stream: TcpStream,
    doom: Doom,
    core: Arc<Core>,
}

impl Socket {
    pub(crate) fn new(stream: TcpStream, doom: Doom, core: Arc<Core>) -> Self {
        core.connections.open();
        // Answers are small and go out at once; a failure only costs time.
        let _ = stream.set_nodelay(true);
        Self { stream, doom, core }
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        if self.doom.0.load(Ordering::SeqCst) {
            // A close that does not linger sends RST, which the peer sees as "connection reset".
            let _ = self.stream.set_zero_linger();
        }
        self.core.connections.close();
    }
}

impl AsyncRead for Socket {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for Socket {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        data: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, data)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
