//! Time from left to right, beside the names of the steps.

use super::minutes;
use super::palette::{EDGE, FAINT_INK, small};
use super::svg::Svg;

/// Where the names of the steps end and their bars begin.
pub(super) const CHART: f64 = 430.0;
/// Where the bars end and the times begin.
const CHART_END: f64 = 1030.0;
pub(super) const TOP: f64 = 122.0;
/// The narrowest bar that can still be seen.
pub(super) const NARROWEST: f64 = 3.0;
/// Most lines that the axis has.
const TICKS: f64 = 9.0;

/// Where on the page a time is.
pub(super) struct Scale {
    pub(super) seconds: f64,
}

impl Scale {
    pub(super) fn x(&self, seconds: f64) -> f64 {
        CHART + (CHART_END - CHART) * seconds / self.seconds
    }

    /// The time between two lines of the axis: the shortest round one that leaves few enough of them.
    fn tick(&self) -> f64 {
        let round = [5.0, 10.0, 15.0, 30.0, 60.0, 120.0, 300.0, 600.0, 900.0, 1800.0];
        round.into_iter().find(|tick| self.seconds / tick <= TICKS).unwrap_or(3600.0)
    }
}

/// The lines and their times, down to `bottom`.
pub(super) fn axis(svg: &mut Svg, scale: &Scale, bottom: f64) {
    let mut at = 0.0;
    while at <= scale.seconds {
        let x = scale.x(at);
        svg.line(&[(x, TOP), (x, bottom)], EDGE, 1.0);
        svg.text((x, TOP - 10.0), 80.0, small(FAINT_INK, "middle"), &minutes(at));
        at += scale.tick();
    }
}
