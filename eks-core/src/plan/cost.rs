//! What a cluster costs while it stands: by the hour, from dated data and AWS's Price List. What is not known is said to be
//! unknown, never guessed and never counted as nothing.

mod items;
mod prices;

use std::fmt;

use serde::{Deserialize, Serialize};

pub(crate) use items::{cost, goods};

/// A month as AWS's own calculator counts it.
const HOURS_OF_MONTH: f64 = 730.0;

/// What a cluster costs while it stands, in US dollars, at on-demand list prices without taxes and discounts.
///
/// `Display` prints it in one line.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Cost {
    /// What is paid for by the hour.
    pub items: Vec<CostItem>,
    /// What is paid for by use, in words: Fargate pods, traffic. It is in no sum.
    pub by_use: Vec<String>,
}

/// Something that is paid for by the hour.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct CostItem {
    /// What it is, such as `NAT gateway` or `m5.large`.
    pub what: String,
    /// How many of it.
    pub count: u32,
    /// What one of it costs.
    pub price: Price,
}

/// What one of something costs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase", tag = "kind")]
#[non_exhaustive]
pub enum Price {
    /// It is known.
    Known {
        /// US dollars per hour.
        dollars_per_hour: f64,
        /// When AWS published it, or it was read in AWS's documents, such as `2026-11-22`.
        as_of: String,
    },
    /// It is not.
    Unknown {
        /// Why.
        reason: String,
    },
}

impl CostItem {
    /// US dollars per hour for all of them; `None` if that is unknown.
    pub fn dollars_per_hour(&self) -> Option<f64> {
        match &self.price {
            Price::Known { dollars_per_hour, .. } => Some(dollars_per_hour * f64::from(self.count)),
            Price::Unknown { .. } => None,
        }
    }
}

impl Cost {
    /// US dollars per hour; `None` if anything of it is unknown.
    pub fn dollars_per_hour(&self) -> Option<f64> {
        self.items.iter().map(CostItem::dollars_per_hour).sum()
    }

    /// US dollars per month of 730 hours; `None` if anything of it is unknown.
    pub fn dollars_per_month(&self) -> Option<f64> {
        self.dollars_per_hour().map(|hour| hour * HOURS_OF_MONTH)
    }

    /// US dollars per hour of what is known: the cluster costs that at least.
    pub fn known_dollars_per_hour(&self) -> f64 {
        self.items.iter().filter_map(CostItem::dollars_per_hour).sum()
    }

    /// What is unknown.
    pub fn unknown(&self) -> impl Iterator<Item = &CostItem> {
        self.items.iter().filter(|item| matches!(item.price, Price::Unknown { .. }))
    }

    /// The oldest of the prices, such as `2026-01-19`; `None` if none is known.
    pub fn as_of(&self) -> Option<&str> {
        let days = self.items.iter().filter_map(|item| match &item.price {
            Price::Known { as_of, .. } => Some(as_of.as_str()),
            Price::Unknown { .. } => None,
        });
        days.min()
    }
}

impl fmt::Display for CostItem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.count != 1 {
            write!(f, "{} × ", self.count)?;
        }
        f.write_str(&self.what)?;
        self.dollars_per_hour().map_or(Ok(()), |dollars| write!(f, " ${dollars:.3}"))
    }
}

impl Cost {
    /// The sum, and of when the prices are.
    pub(super) fn total(&self) -> String {
        let hour = self.known_dollars_per_hour();
        let least = if self.unknown().next().is_some() { "at least " } else { "" };
        let day = self.as_of().map(|day| format!(" (list prices, the oldest of {day})")).unwrap_or_default();
        format!("{least}${hour:.2} an hour, ${:.0} a month{day}", hour * HOURS_OF_MONTH)
    }

    /// What it is the sum of, and what is missing in it.
    pub(super) fn parts(&self) -> String {
        let (known, unknown): (Vec<_>, Vec<_>) =
            self.items.iter().partition(|item| item.dollars_per_hour().is_some());
        let listed =
            |items: Vec<&CostItem>| items.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        match (listed(known), listed(unknown)) {
            (known, unknown) if unknown.is_empty() => known,
            (known, unknown) if known.is_empty() => format!("unknown: {unknown}"),
            (known, unknown) => format!("{known}; unknown: {unknown}"),
        }
    }
}

impl fmt::Display for Cost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.total(), self.parts())
    }
}
