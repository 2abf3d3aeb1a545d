//! Key pairs, with which instances are launched for SSH.

use std::collections::BTreeMap;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use rcgen::{KeyPair as Ed25519, PKCS_ED25519};
use rustls::pki_types::PrivatePkcs8KeyDer;
use sha2::{Digest, Sha256};

use crate::instant::Instant;
use crate::wire::{Answer, AwsError, Call, Params, Xml};
use crate::world::World;

use super::kind::Kind;
use super::listing::Listing;
use super::state::{self, State};
use super::tags;

/// A key pair.
pub(super) struct KeyPair {
    name: String,
    /// `rsa` or `ed25519`.
    kind: String,
    fingerprint: String,
    /// What was imported; a pair that EC2 made shows none.
    public: Option<String>,
    created: Instant,
}

const LISTING: Listing = Listing {
    kind: &Kind::KEY_PAIR,
    ids: "KeyPairId",
    id: "keyPairId",
    set: "keySet",
    filters: &[("fingerprint", "keyFingerprint"), ("key-name", "keyName"), ("key-pair-id", "keyPairId")],
    page: 0,
};

/// How public keys in OpenSSH's format begin, by type.
const PUBLIC: [(&str, &str); 2] = [("ssh-rsa ", "rsa"), ("ssh-ed25519 ", "ed25519")];

/// The frame of an Ed25519 private key in PKCS #8 (RFC 8410 §7); its 32 octets follow.
const ED25519_PKCS8: [u8; 16] =
    [0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20];

pub(super) fn create(world: &mut World, call: &Call) -> Result<Answer, AwsError> {
    let params = call.params();
    let name = fresh_name(world, call)?;
    let kind = params.get("KeyType").unwrap_or("rsa");
    if !PUBLIC.iter().any(|(_, known)| *known == kind) {
        let message = format!("Value ({kind}) for parameter KeyType is invalid.");
        return Err(AwsError::new("InvalidParameterValue", message));
    }
    // An Ed25519 key whatever the type: there is no instance here that it opens.
    let mut der = ED25519_PKCS8.to_vec();
    der.extend(Sha256::digest(world.hex_id(32)));
    let key = Ed25519::from_pkcs8_der_and_sign_algo(&PrivatePkcs8KeyDer::from(der), &PKCS_ED25519)
        .map_err(|error| AwsError::new("InternalError", error.to_string()).status(500))?;
    let fingerprint = fingerprint(kind, key.public_key_raw());
    let pair = KeyPair { name, kind: kind.to_owned(), fingerprint, public: None, created: world.now };
    let mut answer = add(world, call, pair);
    answer.push(Xml::text("keyMaterial", key.serialize_pem()));
    Ok(Answer::Xml(answer))
}

pub(super) fn import(world: &mut World, call: &Call) -> Result<Answer, AwsError> {
    let name = fresh_name(world, call)?;
    let malformed = || AwsError::new("InvalidKey.Format", "Key is not in valid OpenSSH public key format");
    let material = call.params().ec2_required("PublicKeyMaterial")?;
    let text = BASE64_STANDARD.decode(material).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    let text = text.ok_or_else(malformed)?;
    let (start, kind) = PUBLIC.iter().find(|(start, _)| text.starts_with(start)).ok_or_else(malformed)?;
    let key = text[start.len()..].split_whitespace().next().unwrap_or_default();
    let blob = BASE64_STANDARD.decode(key).ok().filter(|blob| !blob.is_empty()).ok_or_else(malformed)?;
    let pair = KeyPair {
        name,
        kind: (*kind).to_owned(),
        fingerprint: fingerprint(kind, &blob),
        public: Some(text),
        created: world.now,
    };
    Ok(Answer::Xml(add(world, call, pair)))
}

