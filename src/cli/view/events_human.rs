//! Progress for people: a block that moves on a terminal; in a log a line a declaration, and a word every ten seconds.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use crate::apply::{Event, Events};
use crate::plan::Plan;

use super::output::Output;
use super::progress::{Line, Progress};
use super::table::since;

/// How often a terminal's block may move.
const FRAME: Duration = Duration::from_millis(100);
/// How often a log's clock is looked at.
const TICK: Duration = Duration::from_secs(1);
/// How often a log hears a word, in milliseconds.
const WORD: u64 = 10_000;

/// Prints progress to standard error.
#[derive(Debug)]
pub struct HumanEvents {
    shared: Arc<Shared>,
    /// Draws while nothing happens; begun with the first step.
    clock: Mutex<Option<JoinHandle<()>>>,
}

#[derive(Debug)]
struct Shared {
    output: Output,
    live: bool,
    began: Instant,
    state: Mutex<State>,
    over: Condvar,
}

#[derive(Debug, Default)]
struct State {
    progress: Progress,
    /// The lines of the block that stand on the terminal.
    drawn: Vec<String>,
    /// When the log hears the next word.
    next_word: u64,
    is_over: bool,
}

impl HumanEvents {
    /// Progress of one plan. `live` is for terminals.
    #[must_use]
    pub fn new(plan: &Plan, output: Output, live: bool) -> Self {
        let state = State { progress: Progress::new(plan), next_word: WORD, ..State::default() };
        let shared =
            Shared { output, live, began: Instant::now(), state: Mutex::new(state), over: Condvar::new() };
        Self { shared: Arc::new(shared), clock: Mutex::default() }
    }

    fn start_clock(&self) {
        let mut clock = self.clock.lock().unwrap_or_else(PoisonError::into_inner);
        if clock.is_none() {
            let shared = Arc::clone(&self.shared);
            let thread = std::thread::Builder::new().name("progress".to_owned());
            // Without it what happens is told all the same, only the time between stays silent.
            *clock = thread.spawn(move || shared.run()).ok();
        }
    }
}

impl Events for HumanEvents {
    fn emit(&self, event: &Event) {
        if matches!(event, Event::StepStart { .. }) {
            self.start_clock();
        }
        let mut state = self.shared.lock();
        let lines = state.progress.on(event, since(self.shared.began));
        self.shared.say(&mut state, &lines);
    }
}

impl Drop for HumanEvents {
    /// Takes the block off the terminal: what comes after it stands in its place.
    fn drop(&mut self) {
        self.shared.lock().is_over = true;
        self.shared.over.notify_all();
        if let Some(clock) = self.clock.get_mut().unwrap_or_else(PoisonError::into_inner).take() {
            let _ = clock.join();
        }
        let mut state = self.shared.lock();
        let text = erase(&std::mem::take(&mut state.drawn));
        self.shared.output.raw_note(text);
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Until it is over.
    fn run(&self) {
        let pause = if self.live { FRAME } else { TICK };
        let mut state = self.lock();
        while !state.is_over {
            state = self.over.wait_timeout(state, pause).unwrap_or_else(PoisonError::into_inner).0;
            if !state.is_over {
                self.tick(&mut state);
            }
        }
    }

    fn tick(&self, state: &mut State) {
        let now = since(self.began);
        if self.live {
            let block = self.block(state, now);
            if block != state.drawn {
                self.draw(state, "", block);
            }
        } else if now >= state.next_word {
            state.next_word = now + WORD;
            if let Some(word) = state.progress.word(now) {
                self.output.note(format!("… {word}"));
            }
        }
    }

    /// Lines that stay. On a terminal they stand above the block, which has told already what is done.
    fn say(&self, state: &mut State, lines: &[Line]) {
        let mut text = String::new();
        for line in lines {
            match line {
                Line::Done(_) if self.live => {}
                Line::Done(line) => text.push_str(&format!("{} {line}\n", self.output.paint(32, "✓"))),
                Line::Failed(line) => text.push_str(&format!("{} {line}\n", self.output.paint(31, "✗"))),
                Line::Retry(line) => text.push_str(&format!("{}\n", self.output.paint(33, line))),
                Line::Plain(line) => text.push_str(&format!("{line}\n")),
            }
        }
        if text.is_empty() {
            return;
        }
        let block = if self.live { self.block(state, since(self.began)) } else { Vec::new() };
        self.draw(state, &text, block);
    }

    fn block(&self, state: &State, now: u64) -> Vec<String> {
        let (columns, rows) = self.output.size();
        state.progress.block(now, columns, rows)
    }

    /// Everything in one write, so that nothing half is ever seen.
    fn draw(&self, state: &mut State, above: &str, block: Vec<String>) {
        let text = format!("{}{above}{}", erase(&state.drawn), self.painted(&block));
        self.output.raw_note(text);
        state.drawn = block;
    }

    fn painted(&self, block: &[String]) -> String {
        let lines = block.iter().enumerate();
        let lines = lines.map(|(n, line)| if n == 0 { self.output.paint(1, line) } else { line.clone() });
        lines.collect::<Vec<_>>().join("\r\n")
    }
}

/// Takes a block back: the cursor stands at its end.
fn erase(block: &[String]) -> String {
    match block.len() {
        0 => String::new(),
        1 => "\r\u{1b}[J".to_owned(),
        n => format!("\r\u{1b}[{}A\u{1b}[J", n - 1),
    }
}
