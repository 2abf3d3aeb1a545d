//! An operation as data: what a scheduler stores between two ticks.

use serde::{Deserialize, Serialize};

use super::event::Event;
use super::info::Outcome;
use crate::plan::{Goal, Plan, Recent};
use crate::{Error, ErrorKind, Result};

/// The version of the handle's layout.
const LAYOUT: u32 = 1;

/// An operation as data. It can be stored, sent to another machine, and resumed there, in any language.
/// Losing it loses nothing: the same call again continues from what is in AWS.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Handle {
    version: u32,
    region: String,
    goal: Goal,
    #[serde(default)]
    recent: Recent,
}

impl Handle {
    pub(crate) fn new(region: String, goal: Goal, recent: Recent) -> Self {
        Self { version: LAYOUT, region, goal, recent }
    }

    /// The cluster's name.
    pub fn cluster(&self) -> &str {
        self.goal.name()
    }

    /// The region.
    pub fn region(&self) -> &str {
        &self.region
    }

    /// `create`, `apply`, `delete`, `scale` or `tag`.
    pub fn goal(&self) -> &str {
        self.goal.verb()
    }

    /// The handle as JSON text.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Internal`], should it not be representable.
    pub fn to_json(&self) -> Result<String> {
        serde_json::to_string(self).map_err(|error| {
            Error::new(ErrorKind::Internal, "the handle has no JSON form").with_source(error)
        })
    }

    /// Reads what [`Handle::to_json`] wrote.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidSpec`] if the text is no handle, or one of a later version.
    pub fn from_json(text: &str) -> Result<Self> {
        let version = serde_json::from_str::<Version>(text).map(|it| it.version);
        // A later layout may have parts that this version does not know.
        if let Ok(version) = version
            && version > LAYOUT
        {
            return Err(Error::new(
                ErrorKind::InvalidSpec,
                format!("the handle has version {version}, and this library reads up to {LAYOUT}"),
            )
            .with_hint("Resume with the version of the library that wrote it, or send the same call again"));
        }
        serde_json::from_str(text).map_err(|error| {
            Error::new(ErrorKind::InvalidSpec, "this is no handle of an operation")
                .with_hint("Give what `Handle::to_json` wrote, or send the same call again")
                .with_source(error)
        })
    }

    pub(crate) fn into_parts(self) -> (String, Goal, Recent) {
        (self.region, self.goal, self.recent)
    }
}

/// What every layout of a handle has.
#[derive(Deserialize)]
struct Version {
    version: u32,
}

/// What one tick did.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Tick {
    /// The operation after the tick.
    pub handle: Handle,
    /// What happened.
    pub events: Vec<Event>,
    /// Where everything stands.
    pub plan: Plan,
    /// When the next tick can find something to do, in milliseconds since the Unix epoch; `None` when done.
    pub next_at: Option<i64>,
    /// What came of it, when done.
    pub outcome: Option<Outcome>,
}