pub(super) fn describe(world: &mut World, call: &Call) -> Result<Answer, AwsError> {
    let names = call.params().list("KeyName");
    let public = call.params().flag("IncludePublicKey").unwrap_or(false);
    let state = state::of(world, &call.region);
    for name in &names {
        check(&state.key_pairs, name)?;
    }
    let mut named: Vec<(&String, &KeyPair)> =
        state.key_pairs.iter().filter(|(_, it)| names.is_empty() || names.contains(&&*it.name)).collect();
    named.sort_by(|one, other| one.1.name.cmp(&other.1.name));
    let shown = named.into_iter().map(|(id, pair)| {
        let mut item = members(state, id, pair);
        item.push(Xml::text("keyType", &pair.kind));
        item.push(Xml::text("createTime", pair.created.iso()));
        item.extend(pair.public.as_ref().filter(|_| public).map(|key| Xml::text("publicKey", key)));
        Xml::new("item").children(item)
    });
    let shown = shown.collect();
    LISTING.answer(world, call, shown)
}

/// Deletes a pair by its name or id; one that is gone is as good.
pub(super) fn delete(world: &mut World, call: &Call) -> Result<Answer, AwsError> {
    let params = call.params();
    let state = state::of(world, &call.region);
    let id = match (params.get("KeyPairId"), params.get("KeyName")) {
        (Some(id), _) => Some(id.to_owned()).filter(|id| state.key_pairs.contains_key(id)),
        (None, Some(name)) => by_name(&state.key_pairs, name).map(|(id, _)| id.clone()),
        (None, None) => {
            let message = "The request must contain the parameter KeyName or KeyPairId";
            return Err(AwsError::new("MissingParameter", message));
        }
    };
    let mut answer = vec![Xml::text("return", true)];
    if let Some(id) = id {
        state.key_pairs.remove(&id);
        Kind::KEY_PAIR.forget(world, &call.region, &id);
        answer.push(Xml::text("keyPairId", id));
    }
    Ok(Answer::Xml(answer))
}

/// The name that a request or template gives a launch is that of a key pair.
pub(super) fn check_launch(state: &State, data: &Params) -> Result<(), AwsError> {
    data.get("KeyName").map_or(Ok(()), |name| check(&state.key_pairs, name))
}

fn check(pairs: &BTreeMap<String, KeyPair>, name: &str) -> Result<(), AwsError> {
    // awslabs/eks-perf-tests#473.
    let missing =
        || AwsError::new("InvalidKeyPair.NotFound", format!("The key pair '{name}' does not exist"));
    by_name(pairs, name).map(drop).ok_or_else(missing)
}

fn by_name<'a>(pairs: &'a BTreeMap<String, KeyPair>, name: &str) -> Option<(&'a String, &'a KeyPair)> {
    pairs.iter().find(|(_, pair)| pair.name == name)
}

fn fresh_name(world: &mut World, call: &Call) -> Result<String, AwsError> {
    let name = call.params().ec2_required("KeyName")?;
    if name.chars().count() > 255 || !name.is_ascii() {
        let message = format!("Value ({name}) for parameter KeyName is invalid.");
        return Err(AwsError::new("InvalidParameterValue", message));
    }
    if by_name(&state::of(world, &call.region).key_pairs, name).is_some() {
        // The code is the service's; the text is from memory (U).
        return Err(AwsError::new("InvalidKeyPair.Duplicate", "The keypair already exists"));
    }
    Ok(name.to_owned())
}

fn add(world: &mut World, call: &Call, pair: KeyPair) -> Vec<Xml> {
    let id = Kind::KEY_PAIR.make(world, call, 0.0);
    Kind::KEY_PAIR.ready(world, &call.region, &id);
    let state = state::of(world, &call.region);
    let answer = members(state, &id, &pair);
    state.key_pairs.insert(id, pair);
    answer
}

fn members(state: &State, id: &str, pair: &KeyPair) -> Vec<Xml> {
    vec![
        Xml::text("keyPairId", id),
        Xml::text("keyName", &pair.name),
        Xml::text("keyFingerprint", &pair.fingerprint),
        tags::set(state, id),
    ]
}

/// In the form that EC2's has for the type; an RSA key's is a digest that EC2 computes in another way.
fn fingerprint(kind: &str, key: &[u8]) -> String {
    let digest = Sha256::digest(key);
    match kind {
        "ed25519" => BASE64_STANDARD.encode(digest),
        _ => digest.iter().take(20).map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().join(":"),
    }
}
