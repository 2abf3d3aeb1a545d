//! What `codegen` writes is what it wrote last.

use crate::codegen;
use crate::tree::Tree;

pub(crate) fn check(tree: &Tree) -> Vec<String> {
    match codegen::files() {
        Ok(files) => stale(tree, &files),
        Err(problem) => vec![format!("eks-core/src/schema.rs: {problem}")],
    }
}

fn stale(tree: &Tree, files: &[(&str, String)]) -> Vec<String> {
    files
        .iter()
        .filter(|(path, text)| tree.text(path) != Some(text.as_str()))
        .map(|(path, _)| format!("{path}: is stale; run `cargo run -p xtask -- codegen`"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_text_and_a_missing_file_are_breaches() {
        let files = [("a.py", "x = 1\n".to_owned())];
        assert_eq!(stale(&Tree::of([("a.py", "x = 1\n")]), &files), [""; 0]);
        let breach = ["a.py: is stale; run `cargo run -p xtask -- codegen`"];
        assert_eq!(stale(&Tree::of([("a.py", "x = 2\n")]), &files), breach);
        assert_eq!(stale(&Tree::of([("b.py", "x = 1\n")]), &files), breach);
    }
}
