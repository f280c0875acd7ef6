//! The report for people: findings by environment, each with what may be shown of its line, the policy line
//! that asks for it and what to type next; a closing line with the verdict.

use std::fmt::Write as _;

use miette::{
    Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteError, MietteSpanContents,
    SourceCode, SourceSpan, SpanContents, ThemeCharacters, ThemeStyles,
};

use crate::cores::{cores, on_cores};
use crate::finding::report::{SubjectResult, Waived};
use crate::finding::shares::Share;
use crate::finding::{EnvironmentResult, Excerpt, Finding, Location, Report, ReportError, Severity, Verdict};
use crate::text::printable;

use super::{Detail, Style};

/// Renders a report.
#[must_use]
pub fn render(report: &Report, style: Style) -> String {
    let mut page = Page::new(style);
    let shares = report.shares();
    let common = shares.common();
    if style.detail > Detail::Quiet {
        let pages = on_cores(cores(report.environments.len()), &report.environments, &|environment| {
            let mut page = Page::new(style);
            page.environment(environment, shares.of(&environment.name));
            page.out
        });
        pages.iter().for_each(|part| page.out.push_str(part));
        common.findings.iter().for_each(|finding| page.finding(finding));
        page.waived(&common.waived);
    }
    for error in &report.errors {
        page.error(error);
    }
    let of_all = Counts::of(common);
    for environment in &report.environments {
        let own = shares.of(&environment.name).map(Counts::of).unwrap_or_default();
        page.closing(environment, own.and(of_all));
    }
    page.out
}

/// Renders the errors alone: what is said where there is nothing to report on.
#[must_use]
pub fn render_errors(report: &Report, style: Style) -> String {
    let mut page = Page::new(style);
    for error in &report.errors {
        page.error(error);
    }
    page.out
}

/// Errors of a command that makes no report.
#[must_use]
pub fn errors(errors: &[ReportError]) -> String {
    let mut page = Page::new(Style::default());
    errors.iter().for_each(|error| page.error(error));
    page.out
}

/// How much there is of an environment.
#[derive(Clone, Copy, Default)]
struct Counts {
    errors: usize,
    warnings: usize,
    waived: usize,
}

impl Counts {
    fn of(share: &Share<'_>) -> Self {
        let errors = share.findings.iter().filter(|finding| finding.severity == Severity::Error).count();
        Self { errors, warnings: share.findings.len() - errors, waived: share.waived.len() }
    }

    const fn and(self, other: Self) -> Self {
        Self {
            errors: self.errors + other.errors,
            warnings: self.warnings + other.warnings,
            waived: self.waived + other.waived,
        }
    }
}

struct Page {
    out: String,
    style: Style,
    handler: GraphicalReportHandler,
}

impl Page {
    fn new(style: Style) -> Self {
        let styles = if style.color { ThemeStyles::ansi() } else { ThemeStyles::none() };
        let theme = GraphicalTheme { characters: ThemeCharacters::unicode(), styles };
        let handler = GraphicalReportHandler::new_themed(theme)
            .with_wrap_lines(false)
            .with_break_words(false)
            .with_links(false)
            .without_cause_chain();
        Self { out: String::new(), style, handler }
    }

    fn environment(&mut self, environment: &EnvironmentResult, share: Option<&Share<'_>>) {
        if let Some(share) = share {
            if !share.findings.is_empty() {
                let heading = self.paint(environment.name.as_str(), "1");
                self.out.push_str(&heading);
                self.out.push_str("\n\n");
            }
            share.findings.iter().for_each(|finding| self.finding(finding));
            self.waived(&share.waived);
        }
        let shown = |blocks: bool| blocks || self.style.detail == Detail::Verbose;
        let gaps: Vec<_> = environment.not_checked.iter().filter(|gap| shown(gap.why.blocks())).collect();
        if !gaps.is_empty() {
            self.line(&format!("not checked in {}:", environment.name));
        }
        for gap in gaps {
            let mark = if gap.why.blocks() { "blocks the verdict" } else { "does not block" };
            let (kind, name) = (gap.what.kind().as_str(), gap.what.name());
            self.line(&format!("  {kind} {name}: {} ({mark})", gap.why.text()));
        }
        // What the policy says need not be told; what was found out has to be seen.
        let all = self.style.detail == Detail::Verbose;
        for read in environment.readers.iter().filter(|read| all || read.basis != "policy") {
            let place = |location: &Location| {
                format!(
                    " ({}{})",
                    location.path,
                    location.line().map(|l| format!(":{l}")).unwrap_or_default()
                )
            };
            let by: Vec<String> = read
                .by
                .iter()
                .map(|(name, location)| format!("{name}{}", location.as_ref().map(place).unwrap_or_default()))
                .collect();
            let verb = if read.basis == "dependency" { "may be read" } else { "is read" };
            self.line(&format!("{} {verb} by {}", read.path, by.join(", ")));
        }
        if self.style.detail == Detail::Verbose {
            let passed = environment.subjects.iter().filter(|(_, result)| *result == SubjectResult::Pass);
            let names: Vec<String> = passed.map(|(subject, _)| subject.name().to_owned()).collect();
            if !names.is_empty() {
                self.line(&format!("passed in {}: {}", environment.name, names.join(", ")));
            }
        }
    }

