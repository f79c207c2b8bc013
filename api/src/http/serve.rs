//! The accept loop: how connections are taken, for how long they are kept, and how they end.
//!
//! Connections are counted, in all and of each address, and one too many is closed at once. TLS is agreed on within its time, heads and
//! bodies come within theirs, and what the service says is read within its own, so that nobody holds a connection who does nothing with it.
//! HTTP/1.1 only: WebSocket needs it, and a proxy in front speaks HTTP/2 for whoever wants it.

use std::{
    future::Future,
    io,
    net::{IpAddr, SocketAddr},
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use axum::{Extension, Router, body::Body, extract::ConnectInfo, http::Request};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore, watch},
    time,
};
use tokio_io_timeout::TimeoutStream;
use tower::Service as _;

use self::admin::Admin;
pub use self::listeners::Listeners;
pub(super) use self::pace::TooSlow;
pub(crate) use self::tls::Tls;
use super::tally::{Held, Tally};
use crate::{
    app::App,
    config::Serving,
    metrics::{Limit, Listener, Open},
};

mod admin;
mod caller;
pub(super) mod cors;
mod listeners;
mod pace;
mod tls;

/// For how long the connection of a trusted proxy may idle: longer than proxies keep theirs.
const PROXY_TIME: Duration = Duration::from_secs(75);
/// How long a caller may take nothing of what it is sent.
const UNREAD_TIME: Duration = Duration::from_secs(20);
/// Bytes that a head may have, and that are read at a time.
const BUFFER: usize = 64 * 1024;
/// How long the service rests when it can take no further connection.
const ACCEPT_REST: Duration = Duration::from_millis(50);
/// Open files that are not connections: the database's, files given out, the log's.
const FILES: u64 = 256;

/// Whether the service is about to stop: then it is not ready for more.
#[derive(Clone, Debug, Default)]
pub(super) struct Leaving(Arc<AtomicBool>);

