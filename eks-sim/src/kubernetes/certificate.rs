//! The API server's TLS identity, signed by its cluster's own authority.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::time::Duration;

use rcgen::{
    CertificateParams, DnType, ExtendedKeyUsagePurpose, Issuer, KeyPair, KeyUsagePurpose, PKCS_ED25519,
    SanType, SerialNumber,
};
use rustls::ServerConfig;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::server::NoServerSessionStorage;
use sha2::{Digest, Sha256};

use super::ControlPlane;

/// Ten years both ways: clients may live by the wall clock while the simulated one is years away.
const VALIDITY: Duration = Duration::from_secs(10 * 365 * 24 * 3600);

/// The frame of an Ed25519 private key in PKCS #8 (RFC 8410 §7); its 32 octets follow.
const ED25519_PKCS8: [u8; 16] =
    [0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20];

/// How the API server of `plane` speaks TLS. The same cluster has the same certificate.
pub(crate) fn server_config(
    plane: &ControlPlane,
) -> Result<Arc<ServerConfig>, Box<dyn std::error::Error + Send + Sync>> {
    let mut key_der = ED25519_PKCS8.to_vec();
    key_der.extend(Sha256::digest(format!("api-server/{}", plane.authority_key_pem)));
    let pkcs8 = PrivatePkcs8KeyDer::from(key_der);
    let key = KeyPair::from_pkcs8_der_and_sign_algo(&pkcs8, &PKCS_ED25519)?;

    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CommonName, "kube-apiserver");
    params.serial_number = Some(SerialNumber::from(2u64));
    params.not_before = (plane.created - VALIDITY).datetime();
    params.not_after = (plane.created + VALIDITY).datetime();
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature, KeyUsagePurpose::KeyEncipherment];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    params.use_authority_key_identifier_extension = true;
    let names = [plane.host.as_str(), "localhost", "kubernetes", "kubernetes.default.svc"];
    for name in names {
        params.subject_alt_names.push(SanType::DnsName(name.try_into()?));
    }
    params.subject_alt_names.push(SanType::IpAddress(IpAddr::V4(Ipv4Addr::LOCALHOST)));

    let mut authority = CertificateParams::default();
    authority.distinguished_name.push(DnType::CommonName, "kubernetes");
    let authority = Issuer::new(authority, KeyPair::from_pem(&plane.authority_key_pem)?);
    let certificate = params.signed_by(&key, &authority)?;

    let mut config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(vec![certificate.into()], PrivateKeyDer::Pkcs8(pkcs8))?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    // Nobody comes back often enough to be remembered, and every simulated cluster would keep room for 256 sessions.
    config.session_storage = Arc::new(NoServerSessionStorage {});
    config.send_tls13_tickets = 0;
    Ok(Arc::new(config))
}
