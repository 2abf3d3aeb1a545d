//! Paths of the machine that a file was made on, and package registries that it was made with: they work
//! there and nowhere else.

use crate::tree::Tree;

/// Folders that only that machine has. In two pieces, so that this file passes.
const FOLDERS: [&str; 2] = [concat!("/", "work/"), concat!("/", "root/")];

/// Registries' host names, likewise.
const REGISTRIES: [&str; 7] = [
    concat!("index.", "crates.io"),
    concat!("static.", "crates.io"),
    concat!("registry.", "npmjs.org"),
    concat!("registry.", "yarnpkg.com"),
    concat!("pypi.org", "/simple"),
    concat!("files.", "pythonhosted.org"),
    concat!("proxy.", "golang.org"),
];

/// What `Cargo.lock` says of crates from the registry that everyone has.
const INDEX: &str = concat!("registry+https://github.com/rust-lang/", "crates.io-index");

pub(crate) fn check(tree: &Tree) -> Vec<String> {
    let mut findings = Vec::new();
    for (path, text) in tree.files() {
        for (index, line) in text.lines().enumerate() {
            let mut found = |what: String| findings.push(format!("{path}:{}: {what}", index + 1));
            for folder in FOLDERS.into_iter().filter(|folder| names_folder(line, folder)) {
                found(format!("names a folder of this machine, `{folder}`"));
            }
            for host in REGISTRIES.into_iter().filter(|host| line.contains(host)) {
                found(format!("names a package registry, `{host}`"));
            }
            let foreign = line.contains("registry+") && !line.contains(INDEX) && path.ends_with("Cargo.lock");
            if foreign {
                found("locks a crate to another registry than the public one".to_owned());
            }
        }
    }
    findings
}

/// Whether a path in the line begins with the folder: not part of a longer path or an address.
fn names_folder(line: &str, folder: &str) -> bool {
    line.match_indices(folder).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        !before.is_some_and(|letter| letter.is_alphanumeric() || "._-/}>$~".contains(letter))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(line: &str) -> usize {
        check(&Tree::of([("a.txt", line)])).len()
    }

    #[test]
    fn folders_of_the_machine_are_found() {
        for folder in FOLDERS {
            assert_eq!(found(&format!("see `{folder}notes.md`")), 1, "{folder}");
            assert_eq!(found(&format!("see target{folder}notes.md")), 0, "{folder}");
            assert_eq!(found(&format!("https://example.com{folder}")), 0, "{folder}");
        }
    }

    #[test]
    fn registries_are_found() {
        for host in REGISTRIES {
            assert_eq!(found(&format!("\"resolved\": \"https://{host}/a.tgz\"")), 1, "{host}");
        }
    }

    #[test]
    fn a_lock_file_names_the_public_index_alone() {
        let lock = |source: &str| check(&Tree::of([("Cargo.lock", source)])).len();
        assert_eq!(lock(&format!("source = \"{INDEX}\"")), 0);
        assert_eq!(lock("source = \"registry+https://crates.example.com/index\""), 1);
    }
}
