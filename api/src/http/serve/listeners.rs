//! Where the service listens.

use std::{io, net::SocketAddr};

use tokio::net::TcpListener;

use crate::config::{AdminAddress, Settings};

/// Where clients call, and where monitors ask.
#[derive(Debug)]
pub struct Listeners {
    /// For clients.
    pub public: TcpListener,
    /// For monitors.
    pub admin: Option<TcpListener>,
}

impl Listeners {
    /// Listens where the operator says.
    ///
    /// # Errors
    /// An address cannot be had; the error names its setting.
    pub async fn bind(settings: &Settings) -> io::Result<Self> {
        let admin = match settings.serving.admin {
            AdminAddress::None => None,
            AdminAddress::At(address) => Some(bind(address, "--admin-address").await?),
        };
        Ok(Self {
            public: bind(settings.listen, "--listen").await?,
            admin,
        })
    }
}

impl From<TcpListener> for Listeners {
    /// For clients alone.
    fn from(public: TcpListener) -> Self {
        Self {
            public,
            admin: None,
        }
    }
}

async fn bind(address: SocketAddr, setting: &str) -> io::Result<TcpListener> {
    TcpListener::bind(address).await.map_err(|fault| {
        let kind = fault.kind();
        io::Error::new(
            kind,
            format!("{setting}: {address} cannot be had ({kind})."),
        )
    })
}
