//! Names of stacks: legal for every legal cluster name, and never the same for two of them.

use sha2::{Digest, Sha256};

use crate::observe::Look;
use crate::spec::Cluster;

/// The foundation stack of a cluster: `eks-<slug>-<hash>`.
///
/// A cluster's name may hold underscores and begin with a digit, a stack's may not (facts/aws.md §3.1); the
/// hash keeps names apart whose slugs are alike.
pub(crate) fn foundation_stack(cluster: &str) -> String {
    format!("eks-{}-{}", slug(cluster, 40), hash(cluster, 8))
}

/// The question that finds it, with the spec in it.
pub(crate) fn foundation_look(cluster: &str) -> Look {
    Look::Foundation { name: foundation_stack(cluster), spec: true }
}

/// What the names of a cluster's node-group stacks begin with.
pub(crate) fn node_group_stack_prefix(cluster: &str) -> String {
    format!("{}-", foundation_stack(cluster))
}

/// The stack of a node group: `eks-<slug>-<hash>-<group slug>-<group hash>`.
pub(crate) fn node_group_stack(cluster: &str, group: &str) -> String {
    format!("{}{}-{}", node_group_stack_prefix(cluster), slug(group, 40), hash(group, 6))
}

/// The stack of the OIDC provider and the roles of service accounts: `eks-<slug>-<hash>-identity`. A node group's ends
/// with a hash.
pub(crate) fn identity_stack(cluster: &str) -> String {
    format!("{}identity", node_group_stack_prefix(cluster))
}

/// The log group that EKS writes a control plane's logs to (facts/aws.md §9).
pub(crate) fn log_group(cluster: &str) -> String {
    format!("/aws/eks/{cluster}/cluster")
}

/// The first `digits` hexadecimal digits of the text's SHA-256.
pub(crate) fn hash(text: &str, digits: usize) -> String {
    let digest = Sha256::digest(text.as_bytes());
    let digit = |index: usize| digest[index / 2] >> (4 * (1 - index % 2)) & 15;
    (0..digits).filter_map(|index| char::from_digit(digit(index).into(), 16)).collect()
}

/// A hash of a spec as it was given: 16 hexadecimal digits of its JSON's SHA-256.
pub(crate) fn spec_hash(spec: &Cluster) -> String {
    hash(&serde_json::to_string(spec).unwrap_or_default(), 16)
}

fn slug(name: &str, length: usize) -> String {
    let mut slug: String =
        name.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' }).collect();
    slug.truncate(length);
    slug.trim_matches('-').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stack_names_are_legal_for_every_legal_cluster_name() {
        for name in ["a", "0", "A_b", "x-", &"n".repeat(100), "_tail__", "UPPER"] {
            let stack = node_group_stack(name, &"g".repeat(63));
            assert!(stack.len() <= 128, "{stack}");
            assert!(stack.starts_with("eks-"));
            assert!(stack.chars().all(|c| c.is_ascii_alphanumeric() || c == '-'), "{stack}");
        }
    }

    #[test]
    fn names_with_one_slug_have_two_stacks() {
        assert_ne!(foundation_stack("a_b"), foundation_stack("a-b"));
        assert_ne!(foundation_stack("Web"), foundation_stack("web"));
    }
}
