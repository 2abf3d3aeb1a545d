//! A plan as its reader sees it: what, in which order, how long, and what the end waits for.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::cluster_map::ClusterMap;
use super::contents::Content;
use super::cost::Cost;
use super::schedule::{critical_path, end, schedule};
use super::step::{Step, StepState};

/// What will be, is being, or was done.
///
/// `Display` prints it as text, `serde` as JSON. Times are in seconds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Plan {
    /// `create`, `apply`, `delete`, `scale` or `tag`.
    pub goal: String,
    /// The cluster's name.
    pub cluster: String,
    /// The region.
    pub region: String,
    /// The Kubernetes version that the control plane gets or has.
    pub version: Option<String>,
    /// What is made, in words, or changed, a field each; empty for a delete.
    #[serde(default)]
    pub contents: Vec<Content>,
    /// What it makes, grouped as it lives in AWS; `None` for a delete, and where the spec is not known.
    #[serde(default)]
    pub map: Option<ClusterMap>,
    /// What it costs while it stands; `None` where nobody asked for prices, as in the plan of a create that is under way.
    #[serde(default)]
    pub cost: Option<Cost>,
    /// Of an apply: what the cluster costs as the last spec has it, if that is another sum.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cost_before: Option<Cost>,
    /// What is done, each step after those that it needs.
    pub steps: Vec<Step>,
    /// What came of the steps that the operation has begun with, by their ids; empty for a plan that is only read.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub actual: BTreeMap<String, Actual>,
    /// How long the operation has been going on, in seconds; 0 for a plan that is only read.
    #[serde(default)]
    pub elapsed_seconds: f64,
    /// How long AWS can be expected to take for what is left, in seconds.
    pub expected_seconds: f64,
    /// Ids of the steps that the end waits for, in order.
    pub critical_path: Vec<String>,
    /// What a reader should know and no step says.
    pub notes: Vec<String>,
}

/// What came of a step, in seconds since the operation began.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Actual {
    /// When AWS last accepted a request for it, or it was first seen under way. Below 0 for what an earlier operation
    /// began; `None` where AWS has only refused it.
    pub began_seconds: Option<f64>,
    /// When it was seen done; `None` while it is under way.
    pub ended_seconds: Option<f64>,
    /// When AWS first refused it, if it did.
    pub refused_seconds: Option<f64>,
    /// How often AWS refused it.
    pub refusals: u32,
}

impl Plan {
    pub(crate) fn new(
        goal: &str,
        cluster: &str,
        region: &str,
        steps: Vec<Step>,
        elapsed: &BTreeMap<&str, f64>,
    ) -> Self {
        let slots = schedule(&steps, elapsed);
        let critical_path = critical_path(&steps, &slots);
        let expected_seconds = end(&slots);
        Self {
            goal: goal.to_owned(),
            cluster: cluster.to_owned(),
            region: region.to_owned(),
            version: None,
            contents: Vec::new(),
            map: None,
            cost: None,
            cost_before: None,
            steps,
            actual: BTreeMap::new(),
            elapsed_seconds: 0.0,
            expected_seconds,
            critical_path,
            notes: Vec::new(),
        }
    }

    /// Whether nothing is to be changed, and AWS is at work on nothing. Nodes that come or go, as an autoscaler has them,
    /// are no change; an operation waits for them all the same.
    pub fn is_empty(&self) -> bool {
        self.steps.iter().all(|step| step.state.is_settled() || step.action.only_waits())
    }

    /// The step of this id.
    pub fn step(&self, id: &str) -> Option<&Step> {
        self.steps.iter().find(|step| step.id == id)
    }
}

impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} cluster {} in {}", capital(&self.goal), self.cluster, self.region)?;
        if let Some(version) = &self.version {
            write!(f, ", Kubernetes {version}")?;
        }
        if self.steps.iter().all(|step| step.state.is_settled()) {
            return write!(f, "\n\nNothing is left to do.");
        }
        writeln!(f, "\n")?;
        let width = self.contents.iter().map(|content| content.what.chars().count()).max().unwrap_or(0);
        let mut last = "";
        for Content { what, how } in &self.contents {
            // Several fields of one thing stand below each other.
            let name = if what == last { "" } else { what };
            writeln!(f, "   {name}{}  {how}", " ".repeat(width - name.chars().count()))?;
            last = what;
        }
        if let Some(cost) = &self.cost {
            let by_use = (!cost.by_use.is_empty()).then(|| format!("and by use: {}", cost.by_use.join("; ")));
            let before = self.cost_before.as_ref().map(|before| format!("until now {}", before.total()));
            let lines = [Some(cost.total()), before, Some(cost.parts()), by_use];
            for (what, line) in ["cost", "", "", ""].iter().zip(lines.iter().flatten()) {
                writeln!(f, "   {what:width$}  {line}")?;
            }
        }
        if !self.contents.is_empty() {
            writeln!(f)?;
        }
        let slots = schedule(&self.steps, &BTreeMap::new());
        // What an apply finds as it is to be, most of all that there is, is not what its reader wants to know.
        let is_shown = |step: &&Step| self.goal != "apply" || !step.state.is_settled();
        let shown: Vec<&Step> = self.steps.iter().filter(is_shown).collect();
        let width = shown.iter().map(|step| step.action.to_string().chars().count()).max().unwrap_or(0);
        for (number, step) in shown.iter().enumerate() {
            let mark = if self.critical_path.contains(&step.id) { '*' } else { ' ' };
            let action = step.action.to_string();
            let after: Vec<String> = step
                .after
                .iter()
                .filter_map(|id| shown.iter().position(|step| step.id == *id))
                .map(|index| (index + 1).to_string())
                .collect();
            let start = slots.get(step.id.as_str()).map_or(0.0, |slot| slot.start);
            let what = match &step.state {
                StepState::Done => "done".to_owned(),
                StepState::Skipped { reason } => format!("left out: {reason}"),
                StepState::Running => format!("running, takes {}", minutes(step.expected.typical)),
                _ => format!("at {:>6}, takes {:>6}", minutes(start), minutes(step.expected.typical)),
            };
            let pad = " ".repeat(width - action.chars().count());
            write!(f, "{mark} {:>2}  {action}{pad}  {what}", number + 1)?;
            if !after.is_empty() {
                write!(f, "  after {}", after.join(", "))?;
            }
            writeln!(f)?;
        }
        write!(
            f,
            "\nAbout {} in all; the end waits for the steps marked *.",
            minutes(self.expected_seconds)
        )?;
        for note in &self.notes {
            write!(f, "\nNote: {note}.")?;
        }
        Ok(())
    }
}

pub(super) fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters
        .next()
        .map(|first| first.to_uppercase().collect::<String>() + letters.as_str())
        .unwrap_or_default()
}

/// `9m40s`, `26s`.
pub(crate) fn minutes(seconds: f64) -> String {
    let seconds = seconds.round() as u64;
    if seconds < 60 { format!("{seconds}s") } else { format!("{}m{:02}s", seconds / 60, seconds % 60) }
}
