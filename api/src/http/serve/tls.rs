//! TLS 1.2 and 1.3, by a certificate that is read again when its file changes.

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::{Arc, PoisonError, RwLock},
    time::{Duration, SystemTime},
};

use rustls::{
    ServerConfig,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _},
};
use tokio::net::TcpStream;
use tokio_rustls::{TlsAcceptor, server::TlsStream};

use crate::{config::Serving, crypto::tls_provider};

/// How long a handshake may take.
const HANDSHAKE_TIME: Duration = Duration::from_secs(5);
/// How often it is asked whether the files have changed.
const LOOK: Duration = Duration::from_secs(2);

/// Certificate and key, as last read.
pub(crate) struct Tls {
    certificate: PathBuf,
    key: PathBuf,
    present: RwLock<Arc<ServerConfig>>,
}

impl Tls {
    /// Reads certificate and key; none where the service speaks no TLS.
    pub(crate) fn of(serving: &Serving) -> io::Result<Option<Arc<Self>>> {
        let (Some(certificate), Some(key)) = (&serving.tls_certificate, &serving.tls_key) else {
            return Ok(None);
        };
        Ok(Some(Arc::new(Self {
            present: RwLock::new(read(certificate, key)?),
            certificate: certificate.clone(),
            key: key.clone(),
        })))
    }

    /// Agrees on keys with whoever has connected.
    pub(super) async fn shake_hands(&self, stream: TcpStream) -> io::Result<TlsStream<TcpStream>> {
        let present = self
            .present
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        let accept = TlsAcceptor::from(present).accept(stream);
        tokio::time::timeout(HANDSHAKE_TIME, accept).await?
    }

    /// Reads the files again whenever they change; what cannot be used is said and leaves the ones before in use.
    pub(super) async fn follow(&self) {
        let mut stamp = self.stamp();
        loop {
            tokio::time::sleep(LOOK).await;
            let found = self.stamp();
            if found == stamp {
                continue;
            }
            stamp = found;
            match read(&self.certificate, &self.key) {
                Ok(new) => {
                    *self.present.write().unwrap_or_else(PoisonError::into_inner) = new;
                    tracing::info!("the certificate was read again");
                }
                Err(fault) => tracing::warn!(%fault, "the changed certificate cannot be used"),
            }
        }
    }

    fn stamp(&self) -> [Option<SystemTime>; 2] {
        [&self.certificate, &self.key]
            .map(|file| fs::metadata(file).and_then(|file| file.modified()).ok())
    }
}

fn read(certificate: &Path, key: &Path) -> io::Result<Arc<ServerConfig>> {
    let unusable = |option: &str, what: &str| {
        io::Error::new(io::ErrorKind::InvalidData, format!("{option}: {what}."))
    };
    let bytes = |file: &Path, option: &str| {
        fs::read(file).map_err(|fault| {
            unusable(
                option,
                &format!("the file cannot be read ({})", fault.kind()),
            )
        })
    };
    let chain = bytes(certificate, "--tls-certificate")?;
    let chain: Vec<_> = CertificateDer::pem_slice_iter(&chain)
        .collect::<Result<_, _>>()
        .map_err(|_| unusable("--tls-certificate", "the file is not PEM"))?;
    if chain.is_empty() {
        return Err(unusable(
            "--tls-certificate",
            "the file holds no certificate",
        ));
    }
    let key = PrivateKeyDer::from_pem_slice(&bytes(key, "--tls-key")?)
        .map_err(|_| unusable("--tls-key", "the file holds no private key in PEM"))?;
    let mut config = ServerConfig::builder_with_provider(Arc::new(tls_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|_| unusable("--tls-certificate", "no version of TLS can be spoken"))?
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .map_err(|_| unusable("--tls-key", "it does not fit the certificate"))?;
    // WebSocket needs HTTP/1.1, and one protocol is one set of limits.
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(Arc::new(config))
}
