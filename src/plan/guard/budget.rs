//! `guard/budget`: one plan deletes and replaces only so much, unless it is told otherwise.

use crate::desired::change::Action;
use crate::diag::{Code, Diagnostic};
use crate::plan::{Plan, Policy, Refusal};

/// A bench of the usual size may be made anew in one go.
const FEW: usize = 12;

/// Refuses the plan as a whole when it deletes and replaces more objects than its budget.
pub(in crate::plan) fn check(plan: &mut Plan, present: usize, policy: &Policy) {
    let count = plan.destroys() + policy.spent;
    let budget = policy.max_destroy.unwrap_or_else(|| FEW.max(present / 10));
    if count <= budget || plan.destroys() == 0 {
        return;
    }
    let deleted = plan.changes.iter().filter(|change| change.action == Action::Delete).count();
    let objects = if count == 1 { "1 object".to_owned() } else { format!("{count} objects") };
    let message = match policy.spent {
        0 => format!("the plan deletes or replaces {objects}, and its budget is {budget}"),
        spent => format!(
            "{objects} would be deleted or replaced, {spent} of them already, and the budget is {budget}"
        ),
    };
    let note = match policy.max_destroy {
        Some(_) => "the budget was given with `--max-destroy`".to_owned(),
        None => format!("the budget is a tenth of the {present} objects that are there, and at least {FEW}"),
    };
    let diagnostic = Diagnostic::error(Code::GUARD_BUDGET, message)
        .note(format!("{deleted} are deleted, {} are made anew", plan.destroys() - deleted))
        .note(note)
        .leave(format!("max-destroy={count}"), format!("when it is what you want: `--max-destroy {count}`"))
        .help("or make the change in several commits, a few benches each");
    plan.refusals.push(Refusal { diagnostic, object: None, fatal: true });
}
