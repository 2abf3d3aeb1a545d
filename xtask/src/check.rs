//! The rules. Each takes the project's files and says where they break it.

mod code_of_readme;
mod generated;
mod layers;
mod length;
mod links;
mod machine;
mod members;
mod simulator;

use crate::tree::Tree;

/// A house rule.
pub(crate) struct Rule {
    /// What holds when nothing is found.
    pub(crate) name: &'static str,
    /// Where it does not hold, as `path:line: what and what to do`.
    pub(crate) check: fn(&Tree) -> Vec<String>,
}

/// What `codegen --check` looks at, too.
pub(crate) const GENERATED: Rule =
    Rule { name: "what is generated for the bindings is up to date", check: generated::check };

pub(crate) const RULES: [Rule; 8] = [
    Rule { name: "eks-core's modules name only what ARCHITECTURE.md's table allows", check: layers::check },
    Rule { name: "eks-sim knows nothing of eks-core", check: simulator::check },
    Rule { name: "no file has more than 700 lines of code", check: length::check },
    Rule { name: "links and file names in the documents lead somewhere", check: links::check },
    Rule { name: "the README's Rust is what eks-core's doctest runs", check: code_of_readme::check },
    Rule { name: "no file knows the machine or registry that it was made with", check: machine::check },
    Rule { name: "every package is a member of the workspace", check: members::check },
    GENERATED,
];
