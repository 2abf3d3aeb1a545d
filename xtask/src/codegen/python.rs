//! `eks-py/python/eks/_models.py`: a class for each type, on the hand-written classes of `_base.py`.
//!
//! Plain classes, because importing a package of them is cheap (facts/bindings.md §4): what a class says of its fields is a
//! table of texts, which `_base.py` reads when the first object is made.

mod class;
mod hints;

use super::docs::{Language, Words, wrapped};
use super::mark;
use super::names::{capital, constant};
use super::schema::{Content, Definition, Shape, Types, Variant, Word};
use class::Class;
use hints::Hints;

/// How long a line of text may be.
const WIDTH: usize = 110;

/// Classes that can do more than hold data: what they can is written by hand, in `_methods.py`.
const WITH_METHODS: [&str; 4] = ["Cluster", "ClusterInfo", "Event", "Plan"];

const INTRO: &str = r#""""Specs, options and answers, as plain classes.

Objects are made by keywords, are immutable, and know their JSON form: see `_base.py`. Names that end in `Name` are for
type hints: the words that a class of constants has.
"""

from __future__ import annotations

from ._base import EMPTY, Input, Output
from ._methods import ClusterInfoMethods, ClusterMethods, EventMethods, PlanMethods

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any, Final, Literal, TypeAlias
"#;

/// The module.
pub(crate) fn module(types: &Types) -> String {
    let words = Words::new(Language::Python, types);
    let hints = Hints::new(types);
    let mut names = Vec::new();
    let (mut for_hints, mut at_run_time) = (String::new(), String::new());
    let mut classes = Vec::new();
    for (name, definition) in &types.0 {
        let alias = |alias: &str, kind: &str| {
            (
                format!("\n    {alias}: TypeAlias = {}", quoted(kind)),
                format!("\n    {alias} = {}", hints::of_alias(kind)),
            )
        };
        let docs = words.paragraphs(&definition.docs);
        match &definition.shape {
            Shape::Words(all) => {
                let (hint, value) =
                    alias(&format!("{name}Name"), &hints.words(all.iter().map(|it| it.word.as_str())));
                for_hints += &hint;
                at_run_time += &value;
                names.push(format!("{name}Name"));
                names.push(name.clone());
                classes.push((usize::MAX - 1, constants(name, &docs, all, &words)));
            }
            Shape::Alias(kind) => {
                let (hint, value) = alias(name, &hints.given(kind));
                for_hints += &hint;
                for_hints += &format!("\n    {}", literal(&docs.join(" ")));
                at_run_time += &value;
                names.push(name.clone());
            }
            Shape::Tagged { variants, .. }
                if variants.iter().any(|it| matches!(it.content, Content::Of(_))) =>
            {
                let (hint, value, table) = union(name, variants);
                for_hints += &hint;
                for_hints += &format!("\n    {}", literal(&docs.join(" ")));
                at_run_time += &value;
                names.push(name.clone());
                names.push(constant(&(name.clone() + "s")));
                classes.push((usize::MAX, table));
            }
            _ => {
                // What is one of several follows their base, in the order in which they are tried.
                let rank = match (&definition.shape, base_of(name, types)) {
                    (Shape::Either(_), _) => 0,
                    (_, Some((_, place))) => 1 + place,
                    _ => usize::MAX - 2,
                };
                for class in of(name, definition, types) {
                    names.push(class.name.clone());
                    classes.push((rank, class.text(&words, &hints)));
                }
            }
        }
    }
    // What others are made of comes before them.
    classes.sort_by_key(|(rank, _)| *rank);
    let classes: Vec<String> = classes.into_iter().map(|(_, text)| text).collect();
    names.sort();
    let all: String = names.iter().map(|name| format!("    \"{name}\",\n")).collect();
    format!(
        "{}\n{INTRO}{for_hints}\nelse:{at_run_time}\n\n__all__ = [\n{all}]\n\n\n{}\n",
        mark("#"),
        classes.join("\n\n\n")
    )
}

/// The classes of a type: one, or a base and one for each variant.
fn of<'a>(name: &str, definition: &'a Definition, types: &'a Types) -> Vec<Class<'a>> {
    let parent = if definition.input { "Input" } else { "Output" };
    let parent = base_of(name, types).map_or(parent, |(base, _)| base);
    let methods = if WITH_METHODS.contains(&name) { format!("{name}Methods, ") } else { String::new() };
    let base = |fields, tag| Class {
        name: name.to_owned(),
        parent: format!("{methods}{parent}"),
        docs: &definition.docs,
        fields,
        inherited: Vec::new(),
        tag,
        input: definition.input,
        is_base: false,
    };
    match &definition.shape {
        Shape::Object(fields) => vec![base(fields.iter().collect(), None)],
        Shape::Either(_) => vec![Class { is_base: true, ..base(Vec::new(), None) }],
        Shape::Tagged { tag, shared, variants } => {
            let first = base(shared.iter().collect(), Some((tag.as_str(), None)));
            let variants = variants.iter().map(|variant| Class {
                name: format!("{name}{}", capital(&variant.word)),
                parent: name.to_owned(),
                docs: &variant.docs,
                fields: match &variant.content {
                    Content::Fields(fields) => fields.iter().collect(),
                    Content::Of(_) => Vec::new(),
                },
                inherited: shared.iter().collect(),
                tag: Some((tag.as_str(), Some(variant.word.as_str()))),
                input: definition.input,
                is_base: false,
            });
            std::iter::once(Class { is_base: true, ..first }).chain(variants).collect()
        }
        Shape::Words(_) | Shape::Alias(_) => Vec::new(),
    }
}

/// The type that is either this one or another, and the place of this one among them.
fn base_of<'a>(name: &str, types: &'a Types) -> Option<(&'a str, usize)> {
    types.0.iter().find_map(|(base, definition)| match &definition.shape {
        Shape::Either(names) => names.iter().position(|it| it == name).map(|place| (base.as_str(), place)),
        _ => None,
    })
}

/// A class of constants.
fn constants(name: &str, docs: &[String], words: &[Word], language: &Words<'_>) -> String {
    let mut text = format!("class {name}:\n{}\n    __slots__ = ()\n", docstring(docs));
    for word in words {
        text += &format!("\n    {}: Final = \"{}\"", constant(&word.word), word.word);
        let docs = language.line(&word.docs);
        if !docs.is_empty() {
            text += &format!("\n    {}", literal(&docs));
        }
    }
    text
}

/// A union of types that are there for themselves, and which word of the tag means which.
fn union(name: &str, variants: &[Variant]) -> (String, String, String) {
    let named = variants.iter().filter_map(|variant| match &variant.content {
        Content::Of(class) => Some((variant.word.as_str(), class.as_str())),
        Content::Fields(_) => None,
    });
    let (words, classes): (Vec<_>, Vec<_>) = named.unzip();
    let table: String =
        words.iter().zip(&classes).map(|(word, class)| format!("    \"{word}\": {class},\n")).collect();
    let constant = constant(&format!("{name}s"));
    (
        format!("\n    {name}: TypeAlias = {}", quoted(&classes.join(" | "))),
        format!("\n    {name} = Output"),
        format!(
            "{constant}: dict[str, type[{name}]] = {{\n{table}}}\n\"\"\"The class of each tag of `{name}`.\"\"\""
        ),
    )
}

/// A hint that may name what comes later.
fn quoted(kind: &str) -> String {
    if kind.contains(" | ") { format!("'{kind}'") } else { kind.to_owned() }
}

/// A docstring of paragraphs.
fn docstring(paragraphs: &[String]) -> String {
    let mut lines = Vec::new();
    for paragraph in paragraphs {
        if !lines.is_empty() {
            lines.push(String::new());
        }
        lines.extend(wrapped(paragraph, WIDTH));
    }
    let text = lines.join("\n    ").replace("\n    \n", "\n\n");
    let end = if lines.len() > 1 { "\n    " } else { "" };
    format!("    \"\"\"{}{end}\"\"\"\n", escaped(&text))
}

/// A text in one line.
fn literal(text: &str) -> String {
    format!("\"\"\"{}\"\"\"", escaped(&wrapped(text, WIDTH).join("\n    ")))
}

fn escaped(text: &str) -> String {
    let text = text.replace('\\', "\\\\").replace("\"\"\"", "\\\"\\\"\\\"");
    match text.strip_suffix('"') {
        Some(rest) => format!("{rest}\\\""),
        None => text,
    }
}