impl Leaving {
    /// Whether it is.
    pub(super) fn is_so(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// Serves until `stop` comes, and then until running requests are answered, though not for long.
pub async fn serve(
    app: App,
    listeners: Listeners,
    stop: impl Future<Output = ()>,
) -> io::Result<()> {
    let Listeners { public, admin } = listeners;
    let serving = app.settings.serving.clone();
    let (stopping, leaving) = (Arc::new(watch::Sender::new(false)), Leaving::default());
    let tls = Tls::of(&serving)?;
    let following = tls
        .clone()
        .map(|tls| tokio::spawn(async move { tls.follow().await }));
    let admin = admin.map(|listener| Admin::open(&app, listener, leaving.clone()));
    let schema = crate::schema::schema(app.clone());
    let router = super::router(app.clone(), schema, stopping.clone());
    let door = Door {
        router: router.layer(Extension(leaving.clone())),
        places: Arc::new(Semaphore::new(places(&serving))),
        by_address: Tally::default(),
        tls,
        stopping: stopping.clone(),
        serving: Arc::new(serving),
        listener: Listener::Public,
        app,
    };
    door.open(&public, stop).await;
    leaving.0.store(true, Ordering::Relaxed);
    let delay = Duration::from_secs(door.serving.drain_delay);
    if !delay.is_zero() {
        tracing::info!("stopping: not ready for more, though still answering");
        door.open(&public, time::sleep(delay)).await;
    }
    drop(public);
    tracing::info!("stopping: running requests are answered first");
    stopping.send_replace(true);
    let drain = Duration::from_secs(door.serving.drain_time);
    if time::timeout(drain, stopping.closed()).await.is_err() {
        tracing::warn!("some requests were still running");
    }
    if let Some(admin) = admin {
        admin.close().await;
    }
    if let Some(following) = following {
        following.abort();
    }
    Ok(())
}

/// How many connections there may be: what is set, or as many as the process may have open.
fn places(serving: &Serving) -> usize {
    let wanted = u64::from(serving.connections);
    let most = most_files().map_or(wanted, |files| {
        wanted.min(files.saturating_sub(FILES).max(1))
    });
    if most < wanted {
        tracing::warn!(
            wanted,
            most,
            "the limit of open files lowers that of connections"
        );
    }
    usize::try_from(most)
        .unwrap_or(usize::MAX)
        .min(Semaphore::MAX_PERMITS)
}

/// Files that the process may have open, once it has asked for all that it may have.
#[cfg(unix)]
fn most_files() -> Option<u64> {
    rlimit::increase_nofile_limit(u64::MAX).ok()
}

#[cfg(not(unix))]
const fn most_files() -> Option<u64> {
    None
}

/// Where connections come in.
struct Door {
    router: Router,
    serving: Arc<Serving>,
    places: Arc<Semaphore>,
    by_address: Tally<IpAddr>,
    tls: Option<Arc<Tls>>,
    stopping: Arc<watch::Sender<bool>>,
    listener: Listener,
    app: App,
}

/// A connection's place among all, and among those of its address; free again when dropped.
pub(super) struct Place {
    _in_all: OwnedSemaphorePermit,
    _of_address: Option<Held<IpAddr>>,
    _shown: Open,
}

impl Door {
    /// Takes connections until then.
    async fn open(&self, listener: &TcpListener, until: impl Future<Output = ()>) {
        let mut until = pin!(until);
        loop {
            tokio::select! {
                accepted = listener.accept() => match accepted {
                    Ok((stream, peer)) => self.take(stream, peer),
                    // Out of file descriptors, or the caller has gone: either passes.
                    Err(fault) => {
                        tracing::warn!(kind = %fault.kind(), "a connection was not accepted");
                        time::sleep(ACCEPT_REST).await;
                    }
                },
                () = &mut until => return,
            }
        }
    }

    /// Takes a connection, unless there are too many; then it is closed.
    fn take(&self, stream: TcpStream, peer: SocketAddr) {
        let peer = SocketAddr::new(peer.ip().to_canonical(), peer.port());
        let is_proxy = caller::is_trusted(peer.ip(), &self.serving.trusted_proxies);
        let Some(place) = self.place(peer.ip(), is_proxy) else {
            self.app.metrics.limited(Limit::Connections).inc();
            tracing::debug!("a connection too many was closed");
            return;
        };
        let _ = stream.set_nodelay(true);
        let connection = Connection {
            router: self.router.clone(),
            serving: self.serving.clone(),
            told: self.stopping.subscribe(),
            peer,
            is_proxy,
            place,
        };
        match self.tls.clone() {
            None => drop(tokio::spawn(connection.serve(stream))),
            Some(tls) => drop(tokio::spawn(async move {
                match tls.shake_hands(stream).await {
                    Ok(stream) => connection.serve(stream).await,
                    Err(fault) => tracing::debug!(kind = %fault.kind(), "a handshake failed"),
                }
            })),
        }
    }

    fn place(&self, address: IpAddr, is_proxy: bool) -> Option<Place> {
        let in_all = self.places.clone().try_acquire_owned().ok()?;
        let of_address = if is_proxy {
            None
        } else {
            let most = self.serving.connections_per_address;
            Some(self.by_address.hold(caller::counted(address), most)?)
        };
        Some(Place {
            _in_all: in_all,
            _of_address: of_address,
            _shown: self.app.metrics.connection(self.listener),
        })
    }
}

/// A connection that was taken.
struct Connection {
    router: Router,
    serving: Arc<Serving>,
    told: watch::Receiver<bool>,
    peer: SocketAddr,
    is_proxy: bool,
    place: Place,
}

impl Connection {
    /// Answers its requests until it ends, or until the present one is answered once the service stops.
    async fn serve<S>(self, stream: S)
    where
        S: AsyncRead + AsyncWrite + Send + 'static,
    {
        let Self {
            router,
            serving,
            mut told,
            peer,
            is_proxy,
            place,
        } = self;
        let mut stream = TimeoutStream::new(stream);
        stream.set_write_timeout(Some(UNREAD_TIME));
        let head_time = if is_proxy {
            PROXY_TIME
        } else {
            Duration::from_secs(serving.head_time)
        };
        // A socket goes on after its connection: whatever it becomes holds the place.
        let place = Arc::new(place);
        let service = service_fn(move |request: Request<Incoming>| {
            let request = received(request, peer, &serving, &place);
            router.clone().call(request)
        });
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(head_time)
            .max_buf_size(BUFFER)
            .serve_connection(TokioIo::new(Box::pin(stream)), service)
            .with_upgrades();
        let mut connection = pin!(connection);
        let ended = tokio::select! {
            ended = connection.as_mut() => ended,
            () = async { let _ = told.wait_for(|stop| *stop).await; } => {
                connection.as_mut().graceful_shutdown();
                connection.await
            }
        };
        if let Err(fault) = ended {
            tracing::debug!(%fault, "a connection broke");
        }
    }
}

/// The place of the request's connection, for whatever goes on when the request has been answered.
pub(super) fn place<B>(request: &Request<B>) -> Option<Arc<Place>> {
    request.extensions().get().cloned()
}

/// The request with its caller, and a body that has to come at some pace.
fn received(
    request: Request<Incoming>,
    peer: SocketAddr,
    serving: &Serving,
    place: &Arc<Place>,
) -> Request<Body> {
    let caller = caller::caller(peer.ip(), request.headers(), &serving.trusted_proxies);
    let caller = if caller == peer.ip() {
        peer
    } else {
        SocketAddr::new(caller, 0)
    };
    let mut request = request.map(|body| pace::paced(Body::new(body), serving));
    request.extensions_mut().insert(ConnectInfo(caller));
    request.extensions_mut().insert(place.clone());
    request
}
