//! The attackers.

use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};

use futures::future::join_all;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    time::{interval, sleep, timeout_at},
};

/// How somebody holds a connection for nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// It connects and says nothing.
    Silence,
    /// It sends the head of a request, a byte a second.
    Head,
    /// It sends the body of a request, a byte a second.
    Body,
    /// It asks once and stays.
    Idle,
}

impl Way {
    /// Every way.
    pub const ALL: [Self; 4] = [Self::Silence, Self::Head, Self::Body, Self::Idle];

    const fn says_at_once(self) -> &'static str {
        match self {
            Self::Silence | Self::Head => "",
            Self::Body => {
                "POST /graphql HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 1000\r\n\r\n"
            }
            Self::Idle => "GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n",
        }
    }

    const fn dribbles(self) -> &'static str {
        match self {
            Self::Silence | Self::Idle => "",
            Self::Head => {
                "GET /healthz HTTP/1.1\r\nhost: localhost\r\nx-filler: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
            }
            Self::Body => {
                "{\"query\": \"                                                                  "
            }
        }
    }
}

/// That many attackers at a time, in all ways alike, each of whom comes back when it is dropped; how long each connection lived that was
/// dropped.
pub async fn besiege(
    address: SocketAddr,
    attackers: usize,
    until: Instant,
) -> Vec<(Way, Duration)> {
    let all = Way::ALL.into_iter().cycle().take(attackers).enumerate();
    let lives = all.map(|(number, way)| {
        tokio::spawn(async move {
            // Not all in one moment: they are many, not fast.
            sleep(Duration::from_millis(number as u64 % 500)).await;
            let mut lives = Vec::new();
            while let Some(life) = live(address, way, until).await {
                lives.push((way, life));
            }
            lives
        })
    });
    let lives = join_all(lives.collect::<Vec<_>>()).await;
    lives
        .into_iter()
        .flat_map(|lives| lives.expect("an attacker does not panic"))
        .collect()
}

/// Connects, and how long it took until it was dropped; none where that did not happen in time.
async fn live(address: SocketAddr, way: Way, until: Instant) -> Option<Duration> {
    let mut stream = TcpStream::connect(address).await.ok()?;
    let began = Instant::now();
    let held = async {
        stream.write_all(way.says_at_once().as_bytes()).await?;
        let (mut reading, mut writing) = stream.split();
        let mut dribble = way.dribbles().bytes();
        let mut second = interval(Duration::from_secs(1));
        let mut heard = [0; 1024];
        loop {
            tokio::select! {
                read = reading.read(&mut heard) => if read? == 0 { return std::io::Result::Ok(()) },
                _ = second.tick() => if let Some(byte) = dribble.next() {
                    writing.write_all(&[byte]).await?;
                },
            }
        }
    };
    let _ = timeout_at(until.into(), held).await.ok()?;
    Some(began.elapsed())
}
