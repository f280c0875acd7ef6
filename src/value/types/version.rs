//! Versions.

use super::{Fault, all, ensure, split_once};

/// `1.2.3`, `1.2.3-rc.1`, `1.2.3+build.5`, after the grammar of Semantic Versioning 2.0.0. A `v` before it is a usual
/// name of a tag and no semantic version (the same page, "Is "v1.2.3" a semantic version?").
pub(super) fn semver(value: &[u8]) -> Result<(), Fault> {
    if let [b'v' | b'V', rest @ ..] = value
        && rest.first().is_some_and(u8::is_ascii_digit)
    {
        return Err(Fault::Letter);
    }
    let (value, build) = match split_once(value, b'+') {
        Some((value, build)) => (value, Some(build)),
        None => (value, None),
    };
    let (core, release) = match split_once(value, b'-') {
        Some((core, release)) => (core, Some(release)),
        None => (value, None),
    };
    let digits = |part: &[u8]| all(part, |b| b.is_ascii_digit());
    let number = |part: &[u8]| digits(part) && (part == b"0" || !part.starts_with(b"0"));
    let word = |part: &[u8]| all(part, |b| b.is_ascii_alphanumeric() || b == b'-');
    ensure(core.split(|b| *b == b'.').count() == 3, Fault::Form)?;
    ensure(core.split(|b| *b == b'.').all(number), Fault::Number)?;
    let words = |text: Option<&[u8]>, fits: &dyn Fn(&[u8]) -> bool| {
        text.is_none_or(|text| text.split(|b| *b == b'.').all(fits))
    };
    let early = words(release, &|part| if digits(part) { number(part) } else { word(part) });
    ensure(early && words(build, &word), Fault::Form)
}
