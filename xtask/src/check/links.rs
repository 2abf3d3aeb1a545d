//! Links to files and headings, and the names of files that documents give.

use crate::tree::Tree;

pub(crate) fn check(tree: &Tree) -> Vec<String> {
    let mut findings = Vec::new();
    for (path, text) in tree.files().filter(|(path, _)| path.ends_with(".md")) {
        for (line, prose) in prose(text) {
            let at = |what: String| format!("{path}:{line}: {what}");
            for target in link_targets(prose) {
                findings.extend(broken_link(tree, path, target).map(at));
            }
            // The history may name what is gone.
            if path != "CHANGELOG.md" {
                let gone = file_names(prose).filter(|name| !exists(tree, name));
                findings.extend(gone.map(|name| at(format!("there is no file `{name}`"))));
            }
        }
    }
    findings
}

/// The lines outside of code fences.
fn prose(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut fenced = false;
    text.lines().enumerate().filter_map(move |(index, line)| {
        let fence = line.trim_start().starts_with("```");
        fenced ^= fence;
        (!fenced && !fence).then_some((index + 1, line))
    })
}

fn link_targets(line: &str) -> impl Iterator<Item = &str> {
    line.split("](").skip(1).filter_map(|rest| rest.split_once(')').map(|(target, _)| target))
}

fn broken_link(tree: &Tree, document: &str, target: &str) -> Option<String> {
    if target.contains("://") || target.starts_with("mailto:") {
        return None;
    }
    let (file, anchor) = target.split_once('#').map_or((target, None), |(file, anchor)| (file, Some(anchor)));
    let file = if file.is_empty() { document.to_owned() } else { joined(document, file) };
    if !tree.has(&file) {
        return Some(format!("the link `{target}` leads to no file"));
    }
    let anchor = anchor?;
    let headings = prose(tree.text(&file)?).filter_map(|(_, line)| line.strip_prefix('#'));
    let found = headings.map(|heading| slug(heading.trim_start_matches('#'))).any(|slug| slug == anchor);
    (!found).then(|| format!("the link `{target}` leads to no heading"))
}

/// `target` as seen from the folder of `document`.
fn joined(document: &str, target: &str) -> String {
    let mut parts: Vec<&str> = document.split('/').collect();
    parts.pop();
    for part in target.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    parts.join("/")
}

/// A heading's anchor, as GitHub makes it.
fn slug(heading: &str) -> String {
    let letters = heading.trim().to_lowercase();
    letters
        .chars()
        .filter(|letter| letter.is_alphanumeric() || matches!(letter, ' ' | '-' | '_'))
        .map(|letter| if letter == ' ' { '-' } else { letter })
        .collect()
}

/// Rust files that are named between backticks.
fn file_names(line: &str) -> impl Iterator<Item = &str> {
    line.split('`')
        .skip(1)
        .step_by(2)
        .filter(|span| span.ends_with(".rs") && !span.contains(['*', '<', ' ', '…']))
}

/// A document may leave out the beginning of a path that its reader knows.
fn exists(tree: &Tree, name: &str) -> bool {
    let tail = format!("/{name}");
    tree.files().any(|(path, _)| path == name || path.ends_with(&tail))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<String> {
        check(&Tree::of([
            ("docs/a.md", text),
            ("README.md", "# What it is\n\n## Without `EC2`\n"),
            ("eks-core/src/plan/step.rs", ""),
        ]))
    }

    #[test]
    fn what_exists_is_found() {
        let text = "[a](../README.md) [b](../README.md#without-ec2) [c](https://example.com) [d](../eks-core) `plan/step.rs`";
        assert_eq!(found(text), [""; 0]);
    }

    #[test]
    fn what_does_not_is_a_breach() {
        assert_eq!(found("\n[a](README.md)"), ["docs/a.md:2: the link `README.md` leads to no file"]);
        assert_eq!(
            found("[a](../README.md#with-ec2)"),
            ["docs/a.md:1: the link `../README.md#with-ec2` leads to no heading"]
        );
        assert_eq!(found("`act/step.rs`"), ["docs/a.md:1: there is no file `act/step.rs`"]);
    }

    #[test]
    fn examples_are_left_alone() {
        assert_eq!(found("```\n[a](nowhere.md)\n```\n`act/<thing>.rs`"), [""; 0]);
    }
}
