//! How connections are taken: how many, for how long, from where, and by which certificate.

use std::{
    fmt,
    net::{IpAddr, Ipv4Addr, SocketAddr},
    path::PathBuf,
    str::FromStr,
};

use axum::http::{HeaderValue, Uri};
use clap::Args;
use ipnet::IpNet;

use super::Unusable;

/// How connections are taken.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Connections")]
pub struct Serving {
    /// Connections at a time; more are turned away. The process's limit of open files lowers it.
    #[arg(id = "max_connections", long = "max-connections", env = "LIANDONG_MAX_CONNECTIONS", default_value_t = Self::default().connections, value_name = "COUNT", value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub connections: u32,
    /// Where monitors ask for figures (/metrics) and health, in plain HTTP and without a token: an address and port (0 picks a free
    /// one), or `none`. Let it be one that only they reach.
    #[arg(id = "admin_address", long = "admin-address", env = "LIANDONG_ADMIN_ADDRESS", default_value_t = Self::default().admin, value_name = "ADDRESS")]
    pub admin: AdminAddress,
    /// Connections at a time of one address (an IPv6 network of 64 bits counts as one); trusted proxies have as many as they want.
    #[arg(long = "max-connections-per-address", env = "LIANDONG_MAX_CONNECTIONS_PER_ADDRESS", default_value_t = Self::default().connections_per_address, value_name = "COUNT", value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub connections_per_address: u32,
    /// Address or network of a reverse proxy whose X-Forwarded-For is believed; several, separated by commas. Nobody else's is.
    #[arg(long = "trusted-proxy", env = "LIANDONG_TRUSTED_PROXY", value_delimiter = ',', value_parser = network, value_name = "NETWORK")]
    pub trusted_proxies: Vec<IpNet>,
    /// Seconds within which the head of a request has to arrive, and for which a connection may idle between requests.
    #[arg(long = "head-time", env = "LIANDONG_HEAD_TIME", default_value_t = Self::default().head_time, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..=300))]
    pub head_time: u64,
    /// Bytes a second that a body has to bring on average, once the head's time has passed again.
    #[arg(long = "min-body-rate", env = "LIANDONG_MIN_BODY_RATE", default_value_t = Self::default().body_rate, value_name = "BYTES", value_parser = clap::value_parser!(u64).range(1..=1_048_576))]
    pub body_rate: u64,
    /// Seconds for which running requests may go on once the service is told to stop.
    #[arg(long = "drain-time", env = "LIANDONG_DRAIN_TIME", default_value_t = Self::default().drain_time, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(0..=600))]
    pub drain_time: u64,
    /// Seconds for which the service goes on as before once it is told to stop, but says at /readyz that it is not ready: for load
    /// balancers that ask.
    #[arg(long = "drain-delay", env = "LIANDONG_DRAIN_DELAY", default_value_t = Self::default().drain_delay, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(0..=600))]
    pub drain_delay: u64,
    /// Address under which clients reach the service (https://host): its token endpoint below may be the audience of their assertions.
    #[arg(long = "public-url", env = "LIANDONG_PUBLIC_URL", value_name = "URL")]
    pub public_url: Option<String>,
    /// Origin (https://host, https://host:port) whose pages may call the API from a browser; several, separated by commas.
    #[arg(
        long = "cors-origin",
        env = "LIANDONG_CORS_ORIGIN",
        value_delimiter = ',',
        value_name = "ORIGIN"
    )]
    pub cors_origins: Vec<Origin>,
    /// File of the certificate and those above it, in PEM; with one, TLS is spoken. It is read again when it changes.
    #[arg(
        long,
        env = "LIANDONG_TLS_CERTIFICATE",
        value_name = "FILE",
        requires = "tls_key"
    )]
    pub tls_certificate: Option<PathBuf>,
    /// File of the certificate's private key, in PEM.
    #[arg(
        long,
        env = "LIANDONG_TLS_KEY",
        value_name = "FILE",
        requires = "tls_certificate"
    )]
    pub tls_key: Option<PathBuf>,
}

impl Default for Serving {
    fn default() -> Self {
        Self {
            connections: 10_000,
            admin: AdminAddress::default(),
            connections_per_address: 5_000,
            trusted_proxies: Vec::new(),
            head_time: 8,
            body_rate: 1024,
            drain_time: 10,
            drain_delay: 0,
            public_url: None,
            cors_origins: Vec::new(),
            tls_certificate: None,
            tls_key: None,
        }
    }
}

impl Serving {
    /// Whether TLS is spoken.
    #[must_use]
    pub const fn is_secure(&self) -> bool {
        self.tls_certificate.is_some()
    }
}

/// Where monitors ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AdminAddress {
    /// There.
    At(SocketAddr),
    /// Nowhere.
    None,
}

impl Default for AdminAddress {
    fn default() -> Self {
        Self::At((Ipv4Addr::LOCALHOST, 9464).into())
    }
}

