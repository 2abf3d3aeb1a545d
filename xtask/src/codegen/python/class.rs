//! One class.

use serde_json::Value;

use super::super::docs::Words;
use super::super::names::attribute;
use super::super::schema::{Field, Type};
use super::hints::Hints;
use super::{docstring, escaped};

/// A class to be written.
#[derive(Debug)]
pub(crate) struct Class<'a> {
    pub(crate) name: String,
    pub(crate) parent: String,
    pub(crate) docs: &'a str,
    /// Its own fields.
    pub(crate) fields: Vec<&'a Field>,
    /// Those that its base has room for.
    pub(crate) inherited: Vec<&'a Field>,
    /// The member that says which variant it is, and what that says; nothing for the base of all variants.
    pub(crate) tag: Option<(&'a str, Option<&'a str>)>,
    /// Whether users write it.
    pub(crate) input: bool,
    /// Whether it stands for one of several classes.
    pub(crate) is_base: bool,
}

impl Class<'_> {
    pub(crate) fn text(&self, words: &Words<'_>, hints: &Hints<'_>) -> String {
        let mut text = format!("class {}({}):\n{}", self.name, self.parent, self.docstring(words));
        let base_tag = self.tag.filter(|_| self.is_base).map(|(tag, _)| attribute(tag));
        let slots = self.fields.iter().map(|field| attribute(&field.key)).chain(base_tag.clone());
        text += &format!("\n    __slots__ = ({})\n", tuple(slots.map(|name| format!("\"{name}\""))));
        if let Some((tag, None)) = self.tag {
            text += &format!("    _tag = \"{tag}\"\n");
        }
        text += &self.table(hints);
        for field in &self.fields {
            text += &format!("    {}: {}\n", attribute(&field.key), self.held(field, hints));
        }
        match self.tag {
            Some((tag, Some(word))) => {
                text += &format!("    {}: Literal[\"{word}\"] = \"{word}\"\n", attribute(tag))
            }
            Some((tag, None)) => text += &format!("    {}: str\n", attribute(tag)),
            None => {}
        }
        if !(self.is_base && self.tag.is_none()) {
            text += &self.constructor(hints);
        }
        text.trim_end().to_owned()
    }

    fn docstring(&self, words: &Words<'_>) -> String {
        let mut paragraphs = words.paragraphs(self.docs);
        if paragraphs.is_empty() {
            paragraphs.push(self.name.clone());
        }
        let mut text = docstring(&paragraphs);
        let fields: Vec<_> = self.all_fields().filter(|field| !field.docs.is_empty()).collect();
        if !fields.is_empty() {
            text = text.trim_end().trim_end_matches("\"\"\"").trim_end().to_owned();
            text += "\n\n    Fields:\n";
            for field in fields {
                let docs = words.line(&field.docs);
                let lines = super::wrapped(&format!("{}: {docs}", attribute(&field.key)), super::WIDTH - 4);
                text += &format!("\n        {}", escaped(&lines.join("\n            ")));
            }
            text += "\n    \"\"\"\n";
        }
        text
    }

    /// Of each field its key in JSON and the rule of its value.
    fn table(&self, hints: &Hints<'_>) -> String {
        let mut rows = String::new();
        for field in self.all_fields() {
            let rule = hints.rule(&field.kind);
            let is_nullable = is_optional(field) && !rule.starts_with('?') && default(field, hints) == "None";
            let null = if is_nullable { "?" } else { "" };
            let absent = if self.input || field.required { "" } else { "~" };
            let rule = format!("{absent}{null}{rule}");
            rows += &format!("        \"{}\": (\"{}\", \"{rule}\"),\n", attribute(&field.key), field.key);
        }
        if let Some((tag, None)) = self.tag {
            rows += &format!("        \"{}\": (\"{tag}\", \"str\"),\n", attribute(tag));
        }
        if rows.is_empty() {
            "    _fields = {}\n".to_owned()
        } else {
            format!("    _fields = {{\n{rows}    }}\n")
        }
    }

    fn constructor(&self, hints: &Hints<'_>) -> String {
        let mut arguments = String::new();
        for field in self.all_fields() {
            let mut hint = hints.given(&field.kind);
            let default = if is_optional(field) { default(field, hints) } else { String::new() };
            if default == "None" && !hint.ends_with("| None") {
                hint += " | None";
            }
            let default = if default.is_empty() { default } else { format!(" = {default}") };
            arguments += &format!("        {}: {hint}{default},\n", attribute(&field.key));
        }
        if let Some((tag, None)) = self.tag {
            arguments += &format!("        {}: str,\n", attribute(tag));
        }
        if arguments.is_empty() {
            return "\n    def __init__(self) -> None:\n        self._fill({})\n".to_owned();
        }
        format!(
            "\n    def __init__(\n        self,\n        *,\n{arguments}    ) -> None:\n        self._fill(locals())\n"
        )
    }

    /// The hint of an attribute, which is `None` where nothing was given.
    #[expect(clippy::unused_self, reason = "siblings ask the class")]
    fn held(&self, field: &Field, hints: &Hints<'_>) -> String {
        let hint = hints.held(&field.kind);
        let none = is_optional(field)
            && default(field, hints) == "None"
            && !hint.ends_with("| None")
            && hint != "Any";
        if none { hint + " | None" } else { hint }
    }

    fn all_fields(&self) -> impl Iterator<Item = &Field> {
        self.inherited.iter().chain(&self.fields).copied()
    }
}

/// Whether it may be left out: also in what the library writes, where nothing is known.
fn is_optional(field: &Field) -> bool {
    !field.required || matches!(field.kind, Type::Nullable(_)) || field.default.is_some()
}

/// What is taken where nothing is given. An object with defaults of its own is left to Rust.
fn default(field: &Field, hints: &Hints<'_>) -> String {
    match (&field.default, hints.resolved(&field.kind)) {
        (_, Type::Nullable(_)) => "None".to_owned(),
        (Some(Value::Bool(true)), _) => "True".to_owned(),
        (_, Type::Flag) => "False".to_owned(),
        (Some(Value::Number(number)), _) => number.to_string(),
        (Some(Value::String(text)), _) => format!("\"{}\"", escaped(text)),
        (_, Type::List(_)) => "()".to_owned(),
        (_, Type::Map(_)) => "EMPTY".to_owned(),
        _ => "None".to_owned(),
    }
}

fn tuple(items: impl Iterator<Item = String>) -> String {
    let items: Vec<_> = items.collect();
    let comma = if items.len() == 1 { "," } else { "" };
    items.join(", ") + comma
}
