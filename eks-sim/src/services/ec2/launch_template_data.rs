//! Launch template data: kept as it was sent, shown as EC2 answers it.

use std::collections::BTreeMap;

use crate::wire::{Params, Xml};

/// `over` upon `under`: a member that `over` has replaces the whole member of `under`.
pub(super) fn merged(under: Params, over: &Params) -> Params {
    fn head(name: &str) -> &str {
        name.split('.').next().unwrap_or_default()
    }
    let mut merged = over.clone();
    for (name, value) in under.iter() {
        if !over.iter().any(|(replaced, _)| head(replaced) == head(name)) {
            merged.insert(name, value);
        }
    }
    merged
}

/// The members of `launchTemplateData`.
pub(super) fn shown(data: &Params) -> Vec<Xml> {
    let mut root = Node::default();
    for (name, value) in data.iter() {
        root.put(name, value);
    }
    root.members("")
}

/// A structure, list or text of the request.
#[derive(Default)]
struct Node {
    text: String,
    members: BTreeMap<String, Node>,
}

impl Node {
    fn put(&mut self, path: &str, text: &str) {
        match path.split_once('.') {
            Some((head, rest)) => self.members.entry(head.to_owned()).or_default().put(rest, text),
            None => text.clone_into(&mut self.members.entry(path.to_owned()).or_default().text),
        }
    }

    fn members(&self, parent: &str) -> Vec<Xml> {
        self.members.iter().map(|(name, node)| node.shown(parent, name)).collect()
    }

    fn shown(&self, parent: &str, name: &str) -> Xml {
        if self.members.is_empty() {
            return Xml::text(lower(name), &self.text);
        }
        let is_list = self.members.keys().all(|key| key.bytes().all(|digit| digit.is_ascii_digit()));
        if !is_list {
            return Xml::new(lower(name)).children(self.members(name));
        }
        let (set, item) = list_names(parent, name);
        let mut items: Vec<(u32, &Node)> =
            self.members.iter().filter_map(|(index, node)| Some((index.parse().ok()?, node))).collect();
        items.sort_by_key(|(index, _)| *index);
        Xml::new(set).children(items.into_iter().map(|(_, node)| {
            if node.members.is_empty() {
                Xml::text(item, &node.text)
            } else {
                Xml::new(item).children(node.members(name))
            }
        }))
    }
}

/// What the answer calls a list and its entries: the request's name and `Set`, with exceptions (service model,
/// `RequestLaunchTemplateData` and `ResponseLaunchTemplateData`).
fn list_names(parent: &str, name: &str) -> (String, &'static str) {
    match (parent, name) {
        ("NetworkInterface", "SecurityGroupId") => ("groupSet".to_owned(), "groupId"),
        ("SecondaryInterface", "PrivateIpAddress") => ("privateIpAddressesSet".to_owned(), "item"),
        (_, "LicenseSpecification") => ("licenseSet".to_owned(), "item"),
        _ => (format!("{}Set", lower(name)), "item"),
    }
}

fn lower(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map(|first| first.to_ascii_lowercase()).into_iter().chain(letters).collect()
}
