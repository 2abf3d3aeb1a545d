//! Doc comments in the words of each language: no Rust code, no links of rustdoc, fields as the reader writes them.

use std::collections::BTreeSet;

use super::names::{camel, capital, constant, snake};
use super::schema::{Shape, Types};

/// For whom a text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Language {
    Python,
    /// TypeScript, and JSON in an editor.
    Camel,
}

/// Turns doc comments into the words of one language.
#[derive(Debug)]
pub(crate) struct Words<'a> {
    language: Language,
    types: &'a Types,
    keys: BTreeSet<&'a str>,
}

impl<'a> Words<'a> {
    pub(crate) fn new(language: Language, types: &'a Types) -> Self {
        Self { language, types, keys: types.keys().collect() }
    }

    /// The paragraphs of a doc comment, each on one line, up to its first heading and without code.
    pub(crate) fn paragraphs(&self, docs: &str) -> Vec<String> {
        let (mut paragraphs, mut last, mut in_code) = (Vec::new(), String::new(), false);
        for line in docs.lines().map(str::trim).take_while(|line| !line.starts_with("# ")).chain([""]) {
            if line.starts_with("```") {
                in_code = !in_code;
            } else if line.is_empty() && !in_code && !last.is_empty() {
                let text = without_rust(&std::mem::take(&mut last));
                if !text.is_empty() {
                    paragraphs.push(self.plain(&text));
                }
            } else if !in_code && !line.is_empty() {
                let gap = if last.is_empty() { "" } else { " " };
                last = format!("{last}{gap}{line}");
            }
        }
        paragraphs
    }

    /// All of a doc comment on one line.
    pub(crate) fn line(&self, docs: &str) -> String {
        self.paragraphs(docs).join(" ")
    }

    /// A text without rustdoc's links and with code spans in the language.
    fn plain(&self, text: &str) -> String {
        let mut plain = String::new();
        let mut rest = text;
        while let Some(at) = rest.find(['`', '[']) {
            let (before, from) = rest.split_at(at);
            plain.push_str(before);
            let (piece, length) = if from.starts_with('`') { self.span(from) } else { self.link(from) };
            plain.push_str(&piece);
            rest = &from[length..];
        }
        // Guides are written in Rust.
        (plain + rest).replace(" (guide)", "")
    }

    /// A code span at the beginning of `text`, and its length.
    fn span(&self, text: &str) -> (String, usize) {
        match text[1..].find('`') {
            Some(end) => (format!("`{}`", self.code(&text[1..=end])), end + 2),
            None => ("`".to_owned(), 1),
        }
    }

    /// A link at the beginning of `text`, and its length.
    fn link(&self, text: &str) -> (String, usize) {
        let Some(end) = text.find(']') else { return ("[".to_owned(), 1) };
        let label = &text[1..end];
        let target =
            text[end + 1..].strip_prefix('(').and_then(|rest| rest.split_once(')')).map(|(to, _)| to);
        match target {
            Some(url) if url.starts_with("http") => {
                let label = self.plain(label);
                let link = match self.language {
                    Language::Python => format!("{label} <{url}>"),
                    Language::Camel => format!("[{label}]({url})"),
                };
                (link, end + url.len() + 3)
            }
            Some(path) => (self.plain(label), end + path.len() + 3),
            None if label.starts_with('`') && label.ends_with('`') => (self.plain(label), end + 1),
            None => ("[".to_owned(), 1),
        }
    }

    /// What a code span says, in the language: `Eks::reap`, `node_groups`, `None`, `true`.
    fn code(&self, code: &str) -> String {
        let code = code.trim_start_matches("crate::");
        if let Some((name, variant)) = code.split_once("::") {
            if let Some(word) = self.word(name, variant) {
                return match self.language {
                    Language::Python => format!("{name}.{}", constant(&word)),
                    Language::Camel => word,
                };
            }
            // Not `AWS::EC2::Subnet`, nor an ARN.
            let is_name = |text: &str| text.chars().all(|it| it.is_ascii_alphanumeric() || it == '_');
            let is_method = is_name(variant) && variant.starts_with(|first: char| first.is_ascii_lowercase());
            if is_name(name) && (is_method || self.types.get(name).is_some()) {
                return format!("{name}.{}", self.name(variant));
            }
        }
        match (self.language, code) {
            (Language::Python, "null") => "None".to_owned(),
            (Language::Python, "true" | "false") => capital(code),
            (Language::Camel, "None") => "null".to_owned(),
            _ => code.split('.').map(|part| self.name(part)).collect::<Vec<_>>().join("."),
        }
    }

