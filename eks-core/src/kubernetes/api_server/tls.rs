//! Trust in the cluster's own certificate authority, and in nothing else.

use std::sync::Arc;
use std::time::UNIX_EPOCH;

use aws_smithy_async::time::SharedTimeSource;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use rustls::client::{ClientConfig, Resumption};
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, UnixTime};
use rustls::time_provider::TimeProvider;
use rustls::{DEFAULT_VERSIONS, RootCertStore};

use crate::{Error, ErrorKind, Result};

pub(super) fn client_config(certificate_authority: &str, time: SharedTimeSource) -> Result<ClientConfig> {
    let mut config =
        ClientConfig::builder_with_details(Arc::new(ring::default_provider()), Arc::new(InjectedTime(time)))
            .with_protocol_versions(DEFAULT_VERSIONS)
            .map_err(|cause| Error::new(ErrorKind::Internal, "TLS cannot be configured").with_source(cause))?
            .with_root_certificates(roots(certificate_authority)?)
            .with_no_client_auth();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    // The connection is kept: a store for the sessions of 256 servers would only take memory.
    config.resumption = Resumption::disabled();
    Ok(config)
}

fn roots(certificate_authority: &str) -> Result<RootCertStore> {
    let invalid = || {
        Error::new(ErrorKind::InvalidSpec, "the cluster's certificate authority is not a PEM certificate")
            .with_hint("Pass `certificateAuthority.data` of DescribeCluster, as it is or decoded")
    };
    let pem = if certificate_authority.contains("-----BEGIN") {
        certificate_authority.as_bytes().to_vec()
    } else {
        BASE64_STANDARD.decode(certificate_authority.trim()).map_err(|_| invalid())?
    };
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(&pem) {
        let certificate = certificate.map_err(|cause| invalid().with_source(cause))?;
        roots.add(certificate).map_err(|cause| invalid().with_source(cause))?;
    }
    if roots.is_empty() { Err(invalid()) } else { Ok(roots) }
}

/// Certificates are checked by the same clock that signs the tokens.
#[derive(Debug)]
struct InjectedTime(SharedTimeSource);

impl TimeProvider for InjectedTime {
    fn current_time(&self) -> Option<UnixTime> {
        self.0.now().duration_since(UNIX_EPOCH).ok().map(UnixTime::since_unix_epoch)
    }
}
