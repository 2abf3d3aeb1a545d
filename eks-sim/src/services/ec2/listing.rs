//! Describe operations: by ids, by filters, in pages, some seconds late if the account is troubled so.

use std::collections::{BTreeMap, BTreeSet};

use crate::wire::{Answer, AwsError, Call, Xml};
use crate::world::World;

use super::filter::{Filters, Names, exact};
use super::kind::Kind;
use super::table::{Placed, Table};

/// How one Describe operation answers.
pub(super) struct Listing {
    /// The kind of resource.
    pub(super) kind: &'static Kind,
    /// The parameter that lists ids.
    pub(super) ids: &'static str,
    /// The element that holds an id.
    pub(super) id: &'static str,
    /// The element that holds the list.
    pub(super) set: &'static str,
    /// The filters besides tags.
    pub(super) filters: Names,
    /// The greatest page; 0: the operation has no pages.
    pub(super) page: usize,
}

impl Listing {
    /// Answers with those of `shown` that `call` asks for.
    pub(super) fn answer(&self, world: &mut World, call: &Call, shown: Vec<Xml>) -> Result<Answer, AwsError> {
        let shown = self.select(world, call, shown)?;
        paged(call, self.set, shown, self.page)
    }

    /// The ids of those of `there` that `call` can be about. In an account with a thousand clusters it is showing
    /// that takes the time, and most calls name what they ask for: by ids, or by a filter and its value for which
    /// `found` has the ids without a look at everything (`None`: it does not know the filter).
    pub(super) fn candidates<'a, T>(
        &self,
        call: &Call,
        there: &'a BTreeMap<String, T>,
        found: impl Fn(&str, &str) -> Option<Vec<&'a String>>,
    ) -> Vec<String> {
        let params = call.params();
        let asked: BTreeSet<&str> = params.list(self.ids).into_iter().collect();
        if !asked.is_empty() {
            return asked.into_iter().filter(|id| there.contains_key(*id)).map(str::to_owned).collect();
        }
        let by_id =
            |filter: &str| self.filters.iter().any(|(name, path)| *name == filter && *path == self.id);
        let ids = |filter: &str, value: &String| match by_id(filter) {
            true => Some(there.get_key_value(value).into_iter().map(|(id, _)| id).collect()),
            false => found(filter, value),
        };
        let known = exact(params).into_iter().filter_map(|(filter, values)| {
            let ids =
                values.iter().map(|value| ids(&filter, value)).collect::<Option<Vec<Vec<&String>>>>()?;
            Some(ids.into_iter().flatten().collect::<BTreeSet<&String>>())
        });
        match known.reduce(|one, other| &one & &other) {
            Some(ids) => ids.into_iter().cloned().collect(),
            None => there.keys().cloned().collect(),
        }
    }

    /// Those of `shown` that `call` asks for by ids and filters.
    pub(super) fn select(
        &self,
        world: &mut World,
        call: &Call,
        shown: Vec<Xml>,
    ) -> Result<Vec<Xml>, AwsError> {
        let params = call.params();
        let ids: BTreeSet<&str> = params.list(self.ids).into_iter().collect();
        if !ids.is_empty() && params.get("MaxResults").is_some() {
            let message = format!("The parameter {} cannot be used with the parameter maxResults", self.ids);
            return Err(AwsError::new("InvalidParameterCombination", message));
        }
        let filters = Filters::read(params, self.filters)?;
        let shown: Vec<Xml> = shown.into_iter().filter(|item| !lags(world, call, item.at(self.id))).collect();
        if let Some(absent) = ids.iter().find(|id| shown.iter().all(|item| item.at(self.id) != **id)) {
            return Err(self.kind.missing(absent));
        }
        Ok(shown
            .into_iter()
            .filter(|item| (ids.is_empty() || ids.contains(item.at(self.id))) && filters.admit(item))
            .collect())
    }
}

/// The ids of what is in the VPC that a filter names, for [`Listing::candidates`].
pub(super) fn in_vpc<'a, T: Placed>(there: &'a Table<T>, filter: &str, vpc: &str) -> Option<Vec<&'a String>> {
    (filter == "vpc-id").then(|| there.in_place(vpc).map(|(id, _)| id).collect())
}

/// An answer with a page of `shown`; `most` is the greatest page, 0 for operations that have none.
pub(super) fn paged(call: &Call, set: &str, shown: Vec<Xml>, most: usize) -> Result<Answer, AwsError> {
    let (shown, token) = page(call, shown, most)?;
    let mut answer = vec![Xml::new(set).children(shown)];
    answer.extend(token);
    Ok(Answer::Xml(answer))
}

/// A page of `shown`, with the element that leads to the next one.
pub(super) fn page(call: &Call, shown: Vec<Xml>, most: usize) -> Result<(Vec<Xml>, Option<Xml>), AwsError> {
    if most == 0 {
        return Ok((shown, None));
    }
    let params = call.params();
    let start: usize = match params.get("NextToken") {
        None => 0,
        Some(token) => token
            .strip_prefix("page-")
            .and_then(|start| start.parse().ok())
            .filter(|start| *start <= shown.len())
            .ok_or_else(|| {
                AwsError::new("InvalidNextToken", format!("The token '{token}' is invalid or has expired."))
            })?,
    };
    let size = match params.get("MaxResults") {
        None => most,
        Some(text) => text.parse().ok().filter(|size| *size > 0).ok_or_else(|| {
            let message = format!("Value ( {text} ) for parameter maxResults is invalid.");
            AwsError::new("InvalidParameterValue", message)
        })?,
    }
    .min(most);
    let end = start + size;
    let token = (shown.len() > end).then(|| Xml::text("nextToken", format!("page-{end}")));
    Ok((shown.into_iter().skip(start).take(size).collect(), token))
}

/// Whether a read does not see the new resource `id` yet (`trouble.read_lag_seconds`).
fn lags(world: &mut World, call: &Call, id: &str) -> bool {
    let most = world.read_lag();
    if most <= 0.0 {
        return false;
    }
    let lag = world.chance(&format!("lag/{id}")) * most;
    let now = world.now;
    world.region(&call.region).ec2.born.get(id).is_some_and(|born| now.since(*born).as_secs_f64() < lag)
}
