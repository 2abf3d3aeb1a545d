//! A package that is no member of the workspace is neither built nor tested by anyone.

use crate::tree::Tree;

pub(crate) fn check(tree: &Tree) -> Vec<String> {
    let root = tree.text("Cargo.toml").unwrap_or_default();
    let members = list(root, "members");
    let excluded = list(root, "exclude");
    let mut findings: Vec<String> = members
        .iter()
        .filter(|member| tree.text(&format!("{member}/Cargo.toml")).is_none())
        .map(|member| format!("Cargo.toml: the member `{member}` has no Cargo.toml"))
        .collect();
    for (path, text) in tree.files() {
        let Some(folder) = path.strip_suffix("/Cargo.toml") else { continue };
        if !members.iter().chain(&excluded).any(|member| member == folder) {
            findings.push(format!("{path}: is not a member of the workspace; add `{folder}` to Cargo.toml"));
        }
        let inherits = |table: &str| text.contains(&format!("{table}\nworkspace = true"));
        if members.iter().any(|member| member == folder) && !inherits("[lints]") && !text.contains("[lints.")
        {
            findings.push(format!("{path}: has no lints; add `[lints]` with `workspace = true`"));
        }
    }
    findings
}

/// The strings of a list of the root manifest's.
fn list(manifest: &str, key: &str) -> Vec<String> {
    let list = manifest.split_once(&format!("\n{key} = [")).map(|(_, after)| after).unwrap_or_default();
    let list = list.split(']').next().unwrap_or_default();
    list.split('"').skip(1).step_by(2).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROOT: (&str, &str) =
        ("Cargo.toml", "[workspace]\nmembers = [\n  \"a\",\n  \"b\",\n]\nexclude = [\"c\"]\n");
    const LINTS: &str = "[package]\n\n[lints]\nworkspace = true\n";

    #[test]
    fn every_package_is_listed() {
        let tree = Tree::of([ROOT, ("a/Cargo.toml", LINTS), ("b/Cargo.toml", LINTS), ("c/Cargo.toml", "")]);
        assert_eq!(check(&tree), [""; 0]);
    }

    #[test]
    fn what_is_missing_is_a_breach() {
        let tree = Tree::of([ROOT, ("a/Cargo.toml", "[package]"), ("d/Cargo.toml", LINTS)]);
        let findings = check(&tree);
        assert_eq!(findings.len(), 3, "{findings:?}");
        assert!(findings[0].contains("the member `b`"));
        assert!(findings[1].contains("has no lints"));
        assert!(findings[2].contains("add `d`"));
    }
}