impl fmt::Display for AdminAddress {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::At(address) => address.fmt(out),
            Self::None => out.write_str("none"),
        }
    }
}

impl FromStr for AdminAddress {
    type Err = Unusable;

    fn from_str(text: &str) -> Result<Self, Unusable> {
        if text.trim().eq_ignore_ascii_case("none") {
            return Ok(Self::None);
        }
        let address = text.trim().parse();
        address.map(Self::At).map_err(|_| {
            Unusable("an address and a port, as 127.0.0.1:9464 or [::1]:9464, or none".into())
        })
    }
}

/// What one account may hold open, over WebSocket and as streams of events.
#[derive(Args, Clone, Copy, Debug)]
#[command(next_help_heading = "Subscriptions")]
pub struct Sockets {
    /// WebSocket connections of one account at a time.
    #[arg(long = "max-sockets", env = "LIANDONG_MAX_SOCKETS", default_value_t = Self::default().sockets, value_name = "COUNT", value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub sockets: u32,
    /// Operations that one account runs or follows at a time over WebSocket and as streams of events.
    #[arg(long = "max-subscriptions", env = "LIANDONG_MAX_SUBSCRIPTIONS", default_value_t = Self::default().subscriptions, value_name = "COUNT", value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub subscriptions: u32,
    /// Seconds within which a WebSocket client has to introduce itself.
    #[arg(long = "socket-init-time", env = "LIANDONG_SOCKET_INIT_TIME", default_value_t = Self::default().init_time, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..=60))]
    pub init_time: u64,
    /// Seconds for which a client may leave a message unread.
    #[arg(long = "socket-send-time", env = "LIANDONG_SOCKET_SEND_TIME", default_value_t = Self::default().send_time, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..=60))]
    pub send_time: u64,
    /// Seconds after which a client is asked whether it is there; one that has not been heard of for two and a half times as long is gone.
    #[arg(long = "socket-ping-time", env = "LIANDONG_SOCKET_PING_TIME", default_value_t = Self::default().ping_time, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..=300))]
    pub ping_time: u64,
}

impl Default for Sockets {
    fn default() -> Self {
        Self {
            sockets: 50,
            subscriptions: 200,
            init_time: 5,
            send_time: 10,
            ping_time: 20,
        }
    }
}

/// Where a page comes from, as browsers say it: scheme, host, and port where it is not the scheme's own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin(HeaderValue);

impl Origin {
    /// As the header `Origin` has it.
    #[must_use]
    pub const fn value(&self) -> &HeaderValue {
        &self.0
    }
}

impl FromStr for Origin {
    type Err = Unusable;

    fn from_str(text: &str) -> Result<Self, Unusable> {
        let bad =
            || Unusable("an origin is https://host or https://host:port, nothing more".into());
        let text = text.trim().to_ascii_lowercase();
        let uri: Uri = text.parse().map_err(|_| bad())?;
        let (scheme, authority) = (uri.scheme_str(), uri.authority());
        let (Some(scheme @ ("http" | "https")), Some(authority)) = (scheme, authority) else {
            return Err(bad());
        };
        if authority.as_str().contains(['@', '*']) || format!("{scheme}://{authority}") != text {
            return Err(bad());
        }
        HeaderValue::from_str(&text).map(Self).map_err(|_| bad())
    }
}

/// A network, or an address, which is a network of one.
fn network(text: &str) -> Result<IpNet, String> {
    let text = text.trim();
    text.parse()
        .or_else(|_| text.parse::<IpAddr>().map(IpNet::from))
        .map_err(|_| "an address or a network, as 10.1.2.3 or 10.1.0.0/16".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_scheme_host_and_port() {
        for good in [
            "https://a.example",
            "http://localhost:3000",
            "HTTPS://A.example",
        ] {
            assert!(Origin::from_str(good).is_ok(), "{good}");
        }
        for bad in [
            "*",
            "null",
            "",
            "a.example",
            "https://a.example/",
            "https://a.example/x",
            "https://*.example",
            "https://x@a.example",
            "ftp://a.example",
        ] {
            assert!(Origin::from_str(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn monitors_ask_on_this_machine_alone_unless_the_operator_says_otherwise() {
        let AdminAddress::At(address) = AdminAddress::default() else {
            panic!("somewhere");
        };
        assert!(address.ip().is_loopback());
        for text in ["127.0.0.1:9464", "[::1]:0", "none"] {
            let address = AdminAddress::from_str(text).expect("an address, or none");
            assert_eq!(address.to_string(), text);
        }
        for bad in ["", "9464", "localhost", "127.0.0.1"] {
            assert!(AdminAddress::from_str(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn an_address_is_a_network_of_one() {
        assert_eq!(
            network("10.1.2.3"),
            Ok("10.1.2.3/32".parse().expect("a network"))
        );
        assert_eq!(
            network("fd00::/8"),
            Ok("fd00::/8".parse().expect("a network"))
        );
        assert!(network("proxy.example").is_err());
    }
}
