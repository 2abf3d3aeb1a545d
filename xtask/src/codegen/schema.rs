//! The schema, read: what each type is. What the generators do not know is an error, never left out.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::names::capital;

/// Every type by its name.
#[derive(Debug)]
pub(crate) struct Types(pub(crate) BTreeMap<String, Definition>);

/// A type.
#[derive(Debug)]
pub(crate) struct Definition {
    pub(crate) docs: String,
    /// Whether users write it. Else only the library does.
    pub(crate) input: bool,
    pub(crate) shape: Shape,
}

/// What a type is.
#[derive(Debug)]
pub(crate) enum Shape {
    /// An object.
    Object(Vec<Field>),
    /// One of some words.
    Words(Vec<Word>),
    /// An object whose member `tag` says which variant it is.
    Tagged { tag: String, shared: Vec<Field>, variants: Vec<Variant> },
    /// One of some objects, which their keys tell apart.
    Either(Vec<String>),
    /// Another name for a type.
    Alias(Type),
}

/// A word of an enum.
#[derive(Debug)]
pub(crate) struct Word {
    pub(crate) word: String,
    pub(crate) docs: String,
}

/// A variant of a tagged enum.
#[derive(Debug)]
pub(crate) struct Variant {
    pub(crate) word: String,
    pub(crate) docs: String,
    pub(crate) content: Content,
}

/// What a variant has beside its tag.
#[derive(Debug)]
pub(crate) enum Content {
    Fields(Vec<Field>),
    /// All of another type.
    Of(String),
}

/// A member of an object.
#[derive(Debug)]
pub(crate) struct Field {
    /// As JSON has it.
    pub(crate) key: String,
    pub(crate) docs: String,
    pub(crate) kind: Type,
    /// Whether it has to be written, or is always there.
    pub(crate) required: bool,
    pub(crate) default: Option<Value>,
}

/// What a value is.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Type {
    Text,
    Integer,
    Number,
    Flag,
    /// Any JSON.
    Json,
    List(Box<Type>),
    Map(Box<Type>),
    Tuple(Vec<Type>),
    Words(Vec<String>),
    Named(String),
    Either(Vec<Type>),
    Nullable(Box<Type>),
}

impl Types {
    /// Reads the document of `eks_core::schema::schema`.
    pub(crate) fn read(document: &Value) -> Result<Self, String> {
        let mut types = Self(BTreeMap::new());
        for (name, schema) in document["$defs"].as_object().ok_or("the schema has no `$defs`")? {
            types.add(name, schema).map_err(|problem| format!("{name}: {problem}"))?;
        }
        Ok(types)
    }

    fn add(&mut self, name: &str, schema: &Value) -> Result<(), String> {
        let input = schema["x-role"] == "input";
        let variants = schema["oneOf"].as_array().or(schema["anyOf"].as_array());
        let fields = fields(schema)?;
        let shape = match variants {
            None if schema.get("properties").is_some() => Shape::Object(fields),
            None => match words(schema) {
                Some(words) => Shape::Words(words),
                None => Shape::Alias(kind(schema)?),
            },
            Some(variants) => {
                if let Some(words) = variants.iter().map(word).collect() {
                    Shape::Words(words)
                } else if let Some(tag) = tag(variants) {
                    let variants = variants.iter().map(|it| variant(it, &tag)).collect::<Result<_, _>>()?;
                    Shape::Tagged { tag, shared: fields, variants }
                } else if let Some(names) = variants.iter().map(reference).collect() {
                    Shape::Either(names)
                } else {
                    match self.mixed(name, variants, input)? {
                        Type::Either(kinds) => {
                            objects(&kinds).map_or(Shape::Alias(Type::Either(kinds)), Shape::Either)
                        }
                        kind => Shape::Alias(kind),
                    }
                }
            }
        };
        self.0.insert(name.to_owned(), Definition { docs: docs(schema), input, shape });
        Ok(())
    }

    /// Words and other types. Of what serde writes as `{"namespaces": [..]}` a type is made.
    fn mixed(&mut self, name: &str, variants: &[Value], input: bool) -> Result<Type, String> {
        let (mut words, mut kinds) = (Vec::new(), Vec::new());
        for variant in variants {
            if let Some(word) = word(variant) {
                words.push(word.word);
            } else if variant.get("properties").is_some() {
                let mut fields = fields(variant)?;
                let [field] = &mut fields[..] else {
                    return Err("a variant of more than one member".to_owned());
                };
                field.docs = docs(variant);
                let of_variant = format!("{name}{}", capital(&field.key));
                let docs = docs(variant);
                kinds.push(Type::Named(of_variant.clone()));
                self.0.insert(of_variant, Definition { docs, input, shape: Shape::Object(fields) });
            } else {
                kinds.push(kind(variant)?);
            }
        }
        if !words.is_empty() {
            kinds.insert(0, Type::Words(words));
        }
        Ok(Type::Either(kinds))
    }

    pub(crate) fn get(&self, name: &str) -> Option<&Definition> {
        self.0.get(name)
    }

