//! One client, ready to be measured.

use std::future::Future;

use bytes::Bytes;

use super::exchange::ANSWER_BYTES;
use crate::Result;

/// A client that can do one exchange and read the answer's body to its end.
pub(crate) trait Exchanger: 'static {
    fn exchange(&self) -> impl Future<Output = Result<Bytes>>;
}

type Run = Box<dyn Fn(u32) -> Result<()>>;

/// A client with a runtime of its own, driven by the thread that measures.
pub struct Case {
    /// What the tables call it.
    pub name: &'static str,
    run: Run,
}

impl Case {
    pub(crate) fn new(name: &'static str, client: impl Exchanger) -> Result<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        // The loop is compiled for each client: no box and no dynamic call per request.
        let run = move |count| runtime.block_on(exchanges(&client, count));
        Ok(Self { name, run: Box::new(run) })
    }

    /// Does so many exchanges, one after the other.
    ///
    /// # Errors
    /// When one fails, or brings another answer than the server's.
    pub fn run(&self, count: u32) -> Result<()> {
        (self.run)(count).map_err(|error| format!("{}: {error}", self.name).into())
    }
}

async fn exchanges(client: &impl Exchanger, count: u32) -> Result<()> {
    for _ in 0..count {
        let answer = client.exchange().await?;
        if answer.len() != ANSWER_BYTES {
            return Err(format!("an answer of {} bytes", answer.len()).into());
        }
    }
    Ok(())
}