    fn finding(&mut self, finding: &Finding) {
        let place = match finding.location.excerpt {
            Some(_) => String::new(),
            None => {
                let line = finding.location.line().map(|line| format!(":{line}")).unwrap_or_default();
                format!("{}{line}: ", finding.location.path)
            }
        };
        let service = finding.service.as_ref().map(|name| format!("{name}: ")).unwrap_or_default();
        let main = Block {
            code: Some(format!("{} {}[{}]", finding.severity.as_str(), finding.rule, finding.cause)),
            help: finding.help.as_ref().map(|help| printable(&help.to_string())),
            ..Block::new(
                Level::of(finding.severity),
                format!("{place}{service}{}", finding.message),
                Some(&finding.location),
            )
        };
        self.block(&main);
        if let Some(location) = finding.policy_location.as_ref().filter(|location| location.excerpt.is_some())
        {
            self.block(&Block::new(Level::Note, "asked for by the policy".to_owned(), Some(location)));
        }
        // What stands in the file may look quite right: whose reading it is about has to be said.
        let told = ["dialect-divergence", "executes-code", "malformed-line", "duplicate-key"];
        if !finding.readers.is_empty() && !finding.readers.contains(&"plain") && !told.contains(&finding.rule)
        {
            self.line(&format!("  as read by {}", finding.readers.join(", ")));
        }
        for related in &finding.related {
            let line = related.location.line().map(|line| format!(":{line}")).unwrap_or_default();
            self.line(&format!("  {}: {}{line}", related.label, related.location.path));
        }
        self.out.push('\n');
    }

    /// Two lines each: they were looked at and decided before.
    fn waived(&mut self, all: &[&Waived]) {
        for Waived { finding, waiver } in all {
            let line = finding.location.line().map(|line| format!(":{line}")).unwrap_or_default();
            self.line(&format!(
                "waived until {}: {}[{}] {}{line}: {}",
                waiver.until, finding.rule, finding.cause, finding.location.path, finding.message
            ));
            self.line(&format!("  {} answers for it: {}", waiver.owner, waiver.reason));
        }
        if !all.is_empty() {
            self.out.push('\n');
        }
    }

    fn error(&mut self, error: &ReportError) {
        let location = error.location.as_ref();
        let place = location.map(|location| {
            let line =
                location.lines.map(|lines| format!(":{}:{}", lines.line, lines.column)).unwrap_or_default();
            format!("{}{line}: ", location.path)
        });
        let block = Block {
            code: Some(format!("no verdict {}", error.kind.as_str())),
            help: error.help.as_ref().map(|help| printable(&help.to_string())),
            ..Block::new(Level::Error, format!("{}{}", place.unwrap_or_default(), error.message), location)
        };
        self.block(&block);
        self.out.push('\n');
    }