    /// Every key of every object, and every tag.
    pub(crate) fn keys(&self) -> impl Iterator<Item = &str> {
        self.0.values().flat_map(|definition| match &definition.shape {
            Shape::Object(fields) => fields.iter().map(|field| field.key.as_str()).collect::<Vec<_>>(),
            Shape::Tagged { tag, shared, variants } => {
                let own = variants.iter().filter_map(|variant| match &variant.content {
                    Content::Fields(fields) => Some(fields),
                    Content::Of(_) => None,
                });
                let fields = own.chain([shared]).flatten().map(|field| field.key.as_str());
                fields.chain([tag.as_str()]).collect()
            }
            Shape::Words(_) | Shape::Either(_) | Shape::Alias(_) => Vec::new(),
        })
    }
}

/// The names of types, if they are nothing but those.
fn objects(kinds: &[Type]) -> Option<Vec<String>> {
    let name = |kind: &Type| match kind {
        Type::Named(name) => Some(name.clone()),
        _ => None,
    };
    kinds.iter().map(name).collect()
}

/// The members of an object: what is required, as the type declares it, then the rest; its name comes first in any case.
fn fields(schema: &Value) -> Result<Vec<Field>, String> {
    let empty = Map::new();
    let members = schema["properties"].as_object().unwrap_or(&empty);
    let place = |key: &str| schema["required"].as_array()?.iter().position(|it| it == key);
    let mut fields = members
        .iter()
        .map(|(key, member)| {
            Ok(Field {
                key: key.clone(),
                docs: docs(member),
                kind: kind(member).map_err(|problem| format!("{key}: {problem}"))?,
                required: place(key).is_some(),
                default: member.get("default").cloned(),
            })
        })
        .collect::<Result<Vec<_>, String>>()?;
    fields.sort_by_key(|field| (field.key != "name", place(&field.key).unwrap_or(usize::MAX)));
    Ok(fields)
}

fn docs(schema: &Value) -> String {
    schema["description"].as_str().unwrap_or_default().to_owned()
}

/// The words of a plain enum.
fn words(schema: &Value) -> Option<Vec<Word>> {
    let words = schema["enum"].as_array()?;
    words.iter().map(|word| Some(Word { word: word.as_str()?.to_owned(), docs: String::new() })).collect()
}

fn word(variant: &Value) -> Option<Word> {
    Some(Word { word: variant["const"].as_str()?.to_owned(), docs: docs(variant) })
}

fn reference(schema: &Value) -> Option<String> {
    schema["$ref"].as_str()?.strip_prefix("#/$defs/").map(str::to_owned)
}

/// The member that has another constant in each variant.
fn tag(variants: &[Value]) -> Option<String> {
    let members = variants.first()?["properties"].as_object()?;
    let is_tag = |key: &&String| {
        variants.iter().all(|variant| variant["properties"][key.as_str()].get("const").is_some())
    };
    members.keys().find(is_tag).cloned()
}

fn variant(schema: &Value, tag: &str) -> Result<Variant, String> {
    let word = schema["properties"][tag]["const"].as_str().ok_or("a tag that is no text")?.to_owned();
    let content = match reference(schema) {
        Some(name) => Content::Of(name),
        None => {
            let mut fields = fields(schema)?;
            fields.retain(|field| field.key != tag);
            Content::Fields(fields)
        }
    };
    Ok(Variant { word, docs: docs(schema), content })
}

fn kind(schema: &Value) -> Result<Type, String> {
    let Some(members) = schema.as_object() else { return Ok(Type::Json) };
    if let Some(name) = reference(schema) {
        return Ok(Type::Named(name));
    }
    if let Some(variants) = schema["anyOf"].as_array() {
        let (nulls, others): (Vec<_>, Vec<_>) = variants.iter().partition(|it| it["type"] == "null");
        let mut kinds = others.into_iter().map(kind).collect::<Result<Vec<_>, _>>()?;
        let one = if kinds.len() == 1 { kinds.remove(0) } else { Type::Either(kinds) };
        return Ok(if nulls.is_empty() { one } else { Type::Nullable(Box::new(one)) });
    }
    if let Some(words) = words(schema) {
        return Ok(Type::Words(words.into_iter().map(|word| word.word).collect()));
    }
    if let Some(word) = schema["const"].as_str() {
        return Ok(Type::Words(vec![word.to_owned()]));
    }
    match &schema["type"] {
        Value::String(name) => plain(name, schema),
        Value::Array(names) => match &names.iter().filter_map(Value::as_str).collect::<Vec<_>>()[..] {
            [name, "null"] => Ok(Type::Nullable(Box::new(plain(name, schema)?))),
            _ => Err(format!("the types {names:?} are not known to the generator")),
        },
        Value::Null if !members.keys().any(|key| key == "allOf" || key == "oneOf") => Ok(Type::Json),
        _ => Err(format!("{schema} is not known to the generator")),
    }
}

fn plain(name: &str, schema: &Value) -> Result<Type, String> {
    Ok(match name {
        "string" => Type::Text,
        "integer" => Type::Integer,
        "number" => Type::Number,
        "boolean" => Type::Flag,
        "array" => match schema["prefixItems"].as_array() {
            Some(items) => Type::Tuple(items.iter().map(kind).collect::<Result<_, _>>()?),
            None => Type::List(Box::new(kind(&schema["items"])?)),
        },
        "object" => Type::Map(Box::new(kind(schema.get("additionalProperties").unwrap_or(&Value::Null))?)),
        other => return Err(format!("the type {other} is not known to the generator")),
    })
}
