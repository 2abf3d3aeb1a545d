//! The simulator speaks AWS's wire protocols to any client; knowing ours would make it a mirror of ours.

use crate::rust::{code, words};
use crate::tree::Tree;

pub(crate) fn check(tree: &Tree) -> Vec<String> {
    let mut findings = Vec::new();
    for (path, source) in tree.rust("eks-sim/") {
        let code = code(source);
        let lines = words(&code).filter(|(_, word)| *word == "eks_core");
        findings.extend(lines.map(|(line, _)| format!("{path}:{line}: names eks_core")));
    }
    let manifest = tree.text("eks-sim/Cargo.toml").unwrap_or_default();
    let lines = manifest.lines().enumerate().filter(|(_, line)| line.starts_with("eks-core"));
    findings.extend(lines.map(|(index, _)| format!("eks-sim/Cargo.toml:{}: depends on eks-core", index + 1)));
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dependency_or_a_path_is_found() {
        let tree = Tree::of([
            ("eks-sim/Cargo.toml", "[dependencies]\neks-core.workspace = true\n"),
            ("eks-sim/src/lib.rs", "//! Knows nothing of eks_core.\nuse eks_core::Cluster;"),
        ]);
        assert_eq!(
            check(&tree),
            ["eks-sim/src/lib.rs:2: names eks_core", "eks-sim/Cargo.toml:2: depends on eks-core"]
        );
    }
}
