//! A plan as pictures: the map of what it makes and the timeline of its steps, as SVG and as Mermaid, and what came of
//! it.
//!
//! Pure, and the same plan always makes the same text. The SVG brings its own background, so that it can be read on
//! a light and on a dark page, and asks for fonts by generic family only.

mod axis;
mod band;
mod flowchart;
mod gantt;
mod map;
mod palette;
mod progress;
mod svg;
mod timeline;

use super::outline::{Plan, capital, minutes};
use super::step::Step;

impl Plan {
    /// The timeline of the steps as an SVG document: a bar for each, as long as AWS typically takes, a line up to
    /// the 95th percentile, and the steps that the end waits for in the strong colour.
    ///
    /// The bars of a plan under way begin now, as its text does: what is done has none.
    ///
    /// ```
    /// # fn save(plan: &eks_core::Plan) -> std::io::Result<()> {
    /// std::fs::write("timeline.svg", plan.timeline_svg())
    /// # }
    /// ```
    pub fn timeline_svg(&self) -> String {
        timeline::draw(self)
    }

    /// The timeline of the steps as a Mermaid `gantt`, as GitHub and many wikis show it. Times are minutes and
    /// seconds from now; the steps that the end waits for are marked `crit`.
    pub fn timeline_mermaid(&self) -> String {
        gantt::write(self)
    }

    /// What was expected beside what came of it, as an SVG document: two bars for each step, and where AWS refused it
    /// before it began. Of an operation that has ended, or is under way: [`Operation::plan`](crate::Operation::plan), once
    /// its events have been read.
    pub fn progress_svg(&self) -> String {
        progress::draw(self)
    }

    /// The map of what a create makes as an SVG document: the control plane beside the VPC, the subnets by zone, and in
    /// them what pods run on. A delete has none, nor has a create whose spec is not known, which goes on by name alone.
    ///
    /// ```
    /// # fn save(plan: &eks_core::Plan) -> std::io::Result<()> {
    /// std::fs::write("map.svg", plan.map_svg().unwrap_or_default())
    /// # }
    /// ```
    pub fn map_svg(&self) -> Option<String> {
        self.map.as_ref().map(|map| map::draw(self, map))
    }

    /// The map of what a create makes as a Mermaid `flowchart`, as GitHub and many wikis show it; `None` as of
    /// [`Plan::map_svg`].
    pub fn map_mermaid(&self) -> Option<String> {
        self.map.as_ref().map(|map| flowchart::write(self, map))
    }

    /// `Create cluster shop`.
    fn head(&self) -> String {
        format!("{} cluster {}", capital(&self.goal), self.cluster)
    }

    /// `us-west-2, Kubernetes 1.36. About 12m32s in all`, or that nothing is left.
    fn place(&self) -> String {
        let version =
            self.version.iter().map(|version| format!(", Kubernetes {version}")).collect::<String>();
        let time = if self.is_empty() {
            "Nothing is left to do".to_owned()
        } else {
            format!("About {} in all", minutes(self.expected_seconds))
        };
        format!("{}{version}. {time}", self.region)
    }

    fn title(&self) -> String {
        format!("{} in {}", self.head(), self.place())
    }
}

/// What a step does, short enough for a picture: of an ARN only its end, which names the principal.
fn label(step: &Step) -> String {
    let action = step.action.to_string();
    match step.action.subject().filter(|subject| subject.starts_with("arn:")) {
        Some(arn) => action.replace(arn, arn.rsplit(':').next().unwrap_or(arn)),
        None => action,
    }
}