    fn closing(&mut self, environment: &EnvironmentResult, counts: Counts) {
        let Counts { errors, warnings, waived } = counts;
        let blocking = environment.not_checked.iter().filter(|gap| gap.why.blocks()).count();
        let coverage = environment.coverage;
        let word = match environment.verdict {
            Verdict::Pass => self.paint("PASS", "32;1"),
            Verdict::Fail => self.paint("FAIL", "31;1"),
            Verdict::None => self.paint("NO VERDICT", "35;1"),
        };
        let mut line = format!(
            "{} {word}: {}, {}",
            environment.name,
            counted(errors, "error"),
            counted(warnings, "warning")
        );
        let _ = write!(
            line,
            "; checked {} and {} with {}",
            counted(coverage.keys, "key"),
            counted(coverage.secret_files, "secret file"),
            counted(coverage.rules, "rule")
        );
        if waived > 0 {
            let _ = write!(line, "; {waived} waived");
        }
        if environment.verdict == Verdict::Fail && errors == 0 {
            line.push_str("; warnings count as errors");
        }
        if !environment.not_checked.is_empty() {
            let _ = write!(line, "; {} not checked ({blocking} blocking)", environment.not_checked.len());
            if blocking < environment.not_checked.len() && self.style.detail < Detail::Verbose {
                line.push_str(", -v lists them");
            }
        }
        self.out.push_str(&line);
        self.out.push('\n');
    }

    fn paint(&self, text: &str, code: &str) -> String {
        if self.style.color { format!("\x1b[{code}m{text}\x1b[0m") } else { text.to_owned() }
    }

    /// A line of our own words and of names that are printable already.
    fn line(&mut self, text: &str) {
        self.out.push_str(&printable(text));
        self.out.push('\n');
    }

    fn block(&mut self, block: &Block) {
        // Writing to a String cannot fail.
        let _ = self.handler.render_report(&mut self.out, block);
    }
}

fn counted(number: usize, what: &str) -> String {
    if number == 1 { format!("1 {what}") } else { format!("{number} {what}s") }
}

#[derive(Clone, Copy, Debug)]
enum Level {
    Error,
    Warning,
    Note,
}

impl Level {
    const fn of(severity: Severity) -> Self {
        match severity {
            Severity::Error => Self::Error,
            Severity::Warning => Self::Warning,
        }
    }
}

/// A message with at most one line of text, which is masked before it comes here.
#[derive(Debug)]
struct Block {
    level: Level,
    code: Option<String>,
    message: String,
    help: Option<String>,
    window: Option<Window>,
}

/// One line of a file and its place in it.
#[derive(Debug)]
struct Window {
    path: String,
    text: String,
    span: SourceSpan,
    line: usize,
    column: usize,
}

impl Block {
    fn new(level: Level, message: String, location: Option<&Location>) -> Self {
        let window = location.and_then(|location| Window::new(location, location.excerpt.as_ref()?));
        Self { level, code: None, message: printable(&message), help: None, window }
    }
}

impl Window {
    fn new(location: &Location, excerpt: &Excerpt) -> Option<Self> {
        let lines = location.lines?;
        let (before, rest) = excerpt.text.split_at_checked(excerpt.start)?;
        let (named, behind) = rest.split_at_checked(excerpt.len)?;
        let (before, named, behind) = (printable(before), printable(named), printable(behind));
        let span = SourceSpan::new(before.len().into(), named.len());
        Some(Self {
            path: printable(location.path.as_str()),
            span,
            text: before + &named + &behind,
            line: lines.line.get() - 1,
            // miette counts columns in 16 bits.
            column: (lines.column.get() - 1).min(9_999),
        })
    }
}

impl SourceCode for Window {
    fn read_span<'a>(
        &'a self,
        _: &SourceSpan,
        _: usize,
        _: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let whole = SourceSpan::new(0.into(), self.text.len());
        Ok(Box::new(MietteSpanContents::new_named(
            self.path.clone(),
            self.text.as_bytes(),
            whole,
            self.line,
            self.column,
            1,
        )))
    }
}

impl std::fmt::Display for Block {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Block {}

impl Diagnostic for Block {
    fn code<'a>(&'a self) -> Option<Box<dyn std::fmt::Display + 'a>> {
        self.code.as_ref().map(|code| Box::new(code) as Box<dyn std::fmt::Display>)
    }

    fn severity(&self) -> Option<miette::Severity> {
        Some(match self.level {
            Level::Error => miette::Severity::Error,
            Level::Warning => miette::Severity::Warning,
            Level::Note => miette::Severity::Advice,
        })
    }

    fn help<'a>(&'a self) -> Option<Box<dyn std::fmt::Display + 'a>> {
        self.help.as_ref().map(|help| Box::new(help) as Box<dyn std::fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.window.as_ref().map(|window| window as &dyn SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let window = self.window.as_ref()?;
        Some(Box::new(std::iter::once(LabeledSpan::new_with_span(None, window.span))))
    }
}
