//! XML elements: written by services, read by services that call other services.

use std::fmt::Write as _;

use quick_xml::escape::escape;

/// An element with either text or children.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Xml {
    name: String,
    text: String,
    children: Vec<Xml>,
}

impl Xml {
    pub(crate) fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), text: String::new(), children: Vec::new() }
    }

    /// An element that holds text.
    pub(crate) fn text(name: impl Into<String>, text: impl ToString) -> Self {
        Self { name: name.into(), text: text.to_string(), children: Vec::new() }
    }

    /// An element `name` that holds one element `item` (ec2: `item`, query: `member`) per entry.
    pub(crate) fn list(
        name: impl Into<String>,
        item: &str,
        entries: impl IntoIterator<Item = Vec<Xml>>,
    ) -> Self {
        Self::new(name).children(entries.into_iter().map(|entry| Self::new(item).children(entry)))
    }

    /// An element `name` that holds one text element `item` per entry.
    pub(crate) fn texts<T: ToString>(
        name: impl Into<String>,
        item: &str,
        entries: impl IntoIterator<Item = T>,
    ) -> Self {
        Self::new(name).children(entries.into_iter().map(|entry| Self::text(item, entry)))
    }

    pub(crate) fn child(mut self, child: Xml) -> Self {
        self.children.push(child);
        self
    }

    pub(crate) fn children(mut self, children: impl IntoIterator<Item = Xml>) -> Self {
        self.children.extend(children);
        self
    }

    /// The text at `path`, such as `vpc/vpcId`; empty if there is none.
    pub(crate) fn at(&self, path: &str) -> &str {
        self.all(path).first().map(|element| element.text.as_str()).unwrap_or_default()
    }

    /// Every element at `path`, such as `subnetSet/item`.
    pub(crate) fn all(&self, path: &str) -> Vec<&Xml> {
        path.split('/').fold(vec![self], |elements, name| {
            elements.into_iter().flat_map(|e| e.children.iter().filter(|c| c.name == name)).collect()
        })
    }

    /// The element's own text.
    pub(crate) fn value(&self) -> &str {
        &self.text
    }

    pub(crate) fn write(&self, into: &mut String) {
        if self.children.is_empty() && self.text.is_empty() {
            let _ = write!(into, "<{}/>", self.name);
            return;
        }
        let _ = write!(into, "<{}>", self.name);
        into.push_str(&escape(self.text.as_str()));
        for child in &self.children {
            child.write(into);
        }
        let _ = write!(into, "</{}>", self.name);
    }
}
