//! What the readers of a file see of a variable, and what of that is no agreement.

use crate::model::{Basis, Content, FileReaders, Variable};
use crate::policy::KeyEntry;
use crate::syntax::readers::{self, Divergence, Outcome, Reader};

/// Readers that see the same, by name.
pub type Group<'a> = (&'a Outcome, Vec<&'static str>);

/// What readers see, and which of them: what is run or refused is other rules' business, and what stands there as it is counts
/// only where it is asked for.
#[must_use]
pub fn groups<'a>(variable: &'a Variable, read: &FileReaders) -> Option<Vec<Group<'a>>> {
    let Content::Read(readings) = &variable.content else { return None };
    let unknown: Vec<Reader> =
        read.stops.iter().filter(|stop| stop.refusal.is_none()).map(|stop| stop.reader).collect();
    let mut groups = Vec::new();
    for (outcome, readers) in readings.iter() {
        let kept = |reader: &&Reader| {
            !unknown.contains(*reader) && (read.basis != Basis::Dependency || **reader != Reader::Plain)
        };
        let readers: Vec<Reader> = readers.iter().filter(kept).copied().collect();
        if !readers.is_empty() && !matches!(outcome, Outcome::Refused | Outcome::Runs) {
            groups.push((outcome, readers.iter().map(|reader| reader.as_str()).collect()));
        }
    }
    Some(groups)
}

/// What is to be said of a variable.
#[must_use]
pub fn divergence(entry: Option<&KeyEntry>, variable: &Variable, groups: &[Group<'_>]) -> Option<Divergence> {
    use readers::Cause;
    // A name alone on its line is `malformed-line`'s.
    let known = variable.divergence.filter(|_| !matches!(variable.stands, Some(Outcome::Unset)))?;
    let [(outcome, _)] = groups else { return (groups.len() > 1).then_some(known) };
    let cause = match (known.cause, outcome) {
        (_, Outcome::DependsOnProcess) => Cause::Process,
        (_, Outcome::Unmodelled) => Cause::Unmodelled,
        (Cause::Process, _) => Cause::Process,
        // The one reader, beside what stands there.
        _ => readers::loss(variable.stands.as_ref()?.value()?, outcome)?,
    };
    // Of a variable that has to be there `missing-key` says that it is not.
    let required = entry.is_some_and(KeyEntry::is_required);
    (cause != Cause::Dropped || !required).then_some(Divergence { cause, ..known })
}
