//! Tags of everything of a cluster that are to be set or to go.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::check::{Check, Findings};
use super::tags::{self, MOST};
use crate::Result;

/// Keys by which EKS, this library and Kubernetes' controllers know what is theirs: what they begin with, or have in them.
const TAKEN: [&str; 8] = [
    "aws:",
    "eks:",
    "eks-lifecycle/",
    "kubernetes.io/",
    "k8s.io/",
    ".k8s.aws/",
    "ebs.csi.aws.com/",
    "karpenter.",
];

/// Tags to be set and tags to go; any other tag stays as it is.
///
/// As JSON it is a map in which `null` takes a tag away, as in a merge patch (RFC 7386).
///
/// ```
/// use eks_core::TagChange;
///
/// let change = TagChange::set("cost-center", "4711").and_remove("owner");
/// assert_eq!(serde_json::to_string(&change)?, r#"{"cost-center":"4711","owner":null}"#);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(transparent)]
pub struct TagChange {
    /// The value that each tag is to have; `None`: it is to go.
    ///
    /// What fits everywhere: keys of 1 to 127 characters and values of at most 255 (EC2), both of letters, digits, spaces
    /// and `_.:/=+-@` (Elastic Load Balancing). Keys by which AWS, EKS, Kubernetes' controllers or this library know their
    /// own are refused.
    pub tags: BTreeMap<String, Option<String>>,
}

impl TagChange {
    /// Sets a tag.
    pub fn set(key: impl Into<String>, value: impl Into<String>) -> Self {
        Self::default().and_set(key, value)
    }

    /// Takes a tag away.
    pub fn remove(key: impl Into<String>) -> Self {
        Self::default().and_remove(key)
    }

    /// Sets this one, too.
    #[must_use]
    pub fn and_set(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.tags.insert(key.into(), Some(value.into()));
        self
    }

    /// Takes this one away, too.
    #[must_use]
    pub fn and_remove(mut self, key: impl Into<String>) -> Self {
        self.tags.insert(key.into(), None);
        self
    }

    /// What is to be set.
    pub(crate) fn wanted(&self) -> BTreeMap<String, String> {
        self.tags.iter().filter_map(|(key, value)| Some((key.clone(), value.clone()?))).collect()
    }

    /// What is to go.
    pub(crate) fn unwanted(&self) -> impl Iterator<Item = &String> {
        self.tags.iter().filter(|(_, value)| value.is_none()).map(|(key, _)| key)
    }

    pub(crate) fn check(&self) -> Result<()> {
        Findings::of(|findings| self.inspect(findings))
    }
}

impl Check for TagChange {
    fn inspect(&self, findings: &mut Findings) {
        findings.require(!self.tags.is_empty(), "tags", "{}", "hold at least one tag");
        let set = self.tags.values().flatten().count();
        findings.require(set <= MOST, "tags", set, tags::most());
        let known =
            |text: &str| text.chars().all(|c| c.is_alphanumeric() || c == ' ' || "_.:/=+-@".contains(c));
        const KNOWN: &str = "have letters, digits, spaces and `_.:/=+-@` only";
        findings.within("tags", |findings| {
            for (key, value) in &self.tags {
                let fits = (1..=127).contains(&key.chars().count());
                findings.require(fits, key, key, "be a key of 1 to 127 characters, which EC2 allows");
                findings.require(known(key), key, key, KNOWN);
                let lower = key.to_ascii_lowercase();
                let taken = TAKEN.iter().find(|mark| match mark.strip_prefix('.') {
                    Some(_) => lower.contains(*mark),
                    None => lower.starts_with(*mark),
                });
                if let Some(mark) = taken {
                    let rule =
                        format!("be no key of `{mark}`, by which AWS or controllers know what is theirs");
                    findings.require(false, key, key, rule);
                }
                let Some(value) = value else { continue };
                let fits = value.chars().count() <= 255;
                findings.require(fits, key, value, "be a value of at most 255 characters, which EC2 allows");
                findings.require(known(value), key, value, KNOWN);
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_fits_everywhere_and_is_nobodys_is_taken() {
        for (key, value, fits) in [
            ("team", "web", true),
            ("cost center", "Größe: 4/7+1=x@y_-.", true),
            ("Name", "", true),
            ("", "web", false),
            (&"k".repeat(127), &"v".repeat(255), true),
            (&"k".repeat(128), "web", false),
            ("team", &"v".repeat(256), false),
            ("team", "a,b", false),
            ("team#1", "web", false),
            ("AWS:team", "web", false),
            ("eks:cluster-name", "web", false),
            ("eks-lifecycle/cluster", "web", false),
            ("kubernetes.io/cluster/web", "owned", false),
            ("k8s.io/cluster-autoscaler/enabled", "true", false),
            ("elbv2.k8s.aws/cluster", "web", false),
            ("karpenter.sh/nodepool", "default", false),
            ("eks-team", "web", true),
        ] {
            assert_eq!(TagChange::set(key, value).check().is_ok(), fits, "{key}={value}");
            let removed = TagChange::remove(key).check();
            assert!(removed.is_ok() || !fits, "{key}");
        }
        assert!(TagChange::default().check().is_err());
        let many = (0..=MOST).fold(TagChange::default(), |change, at| change.and_set(format!("k{at}"), "v"));
        assert!(many.check().is_err());
    }

    #[test]
    fn null_takes_away() {
        let change: TagChange = serde_json::from_str(r#"{"team":"web","old":null}"#).expect("it is a map");
        assert_eq!(change, TagChange::set("team", "web").and_remove("old"));
        assert_eq!(change.unwanted().collect::<Vec<_>>(), ["old"]);
        assert_eq!(change.wanted(), BTreeMap::from([("team".to_owned(), "web".to_owned())]));
    }
}
