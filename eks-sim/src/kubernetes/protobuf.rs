//! Kubernetes's protobuf, as far as reviews need it: kubectl sends them so, and takes JSON for an answer.

use serde_json::{Map, Value, json};

/// What comes before every message (k8s.io/apimachinery, `runtime/serializer/protobuf`).
const MAGIC: &[u8] = b"k8s\0";

/// A message's fields by number, as far as they are texts or messages themselves.
type Fields<'a> = Vec<(u64, &'a [u8])>;

/// The `spec` of a SelfSubjectAccessReview in JSON's form (k8s.io/api/authorization/v1/generated.proto);
/// without one, as for a SelfSubjectReview, an empty object. `None`: it is no such message.
pub(super) fn review(body: &[u8]) -> Option<Value> {
    // Unknown: 1 typeMeta, 2 raw.
    let envelope = fields(body.strip_prefix(MAGIC)?)?;
    let message = match find(&envelope, 2) {
        Some(raw) => fields(raw)?,
        None => Fields::new(),
    };
    // SelfSubjectAccessReview: 1 metadata, 2 spec.
    let Some(spec) = find(&message, 2) else { return Some(json!({})) };
    let spec = fields(spec)?;
    let mut read = Map::new();
    if let Some(resource) = find(&spec, 1) {
        let names = ["namespace", "verb", "group", "version", "resource", "subresource", "name"];
        read.insert("resourceAttributes".to_owned(), texts(resource, &names)?);
    }
    if let Some(path) = find(&spec, 2) {
        read.insert("nonResourceAttributes".to_owned(), texts(path, &["path", "verb"])?);
    }
    Some(json!({ "spec": read }))
}

/// A message of texts, whose fields are numbered from 1 in the order of `names`.
fn texts(message: &[u8], names: &[&str]) -> Option<Value> {
    let mut object = Map::new();
    for (number, value) in fields(message)? {
        let name = usize::try_from(number).ok().and_then(|number| names.get(number.checked_sub(1)?));
        if let Some(name) = name {
            object.insert((*name).to_owned(), json!(std::str::from_utf8(value).ok()?));
        }
    }
    Some(Value::Object(object))
}

fn find<'a>(fields: &Fields<'a>, wanted: u64) -> Option<&'a [u8]> {
    fields.iter().find(|(number, _)| *number == wanted).map(|(_, value)| *value)
}

fn fields(mut message: &[u8]) -> Option<Fields<'_>> {
    let mut fields = Fields::new();
    while !message.is_empty() {
        let key = varint(&mut message)?;
        let skipped = match key & 7 {
            0 => {
                varint(&mut message)?;
                0
            }
            1 => 8,
            2 => {
                let length = usize::try_from(varint(&mut message)?).ok()?;
                fields.push((key >> 3, message.get(..length)?));
                length
            }
            5 => 4,
            _ => return None,
        };
        message = message.get(skipped..)?;
    }
    Some(fields)
}

fn varint(message: &mut &[u8]) -> Option<u64> {
    let mut value = 0u64;
    for shift in (0..64).step_by(7) {
        let (byte, rest) = message.split_first()?;
        *message = rest;
        value |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Some(value);
        }
    }
    None
}
