mod builders;
mod defaults;
mod instance_types;
mod names;
mod networks;
mod rules;
mod subnets;
mod text;
mod versions;

use super::Cluster;

/// What the spec is refused with.
fn refusal(yaml: &str) -> String {
    match Cluster::from_yaml(yaml) {
        Ok(cluster) => panic!("accepted: {yaml}\n{cluster:?}"),
        Err(error) => error.to_string(),
    }
}
