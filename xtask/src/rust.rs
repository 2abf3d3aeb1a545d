//! As much of Rust's syntax as the rules need: what is code, and which paths it names.

/// The source with comments, the contents of literals and inline test modules blanked out. Line breaks stay,
/// so that line numbers do.
pub(crate) fn code(source: &str) -> String {
    let source = without_inline_tests(source);
    let mut code = String::with_capacity(source.len());
    let mut rest = source;
    while let Some(next) = rest.chars().next() {
        let (length, keep) = token(rest, next, code.chars().next_back());
        if keep {
            code.push_str(&rest[..length]);
        } else {
            code.extend(rest[..length].chars().map(|c| if c == '\n' { '\n' } else { ' ' }));
        }
        rest = &rest[length..];
    }
    code
}

/// The length of what `rest` begins with, and whether it is code.
fn token(rest: &str, next: char, before: Option<char>) -> (usize, bool) {
    let until =
        |end: &str, from: usize| rest[from..].find(end).map_or(rest.len(), |at| from + at + end.len());
    let in_word = before.is_some_and(is_word);
    if rest.starts_with("//") {
        (rest.find('\n').unwrap_or(rest.len()), false)
    } else if rest.starts_with("/*") {
        (block_comment(rest), false)
    } else if next == 'r' && !in_word && raw_hashes(&rest[1..]).is_some() {
        let hashes = raw_hashes(&rest[1..]).unwrap_or(0);
        (until(&format!("\"{}", "#".repeat(hashes)), hashes + 2), false)
    } else if next == '"' {
        (quoted(rest, '"'), false)
    } else if next == '\'' && is_char_literal(rest) {
        (quoted(rest, '\''), false)
    } else {
        (next.len_utf8(), true)
    }
}

/// The number of `#` of the raw string that `rest`, after its `r`, begins.
fn raw_hashes(rest: &str) -> Option<usize> {
    let hashes = rest.len() - rest.trim_start_matches('#').len();
    rest[hashes..].starts_with('"').then_some(hashes)
}

/// Tells `'a'` from the lifetime `'a`.
fn is_char_literal(rest: &str) -> bool {
    let mut letters = rest.chars().skip(1);
    letters.next() == Some('\\') || letters.next() == Some('\'')
}

fn quoted(rest: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, letter) in rest.char_indices().skip(1) {
        match letter {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            _ if letter == quote => return at + letter.len_utf8(),
            _ => {}
        }
    }
    rest.len()
}

/// Block comments nest.
fn block_comment(rest: &str) -> usize {
    let mut depth = 0;
    let mut at = 0;
    while at < rest.len() {
        if rest[at..].starts_with("/*") {
            depth += 1;
            at += 2;
        } else if rest[at..].starts_with("*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += rest[at..].chars().next().map_or(1, char::len_utf8);
        }
    }
    rest.len()
}

/// An inline test module is the last thing of its file.
fn without_inline_tests(source: &str) -> &str {
    source.find("\n#[cfg(test)]\nmod tests {").map_or(source, |at| &source[..at])
}

pub(crate) fn is_word(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_'
}

/// The words of code, each with its line, from 1.
pub(crate) fn words(code: &str) -> impl Iterator<Item = (usize, &str)> {
    code.lines().enumerate().flat_map(|(index, line)| {
        line.split(|letter| !is_word(letter))
            .filter(|word| !word.is_empty())
            .map(move |word| (index + 1, word))
    })
}

/// Lines that are neither blank nor a comment.
pub(crate) fn lines(source: &str) -> usize {
    let is_code = |line: &&str| !line.trim().is_empty() && !line.trim_start().starts_with("//");
    without_inline_tests(source).lines().filter(is_code).count()
}

/// The paths that code names from the crate's root, at most two names long, each with its line:
/// `crate::plan::{Goal, tag}` is `plan::Goal` and `plan::tag`.
pub(crate) fn crate_paths(code: &str) -> Vec<(usize, String)> {
    let mut paths = Vec::new();
    for (at, _) in code.match_indices("crate::") {
        if code[..at].ends_with(is_word) {
            continue;
        }
        let line = code[..at].matches('\n').count() + 1;
        let names = names(&code[at + "crate::".len()..], 2);
        paths.extend(names.into_iter().map(|name| (line, name)));
    }
    paths
}

/// What a use tree names, down to `depth` names.
fn names(tree: &str, depth: usize) -> Vec<String> {
    let tree = tree.trim_start();
    if let Some(group) = tree.strip_prefix('{') {
        return members(group).into_iter().flat_map(|member| names(member, depth)).collect();
    }
    let end = tree.find(|letter| !is_word(letter)).unwrap_or(tree.len());
    let (name, rest) = tree.split_at(end);
    if name.is_empty() {
        return Vec::new();
    }
    match rest.trim_start().strip_prefix("::") {
        Some(below) if depth > 1 => {
            let below = names(below, depth - 1);
            if below.is_empty() {
                return vec![name.to_owned()];
            }
            below
                .into_iter()
                .map(|below| if below == "self" { name.to_owned() } else { format!("{name}::{below}") })
                .collect()
        }
        _ => vec![name.to_owned()],
    }
}

/// The members of a group, from after its `{` to its `}`.
fn members(group: &str) -> Vec<&str> {
    let mut members = Vec::new();
    let (mut depth, mut start) = (0, 0);
    for (at, letter) in group.char_indices() {
        match letter {
            '{' => depth += 1,
            '}' if depth == 0 => {
                members.push(&group[start..at]);
                return members;
            }
            '}' => depth -= 1,
            ',' if depth == 0 => {
                members.push(&group[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    members
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_literals_are_no_code() {
        let source = "let a = \"tokio \\\" aws_\"; // async\n/* /* x */ tokio */ let b = r#\"aws_\"# + 'a';\nfn f<'a>() {}";
        let code = code(source);
        let words: Vec<&str> = words(&code).map(|(_, word)| word).collect();
        assert_eq!(words, ["let", "a", "let", "b", "fn", "f", "a"]);
    }

    #[test]
    fn line_numbers_stay() {
        let text = code("/*\n*/\nlet x;");
        assert_eq!(words(&text).next(), Some((3, "let")));
    }

    #[test]
    fn inline_tests_are_left_out() {
        assert_eq!(
            lines("fn a() {}\n\n/// Doc.\nfn b() {}\n\n#[cfg(test)]\nmod tests {\n    fn c() {}\n}\n"),
            2
        );
    }

    #[test]
    fn paths_are_read_out_of_groups() {
        let code = "use crate::plan::{Goal, tag, step::{Step}};\nuse crate::{Error, spec::Cluster};\nuse crate::aws;\npub(crate) fn f() { crate::observe::look::look() }";
        let paths: Vec<String> =
            crate_paths(code).into_iter().map(|(line, path)| format!("{line} {path}")).collect();
        assert_eq!(
            paths,
            [
                "1 plan::Goal",
                "1 plan::tag",
                "1 plan::step",
                "2 Error",
                "2 spec::Cluster",
                "3 aws",
                "4 observe::look"
            ]
        );
    }
}
