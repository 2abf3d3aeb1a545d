//! What `cargo` itself does not check: `cargo run -p xtask -- check`.

mod check;
mod rust;
mod tree;

use std::env;
use std::path::Path;
use std::process::ExitCode;

use tree::Tree;

const USAGE: &str = "\
Usage: cargo run -p xtask -- check

Checks the house rules of ARCHITECTURE.md on every file that git tracks or would track.";

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    if arguments != ["check"] {
        eprintln!("{USAGE}");
        return ExitCode::FAILURE;
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap_or(Path::new("."));
    match Tree::read(root) {
        Ok(tree) => report(&tree),
        Err(error) => {
            eprintln!("xtask: the files cannot be listed and read: {error}");
            ExitCode::FAILURE
        }
    }
}

fn report(tree: &Tree) -> ExitCode {
    let mut broken = 0;
    for rule in check::RULES {
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
