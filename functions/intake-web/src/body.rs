//! Bodies of requests, read up to a limit; what is over it is refused at once and the rest is thrown away.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::BoxError;
use axum::body::{Body, Bytes, to_bytes};
use http_body::{Body as HttpBody, Frame};

/// How much of a refused body is still read and thrown away: a sender that is cut off in the middle sees a broken
/// connection instead of the answer.
const THROWN_AWAY: usize = 128 * 1024 * 1024;
/// And for how long.
const PATIENCE: Duration = Duration::from_secs(10);

/// A body that is read with a limit and can be drained afterwards.
#[derive(Clone)]
pub struct Source {
    body: Arc<Mutex<Body>>,
    overran: Arc<AtomicBool>,
}

impl Source {
    /// Takes a request's body over.
    pub fn of(body: Body) -> Self {
        Self {
            body: Arc::new(Mutex::new(body)),
            overran: Arc::default(),
        }
    }

    /// The body, which fails as soon as more than `limit` bytes have come.
    pub fn limited(&self, limit: usize) -> Body {
        Body::new(Limited {
            source: self.clone(),
            left: limit,
        })
    }

    /// Whether the limit was reached.
    pub fn overran(&self) -> bool {
        self.overran.load(Ordering::SeqCst)
    }

    /// Reads the whole body.
    ///
    /// # Errors
    /// More than `limit` bytes ([`Self::overran`]; the rest is being thrown away), or the sender went away.
    pub async fn all(&self, limit: usize) -> Result<Bytes, axum::Error> {
        let read = to_bytes(self.limited(limit), usize::MAX).await;
        if self.overran() {
            self.drain();
        }
        read
    }

    /// Throws away what still comes, beside the answer and within bounds.
    pub fn drain(&self) {
        let source = self.clone();
        tokio::spawn(async move {
            let reading = async {
                let mut left = THROWN_AWAY;
                while left > 0 {
                    match poll_fn(|context| source.poll(context)).await {
                        // A frame without data counts too: nothing goes on for ever.
                        Some(Ok(frame)) => left = left.saturating_sub(length(&frame).max(1)),
                        _ => break,
                    }
                }
            };
            let _ = tokio::time::timeout(PATIENCE, reading).await;
        });
    }

    fn poll(&self, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let mut body = self.body.lock().unwrap_or_else(PoisonError::into_inner);
        Pin::new(&mut *body).poll_frame(context)
    }
}

struct Limited {
    source: Source,
    left: usize,
}

impl HttpBody for Limited {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        match self.source.poll(context) {
            Poll::Ready(Some(Ok(frame))) => match self.left.checked_sub(length(&frame)) {
                Some(left) => {
                    self.left = left;
                    Poll::Ready(Some(Ok(frame)))
                }
                None => {
                    self.source.overran.store(true, Ordering::SeqCst);
                    Poll::Ready(Some(Err("the body is over the limit".into())))
                }
            },
            Poll::Ready(Some(Err(error))) => Poll::Ready(Some(Err(error.into()))),
            Poll::Ready(None) => Poll::Ready(None),
            Poll::Pending => Poll::Pending,
        }
    }
}

fn length(frame: &Frame<Bytes>) -> usize {
    frame.data_ref().map_or(0, Bytes::len)
}
