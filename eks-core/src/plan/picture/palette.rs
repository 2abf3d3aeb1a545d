//! The colours and letters that all pictures share.

use super::svg::Type;

pub(super) const WIDTH: f64 = 1160.0;
pub(super) const MARGIN: f64 = 32.0;
/// Between things of a kind.
pub(super) const GAP: f64 = 14.0;

pub(super) const BACKGROUND: &str = "#ffffff";
pub(super) const EDGE: &str = "#d0d7de";
pub(super) const STRIPE: &str = "#f6f8fa";
pub(super) const INK: &str = "#1f2933";
pub(super) const FAINT_INK: &str = "#5f6b7a";
pub(super) const CRITICAL: &str = "#3538cd";
pub(super) const OTHER: &str = "#9fb3d1";
pub(super) const BAD: &str = "#c4320a";
/// What the internet reaches, and what it does not.
pub(super) const PUBLIC: &str = "#e7f5ec";
pub(super) const PRIVATE: &str = "#e9eefb";

pub(super) const HEAD: Type = Type { size: 20.0, bold: true, color: INK, anchor: "start" };
pub(super) const PLACE: Type = Type { size: 14.0, bold: false, color: FAINT_INK, anchor: "start" };

pub(super) const fn small(color: &'static str, anchor: &'static str) -> Type {
    Type { size: 12.0, bold: false, color, anchor }
}

pub(super) const fn strong(color: &'static str) -> Type {
    Type { size: 13.0, bold: true, color, anchor: "start" }
}
