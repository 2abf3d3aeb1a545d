//! Types as Python writes them: in hints of arguments, in hints of attributes, and as the rule that `_base.py` checks.

use super::super::schema::{Shape, Type, Types};

/// What each named type is in Python.
#[derive(Debug)]
pub(crate) struct Hints<'a>(&'a Types);

impl<'a> Hints<'a> {
    pub(crate) fn new(types: &'a Types) -> Self {
        Self(types)
    }

    /// What a caller may give. A mapping in JSON form does for an object. A `str` is a `Sequence[str]`, so texts are asked
    /// for as a list or tuple (facts/bindings.md §2).
    pub(crate) fn given(&self, kind: &Type) -> String {
        match kind {
            Type::List(item) if self.is_text(item) => "list[str] | tuple[str, ...]".to_owned(),
            Type::List(item) => format!("Sequence[{}]", self.given(item)),
            Type::Map(value) => format!("Mapping[str, {}]", self.given(value)),
            Type::Tuple(items) => format!("tuple[{}]", joined(items, ", ", |item| self.given(item))),
            Type::Either(kinds) => joined(kinds, " | ", |kind| self.given(kind)),
            Type::Nullable(kind) => format!("{} | None", self.given(kind)),
            Type::Named(name) => match self.0.get(name).map(|it| &it.shape) {
                Some(Shape::Words(_)) => format!("{name}Name"),
                Some(Shape::Alias(_)) | None => name.clone(),
                Some(_) => format!("{name} | Mapping[str, Any]"),
            },
            other => self.simple(other),
        }
    }

    /// What an attribute holds.
    pub(crate) fn held(&self, kind: &Type) -> String {
        match kind {
            Type::List(item) => format!("tuple[{}, ...]", self.held(item)),
            Type::Map(value) => format!("Mapping[str, {}]", self.held(value)),
            Type::Tuple(items) => format!("tuple[{}]", joined(items, ", ", |item| self.held(item))),
            Type::Either(kinds) => joined(kinds, " | ", |kind| self.held(kind)),
            Type::Nullable(kind) => format!("{} | None", self.held(kind)),
            Type::Named(name) => match self.0.get(name).map(|it| &it.shape) {
                Some(Shape::Words(_)) => format!("{name}Name"),
                Some(Shape::Alias(kind)) => self.held(kind),
                _ => name.clone(),
            },
            other => self.simple(other),
        }
    }

    fn simple(&self, kind: &Type) -> String {
        match kind {
            Type::Text => "str".to_owned(),
            Type::Integer => "int".to_owned(),
            Type::Number => "float".to_owned(),
            Type::Flag => "bool".to_owned(),
            Type::Words(words) => self.words(words.iter().map(String::as_str)),
            _ => "Any".to_owned(),
        }
    }

    #[expect(clippy::unused_self, reason = "asked of the same thing as the others")]
    pub(crate) fn words<'w>(&self, words: impl Iterator<Item = &'w str>) -> String {
        format!("Literal[{}]", words.map(|word| format!("\"{word}\"")).collect::<Vec<_>>().join(", "))
    }

    /// The rule of a value: `_base.py` says how it is written.
    pub(crate) fn rule(&self, kind: &Type) -> String {
        match kind {
            Type::Text | Type::Words(_) => "str".to_owned(),
            Type::Integer => "int".to_owned(),
            Type::Number => "float".to_owned(),
            Type::Flag => "bool".to_owned(),
            Type::Json => "json".to_owned(),
            Type::List(item) => format!("[{}]", self.rule(item)),
            Type::Map(value) => format!("{{{}}}", self.rule(value)),
            Type::Tuple(items) => format!("({})", joined(items, ",", |item| self.rule(item))),
            Type::Either(kinds) => joined(kinds, "|", |kind| self.rule(kind)),
            Type::Nullable(kind) => format!("?{}", self.rule(kind)),
            Type::Named(name) => match self.0.get(name).map(|it| &it.shape) {
                Some(Shape::Words(_)) => "str".to_owned(),
                Some(Shape::Alias(kind)) => self.rule(kind),
                _ => name.clone(),
            },
        }
    }

    /// Whether a value is any text, for a type checker, too.
    fn is_text(&self, kind: &Type) -> bool {
        match kind {
            Type::Text => true,
            Type::Named(name) => {
                matches!(self.0.get(name).map(|it| &it.shape), Some(Shape::Alias(kind)) if self.is_text(kind))
            }
            _ => false,
        }
    }

    /// Follows names to what an alias stands for.
    pub(crate) fn resolved<'t>(&'t self, kind: &'t Type) -> &'t Type {
        match kind {
            Type::Named(name) => match self.0.get(name).map(|it| &it.shape) {
                Some(Shape::Alias(kind)) => self.resolved(kind),
                _ => kind,
            },
            _ => kind,
        }
    }
}

/// What an alias is where no type checker looks.
pub(crate) fn of_alias(kind: &str) -> &'static str {
    match kind {
        "int" => "int",
        _ if kind.starts_with("Mapping") => "dict",
        _ if kind == "str" || kind.starts_with("Literal") && !kind.contains(" | ") => "str",
        _ => "object",
    }
}

fn joined(kinds: &[Type], between: &str, each: impl Fn(&Type) -> String) -> String {
    kinds.iter().map(each).collect::<Vec<_>>().join(between)
}
