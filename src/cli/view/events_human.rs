//! Progress for people: a redrawn line on a terminal, a line an event in a log.

use std::collections::BTreeMap;
use std::sync::Mutex;

use crate::apply::{Event, Events, Outcome};
use crate::desired::call::StepId;
use crate::plan::Plan;

use super::output::Output;
use super::table::elapsed;

/// Prints progress to standard error.
#[derive(Debug)]
pub struct HumanEvents {
    output: Output,
    live: bool,
    names: BTreeMap<StepId, String>,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// Steps under way with the last that was heard of them.
    running: BTreeMap<StepId, String>,
    done: usize,
    drawn: bool,
}

impl HumanEvents {
    /// Progress of one plan. `live` is for terminals.
    #[must_use]
    pub fn new(plan: &Plan, output: Output, live: bool) -> Self {
        let addresses: BTreeMap<_, _> = plan.changes.iter().map(|c| (&c.id, c.address.as_str())).collect();
        let names = plan
            .steps
            .iter()
            .map(|step| {
                let object = step.object.to_string();
                let address = addresses.get(&step.object).copied().unwrap_or(&object);
                (step.id, format!("{address}: {}", step.call.verb()))
            })
            .collect();
        Self { output, live, names, state: Mutex::default() }
    }

    fn name(&self, step: StepId) -> &str {
        self.names.get(&step).map_or("", String::as_str)
    }

    fn say(&self, state: &mut State, line: &str) {
        self.clear(state);
        self.output.note(line);
        self.draw(state);
    }

    fn clear(&self, state: &mut State) {
        if std::mem::take(&mut state.drawn) {
            self.output.raw_note("\r\u{1b}[2K");
        }
    }

    fn draw(&self, state: &mut State) {
        if !self.live {
            return;
        }
        let Some((step, words)) = state.running.iter().next() else { return };
        let more = state.running.len() - 1;
        let mut line = format!("{}/{}  {}", state.done, self.names.len(), self.name(*step));
        if !words.is_empty() {
            line.push_str(", ");
            line.push_str(words);
        }
        let mut line: String = line.chars().take(100).collect();
        if more > 0 {
            line.push_str(&format!("  (+{more})"));
        }
        self.output.raw_note(self.output.paint(2, &line));
        state.drawn = true;
    }
}

impl Events for HumanEvents {
    fn emit(&self, event: &Event) {
        let mut state = self.state.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let state = &mut *state;
        match event {
            Event::LockWaiting { host, holder } => {
                self.say(state, &format!("waiting for {host}: {holder}"));
            }
            Event::StepStart { step } => {
                state.running.insert(*step, String::new());
                self.clear(state);
                self.draw(state);
            }
            Event::StepProgress { step, message } => {
                // A log keeps the outcome; only a terminal shows what comes between.
                state.running.insert(*step, message.clone());
                self.clear(state);
                self.draw(state);
            }
            Event::StepRetry { step, error, wait_ms } => {
                let line = format!("  {}: {error}; trying again in {}", self.name(*step), elapsed(*wait_ms));
                self.say(state, &self.output.paint(33, &line));
            }
            Event::StepEnd { step, outcome, elapsed_ms } => {
                state.running.remove(step);
                state.done += 1;
                match outcome {
                    Outcome::Done => {
                        let line = format!(
                            "{} {}  {}",
                            self.output.paint(32, "✓"),
                            self.name(*step),
                            self.output.paint(2, &elapsed(*elapsed_ms))
                        );
                        self.say(state, &line);
                    }
                    Outcome::Failed { .. } => {
                        let line = format!(
                            "{} {} failed after {}",
                            self.output.paint(31, "✗"),
                            self.name(*step),
                            elapsed(*elapsed_ms)
                        );
                        self.say(state, &line);
                    }
                    Outcome::Skipped { .. } => {
                        self.clear(state);
                        self.draw(state);
                    }
                }
            }
            Event::Stopping => {
                self.say(state, "stopping: what is under way is finished; once more to leave at once");
            }
        }
    }
}
