//! What was applied, when, by whom, with which outcome: the text of a git note, readable by people and by us.

use std::fmt;

use super::Ticket;
use crate::diag::printable;

/// How applying a commit ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The world is what the commit says.
    Done,
    /// Some steps failed or did not run.
    Partial,
    /// A guard refused all of it, or the world said no before anything was done.
    Refused,
    /// Somebody stopped it.
    Cancelled,
    /// It was killed, or its machine stopped; what it did is seen by looking.
    Interrupted,
    /// A newer commit took its place before it began.
    Superseded,
}

impl Outcome {
    const ALL: [Self; 6] =
        [Self::Done, Self::Partial, Self::Refused, Self::Cancelled, Self::Interrupted, Self::Superseded];

    /// The word in notes.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Partial => "applied in part",
            Self::Refused => "refused",
            Self::Cancelled => "cancelled",
            Self::Interrupted => "interrupted",
            Self::Superseded => "superseded",
        }
    }

    /// Whether anything of the commit may be in the world.
    #[must_use]
    pub const fn touched_the_world(self) -> bool {
        matches!(self, Self::Done | Self::Partial | Self::Cancelled | Self::Interrupted)
    }
}

/// What became of one host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostRecord {
    /// Its name.
    pub name: String,
    /// `12 steps done`, `1 step failed`.
    pub words: String,
}

/// One application of one commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// How it ended.
    pub outcome: Outcome,
    /// The fleet's id.
    pub fleet: String,
    /// Who pushed or ran it.
    pub by: String,
    /// RFC 3339 in UTC, with milliseconds; for people, and the order of what was written down at once.
    pub began: String,
    /// Seconds that it took; `None` where nobody knows.
    pub took: Option<u64>,
    /// `+7 ~0 -0`.
    pub plan: String,
    /// Host by host.
    pub hosts: Vec<HostRecord>,
    /// One more sentence, where there is one.
    pub why: String,
}

/// A moment as records have it.
#[must_use]
pub fn moment(at: jiff::Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string()
}

impl Record {
    /// When it began, to the second: enough for people.
    #[must_use]
    pub fn began_words(&self) -> String {
        match self.began.split_once('.') {
            Some((second, _)) => format!("{second}Z"),
            None => self.began.clone(),
        }
    }

    /// What is known of a push that `apply` itself has written nothing about.
    #[must_use]
    pub fn of_push(ticket: &Ticket, outcome: Outcome, why: impl Into<String>) -> Self {
        Self {
            outcome,
            fleet: String::new(),
            by: ticket.by.clone(),
            began: ticket.at.clone(),
            took: None,
            plan: String::new(),
            hosts: Vec::new(),
            why: why.into(),
        }
    }
}

impl fmt::Display for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "tenantry: {}", self.outcome.word())?;
        let mut line = |key: &str, value: &str| {
            let value: String = value.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
            // `git log --notes` prints it as it is.
            let value = printable(&value);
            if value.is_empty() { Ok(()) } else { writeln!(f, "{key}: {value}") }
        };
        line("fleet", &self.fleet)?;
        line("by", &self.by)?;
        line("began", &self.began)?;
        line("took", &self.took.map(|seconds| format!("{seconds} s")).unwrap_or_default())?;
        line("plan", &self.plan)?;
        for host in &self.hosts {
            line("host", &format!("{}: {}", host.name, host.words))?;
        }
        line("why", &self.why)
    }
}

impl Record {
    /// The records of a note, oldest first. What is no record of ours is passed over.
    #[must_use]
    pub fn parse_all(note: &str) -> Vec<Self> {
        note.split("\n\n").filter_map(Self::parse).collect()
    }

    fn parse(text: &str) -> Option<Self> {
        let mut lines = text.trim().lines();
        let word = lines.next()?.strip_prefix("tenantry: ")?;
        let outcome = Outcome::ALL.into_iter().find(|outcome| outcome.word() == word)?;
        let mut record = Self {
            outcome,
            fleet: String::new(),
            by: String::new(),
            began: String::new(),
            took: None,
            plan: String::new(),
            hosts: Vec::new(),
            why: String::new(),
        };
        for (key, value) in lines.filter_map(|line| line.split_once(": ")) {
            let value = value.to_owned();
            match key {
                "fleet" => record.fleet = value,
                "by" => record.by = value,
                "began" => record.began = value,
                "took" => record.took = value.strip_suffix(" s").and_then(|seconds| seconds.parse().ok()),
                "plan" => record.plan = value,
                "why" => record.why = value,
                "host" => {
                    let (name, words) = value.split_once(": ").unwrap_or((&value, ""));
                    record.hosts.push(HostRecord { name: name.to_owned(), words: words.to_owned() });
                }
                // A later version may say more.
                _ => {}
            }
        }
        Some(record)
    }
}
