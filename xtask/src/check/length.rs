//! Small files: one that passes 500 lines of code asks to be two, one that passes this has to be. What is generated
//! is as long as it is.

use crate::codegen::is_generated;
use crate::rust;
use crate::tree::Tree;

const MOST: usize = 700;

pub(crate) fn check(tree: &Tree) -> Vec<String> {
    let lengths = tree.files().filter(|(_, text)| !is_generated(text)).filter_map(|(path, text)| {
        let (_, extension) = path.rsplit_once('.')?;
        let comment = match extension {
            "rs" => return Some((path, rust::lines(text))),
            "py" | "sh" => "#",
            "js" | "mjs" | "ts" | "mts" => "//",
            _ => return None,
        };
        let is_code = |line: &&str| !line.trim().is_empty() && !line.trim_start().starts_with(comment);
        Some((path, text.lines().filter(is_code).count()))
    });
    lengths
        .filter(|(_, lines)| *lines > MOST)
        .map(|(path, lines)| format!("{path}: has {lines} lines of code; make it two files"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_blanks_and_inline_tests_do_not_count() {
        let long = "fn f() {}\n".repeat(MOST);
        let fine = format!("{}\n{long}\n#[cfg(test)]\nmod tests {{\n{long}}}\n", "// A word.\n\n".repeat(50));
        assert_eq!(check(&Tree::of([("a.rs", &fine)])), [""; 0]);
        let python = format!("# A word.\n{}", "x = 1\n".repeat(MOST));
        assert_eq!(check(&Tree::of([("a.py", &python)])), [""; 0]);
    }

    #[test]
    fn what_is_generated_may_be_long() {
        let long = format!("{}\n{}", crate::codegen::mark("#"), "x = 1\n".repeat(MOST + 1));
        assert_eq!(check(&Tree::of([("a.py", &long)])), [""; 0]);
    }

    #[test]
    fn one_line_more_is_a_breach() {
        let long = "fn f() {}\n".repeat(MOST + 1);
        assert_eq!(check(&Tree::of([("a.rs", &long)])), ["a.rs: has 701 lines of code; make it two files"]);
    }
}
