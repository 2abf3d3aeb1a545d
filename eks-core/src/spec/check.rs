//! Collecting every broken rule, with its path.

use std::collections::BTreeMap;
use std::fmt::Display;

use crate::{Error, Result, Violation};

/// A piece of a spec that knows its own rules.
pub(crate) trait Check: Sized {
    /// Reports every rule that this piece breaks on its own.
    fn inspect(&self, findings: &mut Findings);

    /// The piece, if it breaks no rule.
    fn checked(self) -> Result<Self> {
        Findings::of(|findings| self.inspect(findings))?;
        Ok(self)
    }
}

/// The broken rules found so far, and where we are.
#[derive(Default)]
pub(crate) struct Findings {
    path: String,
    violations: Vec<Violation>,
}

impl Findings {
    /// Runs an inspection; an error holds all that it found.
    pub(crate) fn of(inspection: impl FnOnce(&mut Self)) -> Result<()> {
        let mut findings = Self::default();
        inspection(&mut findings);
        if findings.violations.is_empty() { Ok(()) } else { Err(Error::invalid(findings.violations)) }
    }

    /// Reports `value` at `field` unless the rule holds.
    pub(crate) fn require(&mut self, holds: bool, field: &str, value: impl Display, rule: impl Into<String>) {
        if !holds {
            self.violations.push(Violation::new(join(&self.path, field), value, rule));
        }
    }

    /// Inspects what is below `field`.
    pub(crate) fn within(&mut self, field: &str, inspection: impl FnOnce(&mut Self)) {
        let path = join(&self.path, field);
        let outer = std::mem::replace(&mut self.path, path);
        inspection(self);
        self.path = outer;
    }

    /// Inspects the piece at `field`, if there is one.
    pub(crate) fn piece<T: Check>(&mut self, field: &str, piece: Option<&T>) {
        if let Some(piece) = piece {
            self.within(field, |findings| piece.inspect(findings));
        }
    }

    /// Inspects each piece of the list at `field`.
    pub(crate) fn pieces<T: Check>(&mut self, field: &str, pieces: &[T]) {
        for (index, piece) in pieces.iter().enumerate() {
            self.within(&item(field, index), |findings| piece.inspect(findings));
        }
    }

    /// Requires that each text of the list at `field` follows the rule.
    pub(crate) fn texts(&mut self, field: &str, texts: &[String], holds: fn(&str) -> bool, rule: &str) {
        for (index, text) in texts.iter().enumerate() {
            self.require(holds(text), &item(field, index), text, rule);
        }
    }

    /// Requires that no value of the list at `field` comes twice; `key` is the field that is compared.
    pub(crate) fn distinct<'a>(
        &mut self,
        field: &str,
        key: &str,
        values: impl IntoIterator<Item = Option<&'a str>>,
    ) {
        let mut first: BTreeMap<&str, String> = BTreeMap::new();
        for (index, value) in values.into_iter().enumerate() {
            let Some(value) = value else { continue };
            let place = join(&item(field, index), key);
            if let Some(earlier) = first.get(value) {
                let rule = format!("be given once; it is also at `{}`", join(&self.path, earlier));
                self.require(false, &place, value, rule);
            } else {
                first.insert(value, place);
            }
        }
    }
}

/// The path of an item of a list.
pub(crate) fn item(field: &str, index: usize) -> String {
    format!("{field}[{index}]")
}

fn join(path: &str, field: &str) -> String {
    match (path, field) {
        ("", field) => field.to_owned(),
        (path, "") => path.to_owned(),
        (path, field) => format!("{path}.{field}"),
    }
}
