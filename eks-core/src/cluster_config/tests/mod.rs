mod keys;
mod refused;
mod understood;
mod written;

use super::*;

/// A ClusterConfig of the cluster `web` in us-west-2 with these further lines.
fn config(lines: &str) -> String {
    format!(
        "apiVersion: eksctl.io/v1alpha5\nkind: ClusterConfig\nmetadata: {{name: web, region: us-west-2}}\n{lines}\n"
    )
}

/// What it is read as.
fn read(lines: &str) -> Cluster {
    Cluster::from_cluster_config(&config(lines)).unwrap_or_else(|error| panic!("{lines}\n{error}"))
}

/// What it is refused with.
fn refusal(lines: &str) -> String {
    match Cluster::from_cluster_config(&config(lines)) {
        Ok(cluster) => panic!("accepted: {lines}\n{cluster:?}"),
        Err(error) => error.to_string(),
    }
}
