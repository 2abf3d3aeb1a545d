//! `eks-node/models.d.ts`: an interface for each type. What the library gives is `readonly`.

use super::docs::{Language, Words, wrapped};
use super::mark;
use super::names::capital;
use super::schema::{Content, Definition, Field, Shape, Type, Types, Variant};

const WIDTH: usize = 110;

const JSON: &str = "\
/** Any JSON. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json }
";

/// The declarations.
pub(crate) fn declarations(types: &Types) -> String {
    let words = Words::new(Language::Camel, types);
    let mut text = format!("{}\n\n{JSON}", mark("//"));
    for (name, definition) in &types.0 {
        text += "\n";
        text += &declaration(name, definition, &words);
    }
    text
}

fn declaration(name: &str, definition: &Definition, words: &Words<'_>) -> String {
    let docs = comment(&words.paragraphs(&definition.docs), "");
    match &definition.shape {
        Shape::Object(fields) => format!("{docs}{}", interface(name, None, fields, definition.input, words)),
        Shape::Words(all) => {
            let one =
                |docs: &str, word: &str| format!("{}  | '{word}'\n", comment(&words.paragraphs(docs), "  "));
            let all: String = all.iter().map(|it| one(&it.docs, &it.word)).collect();
            format!("{docs}export type {name} =\n{all}")
        }
        Shape::Tagged { tag, shared, variants } => {
            let named: String =
                variants.iter().map(|it| format!("  | {}\n", reference(name, tag, it))).collect();
            let own: String =
                variants.iter().map(|it| variant(name, tag, shared, it, definition, words)).collect();
            format!("{docs}export type {name} =\n{named}{own}")
        }
        Shape::Either(names) => format!("{docs}export type {name} = {}\n", names.join(" | ")),
        Shape::Alias(kind) => format!("{docs}export type {name} = {}\n", written(kind, definition.input)),
    }
}

/// A variant, as the union of all has it.
fn reference(name: &str, tag: &str, variant: &Variant) -> String {
    match &variant.content {
        Content::Of(class) => format!("({{ readonly {tag}: '{}' }} & {class})", variant.word),
        Content::Fields(_) => format!("{name}{}", capital(&variant.word)),
    }
}

fn variant(
    name: &str,
    tag: &str,
    shared: &[Field],
    variant: &Variant,
    definition: &Definition,
    words: &Words<'_>,
) -> String {
    let Content::Fields(fields) = &variant.content else { return String::new() };
    let docs = comment(&words.paragraphs(&variant.docs), "");
    let name = format!("{name}{}", capital(&variant.word));
    let tag = Some((tag, variant.word.as_str()));
    format!("\n{docs}{}", interface(&name, tag, shared.iter().chain(fields), definition.input, words))
}

fn interface<'a>(
    name: &str,
    tag: Option<(&str, &str)>,
    fields: impl IntoIterator<Item = &'a Field>,
    input: bool,
    words: &Words<'_>,
) -> String {
    let constant = if input { "" } else { "readonly " };
    let mut text = format!("export interface {name} {{\n");
    if let Some((tag, word)) = tag {
        text += &format!("  {constant}{tag}: '{word}'\n");
    }
    for field in fields {
        let mark = if field.required { "" } else { "?" };
        let kind = match &field.kind {
            // What is not set is left out.
            Type::Nullable(kind) if input => written(kind, true),
            kind => written(kind, input),
        };
        text += &comment(&words.paragraphs(&field.docs), "  ");
        text += &format!("  {constant}{}{mark}: {kind}\n", field.key);
    }
    text + "}\n"
}

fn written(kind: &Type, input: bool) -> String {
    match kind {
        Type::Text => "string".to_owned(),
        Type::Integer | Type::Number => "number".to_owned(),
        Type::Flag => "boolean".to_owned(),
        Type::Json => "Json".to_owned(),
        Type::Named(name) => name.clone(),
        Type::Words(words) => words.iter().map(|word| format!("'{word}'")).collect::<Vec<_>>().join(" | "),
        Type::List(item) => {
            let item = written(item, input);
            let item = if item.contains(" | ") { format!("({item})") } else { item };
            if input { format!("{item}[]") } else { format!("readonly {item}[]") }
        }
        Type::Map(value) if input => format!("{{ [key: string]: {} }}", written(value, input)),
        Type::Map(value) => format!("{{ readonly [key: string]: {} }}", written(value, input)),
        Type::Tuple(items) => {
            let items = items.iter().map(|item| written(item, input)).collect::<Vec<_>>().join(", ");
            format!("{}[{items}]", if input { "" } else { "readonly " })
        }
        Type::Either(kinds) => kinds.iter().map(|kind| written(kind, input)).collect::<Vec<_>>().join(" | "),
        Type::Nullable(kind) => format!("{} | null", written(kind, input)),
    }
}

/// A doc comment, in one line if it fits.
fn comment(paragraphs: &[String], indent: &str) -> String {
    let mut lines = Vec::new();
    for paragraph in paragraphs {
        if !lines.is_empty() {
            lines.push(String::new());
        }
        lines.extend(wrapped(&paragraph.replace("*/", "*\\/"), WIDTH - indent.len()));
    }
    match &lines[..] {
        [] => String::new(),
        [line] => format!("{indent}/** {line} */\n"),
        lines => {
            let lines: String =
                lines.iter().map(|line| format!("{}\n", format!("{indent} * {line}").trim_end())).collect();
            format!("{indent}/**\n{lines}{indent} */\n")
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_given_is_readonly_and_what_is_taken_is_optional() {
        let members = json!({ "a": { "type": ["string", "null"], "description": "One." },
                              "b": { "type": "array", "items": { "type": ["integer", "null"] } } });
        let types = Types::read(&json!({ "$defs": {
            "In": { "type": "object", "properties": members, "x-role": "input" },
            "Out": { "type": "object", "properties": members, "required": ["b", "a"], "x-role": "output" },
        }}))
        .expect("types");
        let text = declarations(&types);
        let of_in = "export interface In {\n  /** One. */\n  a?: string\n  b?: (number | null)[]\n}\n";
        assert!(text.contains(of_in), "{text}");
        let of_out = "export interface Out {\n  readonly b: readonly (number | null)[]\n  /** One. */\n  \
                      readonly a: string | null\n}\n";
        assert!(text.contains(of_out), "{text}");
    }

    #[test]
    fn tagged_enums_are_discriminated_unions() {
        let types = Types::read(&json!({ "$defs": {
            "Price": { "x-role": "output", "oneOf": [
                { "properties": { "kind": { "const": "known" }, "dollars": { "type": "number" } },
                  "required": ["kind", "dollars"] },
                { "properties": { "kind": { "const": "unknown" } }, "required": ["kind"] },
            ]},
        }}))
        .expect("types");
        let text = declarations(&types);
        assert!(text.contains("export type Price =\n  | PriceKnown\n  | PriceUnknown\n"), "{text}");
        let known =
            "export interface PriceKnown {\n  readonly kind: 'known'\n  readonly dollars: number\n}\n";
        assert!(text.contains(known), "{text}");
    }
}
