//! Live progress on a terminal, plain lines elsewhere.

use std::collections::BTreeMap;
use std::time::Duration;

use eks_core::{Event, EventKind, Operation, Result};
use indicatif::{MultiProgress, ProgressBar, ProgressStyle};

/// Shows an operation until it ends.
///
/// `speed`: a simulated quarter of an hour is over in milliseconds, too fast to watch; events are shown this
/// many times faster than they happened. 0 shows them as they come, which is right for real time.
///
/// # Errors
///
/// The operation's own.
pub async fn watch<T: Send + 'static>(mut operation: Operation<T>, speed: f64) -> Result<T> {
    let screen = Screen::new();
    let mut shown = 0;
    while let Some(event) = operation.next_event().await {
        if speed > 0.0 {
            screen.pass(shown, event.elapsed, speed).await;
        }
        shown = event.elapsed;
        screen.show(&event);
    }
    screen.close();
    operation.await
}

/// The terminal, with one line for each step under way.
struct Screen {
    lines: MultiProgress,
    running: std::cell::RefCell<BTreeMap<String, (ProgressBar, i64)>>,
}

impl Screen {
    fn new() -> Self {
        Self { lines: MultiProgress::new(), running: std::cell::RefCell::default() }
    }

    /// Lets the time between two events pass, faster than it did.
    async fn pass(&self, from: i64, to: i64, speed: f64) {
        const FRAME: f64 = 50.0;
        let frames = ((to - from) as f64 / speed / FRAME).ceil() as i64;
        for frame in 1..=frames {
            let at = from + (to - from) * frame / frames;
            for (line, since) in self.running.borrow().values() {
                line.set_prefix(clock(at - since));
                line.tick();
            }
            #[allow(clippy::disallowed_methods, reason = "shows what has happened already: no work waits")]
            tokio::time::sleep(Duration::from_millis(FRAME as u64)).await;
        }
    }

    fn show(&self, event: &Event) {
        match &event.kind {
            EventKind::StepStarted { step, action } => {
                let line = self.lines.add(ProgressBar::new_spinner());
                line.set_style(style());
                line.set_message(action.clone());
                line.set_prefix(clock(0));
                self.running.borrow_mut().insert(step.clone(), (line, event.elapsed));
            }
            EventKind::StepDone { step, action, seconds } => {
                self.end(step);
                self.say(event, '✔', &format!("{action:<56} {:>7}", clock((seconds * 1000.0) as i64)));
            }
            EventKind::StepSkipped { step, action, reason } => {
                self.end(step);
                self.say(event, '–', &format!("{action}: left out, {reason}"));
            }
            EventKind::Retrying { what, error, delay, .. } => {
                // The whole text is in the event; on a terminal its beginning tells enough.
                let beginning: String = error.chars().take(60).collect();
                self.say(event, '↻', &format!("{what} again in {delay:.0}s: {beginning}…"));
            }
            EventKind::Waiting { .. } if self.is_hidden() => self.say(event, '…', &event.to_string()),
            _ => {}
        }
    }

    fn say(&self, event: &Event, mark: char, text: &str) {
        let line = format!("  {} {mark} {text}", clock(event.elapsed));
        if self.is_hidden() || self.lines.println(&line).is_err() {
            println!("{line}");
        }
    }

    fn end(&self, step: &str) {
        if let Some((line, _)) = self.running.borrow_mut().remove(step) {
            line.finish_and_clear();
            self.lines.remove(&line);
        }
    }

    fn is_hidden(&self) -> bool {
        self.lines.is_hidden()
    }

    fn close(&self) {
        for (line, _) in self.running.borrow().values() {
            line.finish_and_clear();
        }
        if !self.is_hidden() {
            // The last line that was said is not ended yet.
            println!();
        }
    }
}

fn style() -> ProgressStyle {
    ProgressStyle::with_template("        {spinner:.cyan} {msg:<56} {prefix:>7}")
        .unwrap_or_else(|_| ProgressStyle::default_spinner())
}

/// `09:40`.
fn clock(millis: i64) -> String {
    let seconds = millis / 1000;
    format!("{:02}:{:02}", seconds / 60, seconds % 60)
}
