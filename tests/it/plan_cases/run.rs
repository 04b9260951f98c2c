//! Runs a script with the real binary, on sandboxes of its own.
#![expect(clippy::disallowed_methods, reason = "a test writes the fleet that it applies")]

use std::fs;

use super::hand;
use super::script::{Script, Section};
use super::stage::{Ran, Stage};
use crate::support::{diff, disk};

/// What a case comes to: the case as it would have to be, and what else is wrong.
pub(super) struct Verdict {
    pub(super) actual: Script,
    pub(super) faults: Vec<String>,
}

pub(super) fn run(script: &Script) -> Verdict {
    let mut stage = Stage::new();
    let mut verdict = Verdict { actual: script.clone(), faults: script.faults() };
    if !verdict.faults.is_empty() {
        return verdict;
    }
    let mut last = None;
    for section in &mut verdict.actual.sections {
        match stage.play(section) {
            Ok(Some(ran)) => last = Some(ran),
            Ok(None) => {}
            Err(why) => {
                verdict.faults.push(format!("=== {}: {why}", section.head));
                return verdict;
            }
        }
    }
    if let Some(plan) = last.filter(|ran| ran.arguments.first().is_some_and(|first| first == "plan")) {
        // One whose files do not compile has no status.
        if plan.code != 1
            && let Err(why) = stage.status()
        {
            verdict.faults.push(why);
        }
        let ends = script.sections.iter().find(|section| section.head == "ends");
        let code = ends.map_or(Ok(plan.code), |section| code(&section.body));
        if let Err(why) = code.and_then(|code| stage.settles(&plan, code, ends.is_some())) {
            verdict.faults.push(why);
        }
    }
    verdict
}

fn code(body: &str) -> Result<i32, String> {
    match body.trim() {
        "" => Ok(0),
        text => text
            .strip_prefix("exit ")
            .and_then(|number| number.parse().ok())
            .ok_or_else(|| format!("`exit N`, not `{text}`")),
    }
}

impl Stage {
    fn play(&mut self, section: &mut Section) -> Result<Option<Ran>, String> {
        let head = section.head.clone();
        let (word, rest) = head.split_once(' ').unwrap_or((head.as_str(), ""));
        match word {
            "use" => self.write(rest, &disk::read(&format!("tests/cases/shared/{rest}"))),
            "edit" => self.edit(rest, &section.body)?,
            "remove" => fs::remove_file(self.fleet().join(rest)).map_err(|error| error.to_string())?,
            "environment" => {
                let pairs = section.body.lines().filter_map(|line| line.split_once('='));
                self.environment.extend(pairs.map(|(name, value)| (name.to_owned(), value.to_owned())));
            }
            "apply" => {
                let mut arguments = vec!["apply", "--auto-approve"];
                arguments.extend(rest.split_whitespace());
                let ran = self.tenantry(&arguments, None);
                ran.demand(code(&section.body)?)?;
                self.keep();
            }
            "killed" => {
                let step = self.step(rest)?;
                // One call at a time: what else was done by then is always the same.
                let ran = self.tenantry(&["apply", "--auto-approve", "--parallelism", "1"], Some(&step));
                ran.demand(-9)?;
                self.keep();
            }
            "by" if rest == "hand" => {
                let (fleet, host) = self.identity()?;
                hand::run(&self.place.path().join("state/tenantry/sandbox"), &fleet, &host, &section.body)?;
            }
            "ends" => {}
            "$" => {
                let ran = self.tenantry(&rest.split_whitespace().collect::<Vec<_>>(), None);
                section.body = ran.text();
                return Ok(Some(ran));
            }
            path if [".kdl", ".yaml", ".yml", ".pem"].iter().any(|ending| path.ends_with(ending)) => {
                self.write(path, &section.body);
            }
            _ => return Err("no section is called so".to_owned()),
        }
        Ok(None)
    }

    /// Each run of `-` lines, which must be there just once, becomes the `+` lines after it.
    fn edit(&self, path: &str, body: &str) -> Result<(), String> {
        let mut text = fs::read_to_string(self.fleet().join(path)).map_err(|error| error.to_string())?;
        let (mut old, mut new) = (String::new(), String::new());
        let mut lines = body.lines().peekable();
        while let Some(line) = lines.next() {
            match line.split_at_checked(2) {
                Some(("- ", rest)) => old.push_str(&format!("{rest}\n")),
                Some(("+ ", rest)) => new.push_str(&format!("{rest}\n")),
                _ => return Err(format!("`- old` or `+ new`, not `{line}`")),
            }
            let ends = lines.peek().is_none_or(|next| !new.is_empty() && next.starts_with("- "));
            if !ends {
                continue;
            }
            if old.is_empty() {
                text.push_str(&new);
            } else if text.matches(&old).count() == 1 {
                text = text.replace(&old, &new);
            } else {
                return Err(format!("`{}` is not there just once in\n{text}", old.trim_end()));
            }
            old.clear();
            new.clear();
        }
        self.write(path, &text);
        Ok(())
    }

    /// `after site.s/site new-site` as the fail point that it is in the plan that would be applied.
    fn step(&self, words: &str) -> Result<String, String> {
        let words: Vec<&str> = words.split(' ').collect();
        let [when, object, call] = words[..] else { return Err("`after|before OBJECT CALL`".to_owned()) };
        let file = self.place.path().join("killed.plan");
        let plan = self.tenantry(&["plan", "--out", file.to_str().unwrap()], None);
        let text = fs::read_to_string(&file).map_err(|error| format!("{error}\n{}", plan.text()))?;
        fs::remove_file(&file).map_err(|error| error.to_string())?;
        let saved: serde_json::Value = serde_json::from_str(&text).map_err(|error| error.to_string())?;
        let steps = saved["steps"].as_array().cloned().unwrap_or_default();
        let at = steps.iter().position(|step| step["object"] == object && step["call"]["call"] == call);
        at.map(|at| format!("{when}:s-{at}")).ok_or_else(|| {
            let own = steps.iter().filter(|step| step["object"] == object).map(|step| &step["call"]["call"]);
            format!("no such step; {object} has {:?}", own.collect::<Vec<_>>())
        })
    }

    /// Applies what was planned and plans again: nothing is left, or the same is refused.
    fn settles(&self, plan: &Ran, code: i32, free: bool) -> Result<(), String> {
        if plan.code != 0 && plan.code != 2 && plan.code != 5 {
            return Ok(());
        }
        let mut apply = vec!["apply", "--auto-approve"];
        apply.extend(plan.arguments[1..].iter().map(String::as_str).filter(|a| *a != "--detailed-exitcode"));
        let applied = self.tenantry(&apply, None);
        applied.demand(if code == 2 { 0 } else { code }).map_err(|why| format!("applied: {why}"))?;
        if free {
            return Ok(());
        }
        let mut again = vec!["plan"];
        again.extend(plan.arguments[1..].iter().map(String::as_str));
        let again = self.tenantry(&again, None);
        let whole = plan.err.contains("The whole plan is refused");
        let is_settled = whole || again.leaves_nothing();
        if !is_settled || again.refusals() != plan.refusals() {
            let before = plan.refusals().join("\n");
            let after = again.refusals().join("\n");
            return Err(format!(
                "applied and planned again:\n{}\nrefusals:\n{}",
                again.text(),
                diff::lines(&before, &after)
            ));
        }
        Ok(())
    }
}
