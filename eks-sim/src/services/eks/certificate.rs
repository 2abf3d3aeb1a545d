//! A cluster's certificate authority.

use std::time::Duration;

use rcgen::{
    BasicConstraints, CertificateParams, DnType, IsCa, KeyPair, KeyUsagePurpose, PKCS_ED25519, SerialNumber,
};
use rustls::pki_types::PrivatePkcs8KeyDer;
use sha2::{Digest, Sha256};

use crate::instant::Instant;

/// Certificates are valid this long before and after their making: clients may live by the wall clock while
/// the simulated one is years away.
const VALIDITY: Duration = Duration::from_secs(10 * 365 * 24 * 3600);

/// The frame of an Ed25519 private key in PKCS #8 (RFC 8410 §7); its 32 octets follow.
const ED25519_PKCS8: [u8; 16] =
    [0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20];

/// The authority that signs for a cluster's API server.
#[derive(Clone)]
pub(crate) struct CertificateAuthority {
    pub(crate) cert_pem: String,
    pub(crate) key_pem: String,
}

impl CertificateAuthority {
    /// The authority of the cluster `id`. The key follows from seed and id, so that the same seed gives the
    /// same certificate.
    pub(super) fn generate(seed: u64, id: &str, now: Instant) -> Result<Self, rcgen::Error> {
        let mut der = ED25519_PKCS8.to_vec();
        der.extend(Sha256::digest(format!("{seed}/certificate-authority/{id}")));
        let key = KeyPair::from_pkcs8_der_and_sign_algo(&PrivatePkcs8KeyDer::from(der), &PKCS_ED25519)?;
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, "kubernetes");
        params.serial_number = Some(SerialNumber::from(1u64));
        params.not_before = (now - VALIDITY).datetime();
        params.not_after = (now + VALIDITY).datetime();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![
            KeyUsagePurpose::DigitalSignature,
            KeyUsagePurpose::KeyEncipherment,
            KeyUsagePurpose::KeyCertSign,
        ];
        Ok(Self { cert_pem: params.self_signed(&key)?.pem(), key_pem: key.serialize_pem() })
    }
}