    /// The word of an enum's variant.
    fn word(&self, name: &str, variant: &str) -> Option<String> {
        let Shape::Words(words) = &self.types.get(name)?.shape else { return None };
        words.iter().find(|word| capital(&word.word) == variant).map(|word| word.word.clone())
    }

    /// A field's name in the language; anything else as it is.
    fn name(&self, name: &str) -> String {
        match self.language {
            Language::Python if self.keys.contains(name) => snake(name),
            Language::Camel if self.keys.contains(camel(name).as_str()) => camel(name),
            _ => name.to_owned(),
        }
    }
}

/// Without the sentences that say what Rust's traits do, or how a field of Rust's is written.
fn without_rust(paragraph: &str) -> String {
    let of_rust =
        |sentence: &&str| ["`Display`", "`serde`", "Written `type`"].iter().any(|it| sentence.contains(it));
    let sentences: Vec<_> = paragraph.split_inclusive(". ").filter(|sentence| !of_rust(sentence)).collect();
    sentences.concat().trim_end().to_owned()
}

/// Breaks a text at spaces into lines of at most `width` characters, so far as its words allow.
pub(crate) fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split(' ') {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn types() -> Types {
        let kinds = [("timedOut", "")].map(|(word, _)| json!({ "const": word, "type": "string" }));
        Types::read(&json!({ "$defs": {
            "ErrorKind": { "oneOf": kinds, "x-role": "output" },
            "Plan": { "properties": { "nodeGroups": { "type": "string" } }, "type": "object" },
        }}))
        .expect("types")
    }

    #[test]
    fn links_of_rustdoc_are_words_and_others_stay() {
        let types = types();
        let (python, camel) = (Words::new(Language::Python, &types), Words::new(Language::Camel, &types));
        let text = "When [`Eks::reap`](crate::Eks::reap) may, as in\n[EKS](https://a.b/c), or [`Cost`] ([guide](crate::guide)).";
        assert_eq!(python.line(text), "When `Eks.reap` may, as in EKS <https://a.b/c>, or `Cost`.");
        assert_eq!(camel.line(text), "When `Eks.reap` may, as in [EKS](https://a.b/c), or `Cost`.");
    }

    #[test]
    fn code_spans_are_in_the_language() {
        let types = types();
        let (python, camel) = (Words::new(Language::Python, &types), Words::new(Language::Camel, &types));
        let text = "`None`, `true`, `nodeGroups[0]`, `nodeGroups`, `node_groups`, `ErrorKind::TimedOut`, \
                    `AWS::EC2::Subnet`, `arn:aws:iam::aws:policy/A`";
        assert_eq!(
            python.line(text),
            "`None`, `True`, `nodeGroups[0]`, `node_groups`, `node_groups`, `ErrorKind.TIMED_OUT`, \
             `AWS::EC2::Subnet`, `arn:aws:iam::aws:policy/A`"
        );
        assert_eq!(
            camel.line(text),
            "`null`, `true`, `nodeGroups[0]`, `nodeGroups`, `nodeGroups`, `timedOut`, `AWS::EC2::Subnet`, `arn:aws:iam::aws:policy/A`"
        );
    }

    #[test]
    fn code_and_headings_are_left_out() {
        let types = types();
        let python = Words::new(Language::Python, &types);
        let text = "One.\nTwo.\n\n`Display` prints it. Three and a half.\n\n```\nlet a = [1];\n\nlet b;\n```\n\nThree.\n\n# Errors\n\nNever.";
        assert_eq!(python.paragraphs(text), ["One. Two.", "Three and a half.", "Three."]);
    }

    #[test]
    fn lines_are_broken_at_spaces() {
        assert_eq!(wrapped("one two three", 7), ["one two", "three"]);
        assert_eq!(wrapped("a-long-word b", 3), ["a-long-word", "b"]);
    }
}
