//! Every key of eksctl's ClusterConfig, in its order: what it holds, or why it is not read yet.

mod access;
mod addon;
mod identity;
mod network;
mod node_group;
mod top;

pub(super) use top::CLUSTER_CONFIG;

/// A key of an object.
pub(super) struct Key {
    pub(super) name: &'static str,
    pub(super) holds: Kind,
}

/// What a key holds.
#[derive(Clone, Copy)]
pub(super) enum Kind {
    /// A text; numbers, `true` and `false` are taken for the text that they are written as, as eksctl does.
    Text,
    /// A whole number.
    Whole,
    /// `true` or `false`.
    Flag,
    /// One of these words.
    Word(&'static [&'static str]),
    /// One of these words, in capitals or not.
    AnyCase(&'static [&'static str]),
    /// A list of texts.
    Texts,
    /// A list of some of these words.
    Words(&'static [&'static str]),
    /// Texts by their names.
    Pairs,
    /// A mapping of its own language, such as an IAM policy document.
    Document,
    /// An object with these keys.
    Object(&'static [Key]),
    /// A list of objects with these keys.
    Objects(&'static [Key]),
    /// Objects with these keys, by their names.
    Named(&'static [Key]),
    /// A list of taints, or eksctl's older spelling `key: "value:Effect"`.
    Taints(&'static [Key]),
    /// eksctl knows the key, a spec cannot say it.
    Later {
        /// What to do instead.
        instead: &'static str,
        /// The JSON of the value that changes nothing, and is therefore accepted.
        but: Option<&'static str>,
    },
}

const fn key(name: &'static str, holds: Kind) -> Key {
    Key { name, holds }
}

const fn text(name: &'static str) -> Key {
    key(name, Kind::Text)
}

const fn whole(name: &'static str) -> Key {
    key(name, Kind::Whole)
}

const fn flag(name: &'static str) -> Key {
    key(name, Kind::Flag)
}

const fn word(name: &'static str, words: &'static [&'static str]) -> Key {
    key(name, Kind::Word(words))
}

const fn texts(name: &'static str) -> Key {
    key(name, Kind::Texts)
}

const fn pairs(name: &'static str) -> Key {
    key(name, Kind::Pairs)
}

const fn object(name: &'static str, keys: &'static [Key]) -> Key {
    key(name, Kind::Object(keys))
}

const fn objects(name: &'static str, keys: &'static [Key]) -> Key {
    key(name, Kind::Objects(keys))
}

/// A key that is refused, whatever it holds.
const fn later(name: &'static str, instead: &'static str) -> Key {
    key(name, Kind::Later { instead, but: None })
}

/// A key that is refused unless it says what holds anyway.
const fn later_but(name: &'static str, but: &'static str, instead: &'static str) -> Key {
    key(name, Kind::Later { instead, but: Some(but) })
}
