//! Who may know whom: the table in ARCHITECTURE.md is the rule, this reads it.

use crate::rust::{code, crate_paths, words};
use crate::tree::Tree;

const SOURCES: &str = "eks-core/src/";
const HEADING: &str = "## Who may know whom";
/// Everyone may know the error type, which the front door shows.
const FOR_ALL: [&str; 5] = ["error", "Error", "ErrorKind", "Result", "Violation"];

/// A row of the table.
struct Row {
    /// A module, such as `plan` or `observe/look`.
    module: String,
    /// Modules that it may name, such as `spec` or `plan::tag`.
    names: Vec<String>,
    /// Beginnings of words that its code is free of.
    free_of: Vec<String>,
}

pub(crate) fn check(tree: &Tree) -> Vec<String> {
    let rows = tree.text("ARCHITECTURE.md").map(rows).unwrap_or_default();
    if rows.is_empty() {
        return vec![format!("ARCHITECTURE.md: has no table below \"{HEADING}\"")];
    }
    let mut findings = Vec::new();
    for (path, source) in tree.rust(SOURCES) {
        let file = &path[SOURCES.len()..path.len() - ".rs".len()];
        if is_exempt(file) {
            continue;
        }
        let Some(row) = row(&rows, file) else {
            findings.push(format!("{path}: has no row in ARCHITECTURE.md's table; add its module there"));
            continue;
        };
        findings.extend(
            breaches(row, &rows, file, source).map(|(line, breach)| format!("{path}:{line}: {breach}")),
        );
    }
    findings
}

/// Binaries use the library from outside, the front door names everything, tests stand where they like.
fn is_exempt(file: &str) -> bool {
    let is_test = |part: &str| part == "tests" || part.ends_with("_tests");
    file == "lib" || file.starts_with("bin/") || file.split('/').any(is_test)
}

fn breaches<'a>(
    row: &'a Row,
    rows: &'a [Row],
    file: &'a str,
    source: &str,
) -> impl Iterator<Item = (usize, String)> + 'a {
    let code = code(source);
    let mut breaches = Vec::new();
    for (line, word) in words(&code) {
        if row.free_of.iter().any(|banned| word.starts_with(banned.as_str())) {
            breaches.push((line, format!("`{}` is free of `{word}`", row.module)));
        }
    }
    let top = |path: &str| path.split(['/', ':']).next().unwrap_or_default().to_owned();
    let own = top(&row.module);
    for (line, path) in crate_paths(&code).into_iter().chain(climbing_paths(&code, file)) {
        let first = top(&path);
        let known = FOR_ALL.contains(&first.as_str()) || first == own;
        let allowed = |name: &String| path == *name || path.starts_with(&format!("{name}::"));
        if known || row.names.iter().any(allowed) {
            continue;
        }
        let is_module = rows.iter().any(|row| top(&row.module) == first);
        let advice =
            if is_module { "the table has no such arrow" } else { "name the module, not the front door" };
        breaches.push((line, format!("`{}` names `crate::{path}`: {advice}", row.module)));
    }
    breaches.into_iter()
}

/// Paths that reach the crate's root by `super::`, as if they were written with `crate::`.
fn climbing_paths(code: &str, file: &str) -> Vec<(usize, String)> {
    let depth = file.trim_end_matches("/mod").split('/').count();
    let climb = "super::".repeat(depth);
    let rewritten = code.replace(&climb, "crate::");
    let found = crate_paths(&rewritten);
    let usual = crate_paths(code);
    found.into_iter().filter(|path| !usual.contains(path)).collect()
}

/// The row of the module that the file is in, the nearest one.
fn row<'a>(rows: &'a [Row], file: &str) -> Option<&'a Row> {
    let holds = |row: &&Row| file == row.module || file.starts_with(&format!("{}/", row.module));
    rows.iter().filter(holds).max_by_key(|row| row.module.len())
}

fn rows(document: &str) -> Vec<Row> {
    let section = document.split_once(HEADING).map(|(_, after)| after).unwrap_or_default();
    let section = section.split("\n## ").next().unwrap_or_default();
    section
        .lines()
        .filter_map(|line| {
            let cells: Vec<&str> = line.strip_prefix('|')?.split('|').collect();
            let module = spans(cells.first()?).into_iter().next()?;
            let cell = |index: usize| cells.get(index).map(|cell| spans(cell)).unwrap_or_default();
            Some(Row { module, names: cell(1), free_of: cell(2) })
        })
        .collect()
}

/// What stands between backticks.
fn spans(cell: &str) -> Vec<String> {
    cell.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &str = "## Who may know whom\n\n| module | names | is free of |\n|---|---|---|\n\
        | `spec` | nothing | `aws_`, `tokio`, `async` |\n| `plan` | `spec` | `aws_` |\n\
        | `look` | `spec`, `plan::tag` | |\n\n## Next\n\n| `plan` | `act` | |\n";

    fn found(path: &str, source: &str) -> Vec<String> {
        check(&Tree::of([("ARCHITECTURE.md", TABLE), (path, source)]))
    }

    #[test]
    fn an_arrow_of_the_table_is_allowed() {
        assert_eq!(
            found("eks-core/src/plan/a.rs", "use crate::spec::Cluster;\nuse crate::{Error, plan::b};"),
            [""; 0]
        );
    }

    #[test]
    fn another_arrow_is_a_breach() {
        let findings = found("eks-core/src/spec/a.rs", "\nuse crate::plan::Plan;");
        assert_eq!(
            findings,
            ["eks-core/src/spec/a.rs:2: `spec` names `crate::plan::Plan`: the table has no such arrow"]
        );
    }

    #[test]
    fn an_arrow_to_a_part_is_no_arrow_to_the_rest() {
        assert_eq!(
            found("eks-core/src/look.rs", "use crate::plan::tag;\nuse crate::plan::tag::CLUSTER;"),
            [""; 0]
        );
        assert_eq!(found("eks-core/src/look.rs", "use crate::plan::{tag, Goal};").len(), 1);
    }

    #[test]
    fn climbing_is_seen() {
        assert_eq!(found("eks-core/src/spec/a/b.rs", "use super::super::super::plan::Plan;").len(), 1);
        assert_eq!(found("eks-core/src/spec/a/b.rs", "use super::super::plan::Plan;"), [""; 0]);
    }

    #[test]
    fn the_front_door_is_for_others() {
        let findings = found("eks-core/src/plan/a.rs", "use crate::Cluster;");
        assert!(findings[0].ends_with("name the module, not the front door"), "{findings:?}");
    }

    #[test]
    fn banned_words_are_found_in_code_alone() {
        assert_eq!(
            found("eks-core/src/spec/a.rs", "//! No async, no aws_ types.\nlet a = \"tokio\";"),
            [""; 0]
        );
        assert_eq!(found("eks-core/src/spec/a.rs", "async fn a(b: aws_types::Region) {}").len(), 2);
    }

    #[test]
    fn tests_and_binaries_stand_where_they_like() {
        assert_eq!(found("eks-core/src/spec/tests/a.rs", "use crate::plan::Plan;"), [""; 0]);
        assert_eq!(found("eks-core/src/bin/a.rs", "use aws_types::Region;"), [""; 0]);
    }

    #[test]
    fn a_module_without_a_row_and_a_document_without_the_table_are_breaches() {
        assert_eq!(found("eks-core/src/other.rs", "").len(), 1);
        assert_eq!(check(&Tree::of([("eks-core/src/spec/a.rs", "")])).len(), 1);
    }
}
