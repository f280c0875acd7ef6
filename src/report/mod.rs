//! L5: a [`Report`] to text, one file a format. Knows no rule, no policy, no model; decides nothing.

pub mod diff;
pub mod explain;
pub mod human;
pub mod json;
pub mod public;
pub mod readers;
pub mod readings;
#[cfg(test)]
mod schema_tests;
pub mod whereabouts;

use serde::Serialize;

use crate::finding::Report;
use crate::text::escape::harmless_json;

/// The formats.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Format {
    /// For people.
    #[default]
    Human,
    /// `preflight.report/v1`.
    Json,
}

impl Format {
    /// Every format.
    pub const ALL: &'static [Self] = &[Self::Human, Self::Json];

    /// The word on the command line.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Human => "human",
            Self::Json => "json",
        }
    }
}

/// A document as JSON, line break included. Logs are read by people and by CI systems, also where a program was to read them: nothing in it is a command to
/// either.
pub(crate) fn written(document: &impl Serialize) -> String {
    // The structs hold strings and numbers alone: they cannot fail to serialize.
    let mut text = harmless_json(serde_json::to_string_pretty(document).unwrap_or_default());
    text.push('\n');
    text
}

/// How much the human report says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Detail {
    /// The closing line of each environment.
    Quiet,
    /// Findings, and gaps that block.
    #[default]
    Usual,
    /// All gaps, and what passed.
    Verbose,
}

/// How a report is rendered.
#[derive(Clone, Copy, Debug, Default)]
pub struct Style {
    /// Whether to colour.
    pub color: bool,
    /// How much to say.
    pub detail: Detail,
}

/// Renders a report.
#[must_use]
pub fn render(format: Format, report: &Report, style: Style) -> String {
    match format {
        Format::Human => human::render(report, style),
        Format::Json => json::render(report),
    }
}
