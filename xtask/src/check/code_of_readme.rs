//! The README's Rust is eks-core's front page, which a doctest runs, less the lines that rustdoc hides.

use crate::tree::Tree;

const TESTED: &str = "eks-core/README.md";

pub(crate) fn check(tree: &Tree) -> Vec<String> {
    let shown = tree.text("README.md").map(|text| blocks(text, &["```rust"])).unwrap_or_default();
    let tested =
        tree.text(TESTED).map(|text| blocks(text, &["```", "```rust", "```no_run"])).unwrap_or_default();
    let tested: Vec<String> = tested.into_iter().map(|(_, block)| visible(&block)).collect();
    let untested = shown.into_iter().filter(|(_, block)| !tested.contains(block));
    untested
        .map(|(line, _)| format!("README.md:{line}: this Rust is not that of {TESTED}; copy it from there"))
        .collect()
}

/// The blocks that one of these fences opens, each with the fence's line.
fn blocks(text: &str, fences: &[&str]) -> Vec<(usize, String)> {
    let mut blocks = Vec::new();
    let mut open: Option<(usize, bool, String)> = None;
    for (index, line) in text.lines().enumerate() {
        match &mut open {
            None if line.starts_with("```") => {
                open = Some((index + 1, fences.contains(&line.trim_end()), String::new()))
            }
            None => {}
            Some((start, wanted, block)) if line.starts_with("```") => {
                if *wanted {
                    blocks.push((*start, block.clone()));
                }
                open = None;
            }
            Some((_, _, block)) => {
                block.push_str(line);
                block.push('\n');
            }
        }
    }
    blocks
}

/// Without the lines that rustdoc hides.
fn visible(block: &str) -> String {
    block
        .lines()
        .filter(|line| *line != "#" && !line.starts_with("# "))
        .map(|line| format!("{line}\n"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hidden_lines_are_the_only_difference() {
        let tested = "Text.\n\n```\n# fn main() {\nlet a = 1;\n# }\n```\n";
        let good = "```console\ncargo run\n```\n\n```rust\nlet a = 1;\n```\n";
        assert_eq!(check(&Tree::of([("README.md", good), (TESTED, tested)])), [""; 0]);
        let bad = good.replace("a = 1", "a = 2");
        assert_eq!(check(&Tree::of([("README.md", &bad), (TESTED, tested)])).len(), 1);
    }
}
