//! What `cargo` itself does not do: `cargo run -p xtask -- check` and `cargo run -p xtask -- codegen`.

mod check;
mod codegen;
mod rust;
mod tree;

use std::env;
use std::path::Path;
use std::process::ExitCode;

use check::Rule;
use tree::Tree;

const USAGE: &str = "\
Usage: cargo run -p xtask -- check | codegen [--check]

check    Checks the house rules of ARCHITECTURE.md on every file that git tracks or would track, and that what is
         generated is up to date.
codegen  Writes what bindings have of eks-core's types; with --check it only says which files are stale.";

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap_or(Path::new("."));
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["check"] => with_tree(root, |tree| report(tree, &check::RULES)),
        ["codegen", "--check"] => with_tree(root, |tree| report(tree, &[check::GENERATED])),
        ["codegen"] => match codegen::write(root) {
            Ok(()) => ExitCode::SUCCESS,
            Err(problem) => {
                eprintln!("xtask: {problem}");
                ExitCode::FAILURE
            }
        },
        _ => {
            eprintln!("{USAGE}");
            ExitCode::FAILURE
        }
    }
}

fn with_tree(root: &Path, with: impl FnOnce(&Tree) -> ExitCode) -> ExitCode {
    match Tree::read(root) {
        Ok(tree) => with(&tree),
        Err(error) => {
            eprintln!("xtask: the files cannot be listed and read: {error}");
            ExitCode::FAILURE
        }
    }
}

fn report(tree: &Tree, rules: &[Rule]) -> ExitCode {
    let mut broken = 0;
    for rule in rules {
        let findings = (rule.check)(tree);
        println!("{} {}", if findings.is_empty() { "ok    " } else { "BROKEN" }, rule.name);
        for finding in &findings {
            println!("         {finding}");
        }
        broken += findings.len();
    }
    if broken == 0 {
        return ExitCode::SUCCESS;
    }
    println!("\n{broken} breaches. The rules and their reasons are in ARCHITECTURE.md, \"House rules\".");
    ExitCode::FAILURE
}
