//! A body that has to come at some pace: whoever dribbles holds a connection for nothing.

use std::{
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};

use axum::body::{Body, Bytes, HttpBody};
use hyper::body::{Frame, SizeHint};
use tokio::time::{Instant, Sleep, sleep};

use crate::config::Serving;

/// The body came too slowly.
#[derive(Debug, thiserror::Error)]
#[error("the body came too slowly")]
pub(in crate::http) struct TooSlow;

/// A body that may be waited for as long as the settings say, and longer the more of it has come.
struct Paced {
    body: Body,
    /// How long it may be waited for, all waits together, and for each byte.
    patience: Duration,
    rate: u64,
    arrived: u64,
    /// How long it has been waited for, before the present wait.
    waited: Duration,
    waiting: Option<(Instant, Pin<Box<Sleep>>)>,
}

/// The same body, to be waited for as long as the settings say.
pub(super) fn paced(body: Body, serving: &Serving) -> Body {
    if body.is_end_stream() {
        return body;
    }
    let patience = Duration::from_secs(serving.head_time);
    Body::new(Paced::new(body, patience, serving.body_rate))
}

impl Paced {
    const fn new(body: Body, patience: Duration, rate: u64) -> Self {
        Self {
            body,
            patience,
            rate,
            arrived: 0,
            waited: Duration::ZERO,
            waiting: None,
        }
    }

    /// How much longer it may be waited for.
    fn left(&self) -> Duration {
        let earned = Duration::from_millis(self.arrived.saturating_mul(1000) / self.rate);
        (self.patience + earned).saturating_sub(self.waited)
    }
}

impl HttpBody for Paced {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let this = &mut *self;
        if let Poll::Ready(frame) = Pin::new(&mut this.body).poll_frame(context) {
            if let Some((since, _)) = this.waiting.take() {
                this.waited += since.elapsed();
            }
            if let Some(data) = frame
                .as_ref()
                .and_then(|frame| frame.as_ref().ok()?.data_ref())
            {
                this.arrived += data.len() as u64;
            }
            return Poll::Ready(frame);
        }
        let left = this.left();
        let (_, until) = this
            .waiting
            .get_or_insert_with(|| (Instant::now(), Box::pin(sleep(left))));
        ready!(until.as_mut().poll(context));
        Poll::Ready(Some(Err(axum::Error::new(TooSlow))))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use futures::{StreamExt as _, stream};
    use http_body_util::BodyExt as _;

    use super::*;

    const PATIENCE: Duration = Duration::from_millis(100);

    /// Twenty chunks of that many bytes, a fifth of the patience after each other.
    fn dribble(bytes: usize) -> Paced {
        let chunks = stream::iter(0..20).then(move |_| async move {
            sleep(PATIENCE / 5).await;
            Ok::<_, std::io::Error>(Bytes::from(vec![b'x'; bytes]))
        });
        Paced::new(Body::from_stream(chunks), PATIENCE, 10_000)
    }

    #[tokio::test]
    async fn who_dribbles_is_cut_off_and_who_is_only_slow_is_not() {
        let cut = dribble(1).collect().await;
        assert!(cut.expect_err("it dribbles").into_inner().is::<TooSlow>());
        let slow = dribble(1000).collect().await;
        let slow = slow.expect("it comes fast enough").to_bytes();
        assert_eq!(slow.len(), 20_000);
    }
}
