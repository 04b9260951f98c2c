//! Declarations that are left as they are as a whole: what they want is still somebody else's.

use std::collections::BTreeMap;

use super::build::Builder;
use super::{Refusal, guard, takings};
use crate::desired::Desired;
use crate::desired::observed::Observed;

/// Attempts a plan until everything that is taken in it is given in it. Whoever takes what is not given is left out, and so
/// gives nothing itself.
pub(super) fn build<'a>(
    desired: &'a Desired,
    observed: &'a Observed,
    attempt: impl Fn(&BTreeMap<&'a str, Refusal>) -> Builder<'a>,
) -> Builder<'a> {
    let takings = takings::find(desired, observed);
    let mut withheld = guard::renamed::find(desired, observed);
    withheld.extend(guard::another_tenant::find(desired, observed));
    loop {
        let mut builder = attempt(&withheld);
        let before = withheld.len();
        for taking in takings.iter().filter(|taking| !taking.is_given(&builder)) {
            withheld
                .entry(taking.taker)
                .or_insert_with(|| guard::name_not_free::refuse(desired, observed, taking));
        }
        if withheld.len() == before {
            takings::order(&mut builder, &takings);
            return builder;
        }
    }
}
