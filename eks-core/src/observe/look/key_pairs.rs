//! Key pairs that the spec names.

use std::collections::BTreeMap;

use super::zones::filter;
use crate::aws::{Refusal, Service, Wire};

/// Whether each is there. A filter instead of names: one unknown name would make the whole answer an error.
pub(super) async fn look(wire: &Wire, names: &[String]) -> Result<BTreeMap<String, bool>, Refusal> {
    let mut pairs: BTreeMap<_, _> = names.iter().map(|name| (name.clone(), false)).collect();
    if names.is_empty() {
        return Ok(pairs);
    }
    let call = Service::Ec2.read("DescribeKeyPairs", "");
    let request = || wire.ec2().describe_key_pairs().filters(filter("key-name", names)).send();
    let found = wire.send(&call, request).await?.key_pairs.unwrap_or_default();
    pairs.extend(found.into_iter().filter_map(|pair| Some((pair.key_name?, true))));
    Ok(pairs)
}
