//! `tenantry diff`: what a change of the files means. Two compiles and nothing else: no engine, no secret, no network.

use crate::diag;
use crate::pipeline::{self, Broken, Compiled};
use crate::review::{Review, review};
use crate::world::{Directory, World};

use super::fleet::{summary, tell};
use super::view::table::count;
use super::view::{review_json, review_markdown, review_text};
use super::{Exit, Output};

#[derive(Debug, clap::Args)]
#[command(
    after_help = "Ends as diff(1) does: 0 both mean the same, 1 they differ, 2 one of them does not compile; \
                        and with 5 when `apply` would refuse some of it."
)]
pub(super) struct Args {
    /// Directory of the fleet as it is
    #[arg(value_name = "BASE")]
    base: String,
    /// Directory of the fleet as it would be
    #[arg(value_name = "HEAD", default_value = ".")]
    head: String,
    /// Print Markdown for a pull request, at most 60,000 bytes
    #[arg(long)]
    markdown: bool,
    /// Print in the shape of `terraform show -json`
    #[arg(long, conflicts_with = "markdown")]
    json: bool,
}

/// The world that an argument names.
fn world(argument: &str) -> Box<dyn World> {
    Box::new(Directory::new(argument))
}

pub(super) fn run(args: &Args, output: Output) -> Exit {
    let (base, head) = (world(&args.base), world(&args.head));
    let (base, head) = rayon::join(|| pipeline::compile(&*base), || pipeline::compile(&*head));
    match (base, head) {
        (_, Err(head)) => broken(args, &head, output),
        (Err(base), Ok(head)) => nothing_to_compare(args, &base, &head, output),
        (Ok(base), Ok(head)) => compared(args, &review(&base, &head), &head, output),
    }
}

fn compared(args: &Args, review: &Review, head: &Compiled, output: Output) -> Exit {
    let sources = &head.sources;
    if args.json {
        output.line(review_json::review(review, sources).to_string());
    } else if args.markdown {
        output.text(review_markdown::review(review, sources));
    } else {
        tell(&review.warnings, sources, output);
        output.text(review_text::review(review, output));
        let (refused, rest) = review_text::few(&review.plan);
        tell(&refused, sources, output);
        for line in rest {
            output.note(line);
        }
        if review.plan.is_refused() {
            output.note("The whole plan would be refused: apply would do nothing of it.");
        }
    }
    if !review.plan.refusals.is_empty() {
        Exit::Refused
    } else if review.is_empty() {
        Exit::Done
    } else {
        Exit::DIFFERENT
    }
}

/// The head does not compile: what `check` says of it.
fn broken(args: &Args, head: &Broken, output: Output) -> Exit {
    if args.json {
        output.line(diag::json(&head.diagnostics, &head.sources).to_string());
    } else if args.markdown {
        let title = "The fleet does not compile";
        output.text(review_markdown::broken(title, &head.diagnostics, &head.sources));
    } else {
        tell(&head.diagnostics, &head.sources, output);
        output.note(summary(&head.diagnostics));
    }
    Exit::TROUBLE
}

/// The base does not compile: what `check` says of the head, and why there is no more.
fn nothing_to_compare(args: &Args, base: &Broken, head: &Compiled, output: Output) -> Exit {
    let model = &head.model;
    let fine = format!(
        "the head compiles: {}, {}",
        count(model.tenants.len(), "tenant"),
        count(model.sites.len(), "site")
    );
    if args.json {
        output.line(diag::json(&base.diagnostics, &base.sources).to_string());
    } else if args.markdown {
        let title = format!("Nothing to compare with: the base does not compile, {fine}");
        output.text(review_markdown::broken(&title, &base.diagnostics, &base.sources));
    } else {
        tell(&head.warnings, &head.sources, output);
        output.line(format!("No comparison: the base does not compile. But {fine}."));
        tell(&base.diagnostics, &base.sources, output);
        output.note(format!("the base: {}", summary(&base.diagnostics)));
    }
    Exit::TROUBLE
}
