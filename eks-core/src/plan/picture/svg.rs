//! As much of SVG as the pictures need: every text is escaped, and cut to the width that it has.

use std::fmt::Write;

/// A wide letter of the generic sans-serif (DejaVu Sans, which is wider than Arial or Helvetica), in parts of the
/// font's size; a bold one is wider still.
const LETTER: f64 = 0.63;
const BOLD_LETTER: f64 = 0.71;

/// How a text is set.
#[derive(Clone, Copy)]
pub(super) struct Type {
    pub(super) size: f64,
    pub(super) bold: bool,
    pub(super) color: &'static str,
    /// `start`, `middle` or `end`: which part of the text stands at its place.
    pub(super) anchor: &'static str,
}

/// A document in the making.
pub(super) struct Svg(String);

impl Svg {
    /// A document of this size in pixels, on a background of its own.
    pub(super) fn new(width: f64, height: f64, title: &str, background: &str, edge: &str) -> Self {
        let title = escape(title);
        let mut text = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
             viewBox=\"0 0 {width} {height}\" role=\"img\" font-family=\"sans-serif\">\n<title>{title}</title>\n"
        );
        let (inner_width, inner_height) = (width - 1.0, height - 1.0);
        let _ = writeln!(
            text,
            "<rect x=\"0.5\" y=\"0.5\" width=\"{inner_width}\" height=\"{inner_height}\" rx=\"12\" \
             fill=\"{background}\" stroke=\"{edge}\"/>"
        );
        Self(text)
    }

    /// A rectangle with round corners; `tip` shows when a pointer rests on it.
    pub(super) fn bar(&mut self, [x, y, width, height]: [f64; 4], radius: f64, fill: &str, tip: &str) {
        let tip = escape(tip);
        let _ = writeln!(
            self.0,
            "<rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{height:.1}\" rx=\"{radius}\" \
             fill=\"{fill}\"><title>{tip}</title></rect>"
        );
    }

    /// A rectangle with an edge, which is dashed for what is there in name alone.
    pub(super) fn frame(
        &mut self,
        [x, y, width, height]: [f64; 4],
        radius: f64,
        fill: &str,
        edge: &str,
        dashed: bool,
    ) {
        let dashes = if dashed { " stroke-dasharray=\"5 4\"" } else { "" };
        let _ = writeln!(
            self.0,
            "<rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{height:.1}\" rx=\"{radius}\" \
             fill=\"{fill}\" stroke=\"{edge}\"{dashes}/>"
        );
    }

    /// A line through these points.
    pub(super) fn line(&mut self, points: &[(f64, f64)], color: &str, width: f64) {
        let points: Vec<String> = points.iter().map(|(x, y)| format!("{x:.1},{y:.1}")).collect();
        let points = points.join(" ");
        let _ = writeln!(
            self.0,
            "<polyline points=\"{points}\" fill=\"none\" stroke=\"{color}\" stroke-width=\"{width}\" \
             stroke-linejoin=\"round\"/>"
        );
    }

    /// A text in at most `room` pixels. What does not fit is cut; the whole shows when a pointer rests on it.
    pub(super) fn text(&mut self, (x, y): (f64, f64), room: f64, kind: Type, text: &str) {
        let Type { size, bold, color, anchor } = kind;
        let weight = if bold { " font-weight=\"bold\"" } else { "" };
        let fits = (room / (size * if bold { BOLD_LETTER } else { LETTER })) as usize;
        let shown = cut(text, fits);
        let whole = if shown == text { String::new() } else { format!("<title>{}</title>", escape(text)) };
        let shown = escape(&shown);
        let _ = writeln!(
            self.0,
            "<text x=\"{x:.1}\" y=\"{y:.1}\" font-size=\"{size}\"{weight} fill=\"{color}\" \
             text-anchor=\"{anchor}\">{shown}{whole}</text>"
        );
    }

    pub(super) fn finish(mut self) -> String {
        self.0.push_str("</svg>\n");
        self.0
    }
}

/// At most `letters` of the text, with an ellipsis where some are missing.
fn cut(text: &str, letters: usize) -> String {
    if text.chars().count() <= letters {
        return text.to_owned();
    }
    let kept: String = text.chars().take(letters.saturating_sub(1)).collect();
    format!("{}…", kept.trim_end())
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_fit_is_cut_by_letters() {
        assert_eq!(cut("über", 4), "über");
        assert_eq!(cut("über den Wolken", 6), "über…");
        assert_eq!(cut("abc", 0), "…");
    }

    #[test]
    fn markup_in_a_text_stays_text() {
        let mut svg = Svg::new(10.0, 10.0, "a & b", "white", "black");
        let kind = Type { size: 10.0, bold: false, color: "black", anchor: "start" };
        svg.text((0.0, 0.0), 500.0, kind, "<script>\"&amp;\"</script>");
        let text = svg.finish();
        assert!(text.contains("<title>a &amp; b</title>"), "{text}");
        assert!(text.contains(">&lt;script&gt;&quot;&amp;amp;&quot;&lt;/script&gt;<"), "{text}");
    }
}
