//! What commands do to variables.

use std::collections::HashMap;

use crate::syntax::readers::How;
use crate::text::Span;

use super::names::{Command, Keyword, Variable, command, keyword, variable};
use super::outcome::{Out, Unknown};
use super::parse::{AndOr, Assignment, Parser, Redirect, Simple, Word};
use super::{Dialect, End, FileView, Seen, Sheet, Stop, Text};

/// What a variable is at some place in the file.
pub(super) enum Truth<'t> {
    Value(&'t [u8]),
    /// The file has unset it.
    Unset,
    /// The file has said nothing of it: it is what the process has.
    Absent,
    Unknown(Unknown),
}

/// What a variable still is although the sheet's last entry for it says otherwise, since that one was but for a command
/// or a subshell. Nothing: the file has not assigned it.
type Kept = Option<Seen>;

/// A shell that goes over a file.
pub(super) struct Shell<'a> {
    pub(super) dialect: Dialect,
    pub(super) bytes: &'a [u8],
    pub(super) sheet: Sheet<'a>,
    /// Bytes copied out of variables so far.
    pub(super) copied: usize,
    kept: HashMap<&'a [u8], Kept>,
    ifs_set: bool,
    /// Whether what is assigned is exported: the script has said `set -a`.
    pub(super) exports: bool,
}

impl<'a> Shell<'a> {
    pub(super) fn new(dialect: Dialect, bytes: &'a [u8]) -> Self {
        let sheet = Sheet::new(bytes);
        Self { dialect, bytes, sheet, copied: 0, kept: HashMap::new(), ifs_set: false, exports: true }
    }

    pub(super) fn source(mut self) -> FileView {
        let end = match self.lines() {
            Ok(()) | Err(Stop::Discard) => End::Whole,
            Err(Stop::Refused(why, at)) => End::Refused(why, at),
            Err(Stop::Unmodelled(at)) => End::Unmodelled(at),
        };
        self.sheet.finish(end)
    }

    fn lines(&mut self) -> Result<(), Stop> {
        let mut parser = Parser::new(self.dialect, self.bytes);
        loop {
            if let Some((key, value)) = parser.ordinary() {
                match self.set(key, value.into()) {
                    Ok(()) | Err(Stop::Discard) => {}
                    Err(stop) => return Err(stop),
                }
            } else {
                for and_or in parser.line(false)? {
                    match self.and_or(&and_or) {
                        Ok(()) => {}
                        Err(Stop::Discard) => break,
                        Err(stop) => return Err(stop),
                    }
                }
            }
            if !parser.scanner.eat(b'\n') {
                return Ok(());
            }
        }
    }

    /// What a variable is now.
    pub(super) fn truth(&mut self, name: &[u8]) -> Truth<'_> {
        let bytes = self.bytes;
        let seen = match self.kept.get(name) {
            Some(None) => return Truth::Absent,
            Some(Some(seen)) => seen,
            None => match self.sheet.last(name) {
                Some(assigned) => &assigned.seen,
                None => return Truth::Absent,
            },
        };
        match seen {
            Seen::Value(Text::Span(span)) => Truth::Value(span.of(bytes)),
            seen => Truth::of(seen),
        }
    }

    /// Notes an assignment that lasts.
    pub(super) fn assign(&mut self, key: Span, seen: Seen) {
        let name = key.of(self.bytes);
        if !self.kept.is_empty() {
            self.kept.remove(name);
        }
        self.ifs_set |= name == b"IFS";
        self.sheet.assign(key, seen);
    }

    /// Notes an assignment that does not last: the variable is afterwards what it was before.
    fn pass(&mut self, key: Span, in_subshell: bool) {
        let name = key.of(self.bytes);
        if !self.kept.contains_key(name) {
            let kept = self.sheet.last(name).map(|assigned| match &assigned.seen {
                Seen::Value(Text::Span(span)) => Seen::from(*span),
                Seen::Value(Text::Built(value)) => Seen::from(value.clone()),
                Seen::Unset => Seen::Unset,
                Seen::Runs => Seen::Runs,
                Seen::DependsOnProcess => Seen::DependsOnProcess,
                Seen::Unmodelled => Seen::Unmodelled,
            });
            self.kept.insert(name, kept);
        }
        let was_set = !matches!(self.kept.get(name), Some(None | Some(Seen::Unset)));
        self.sheet.assign(key, if in_subshell && !was_set { Seen::Unset } else { Seen::Runs });
    }

    /// An assignment as the shell itself takes it.
    fn set(&mut self, key: Span, seen: Seen) -> Result<(), Stop> {
        if !self.exports {
            return Err(Stop::Unmodelled(key.start));
        }
        match variable(self.dialect, key.of(self.bytes)) {
            Variable::Plain => self.assign(key, seen),
            Variable::Magic => self.assign(key, Seen::Unmodelled),
            Variable::Governs => return Err(Stop::Unmodelled(key.start)),
            Variable::ReadOnly => {
                self.pass(key, true);
                return Err(Stop::Discard);
            }
        }
        Ok(())
    }

    fn and_or(&mut self, and_or: &AndOr) -> Result<(), Stop> {
        if and_or.background {
            self.sheet.run(and_or.at, How::Background);
            let pipelines =
                std::iter::once(&and_or.first).chain(and_or.rest.iter().map(|(_, pipeline)| pipeline));
            for assignment in pipelines.flatten().flat_map(|simple| &simple.assignments) {
                self.pass(assignment.key, true);
            }
            return Ok(());
        }
        let mut status = self.pipeline(&and_or.first)?;
        for (and, pipeline) in &and_or.rest {
            let at = pipeline.first().map_or(and_or.at, |simple| simple.at);
            if status.ok_or(Stop::Unmodelled(at))? == *and {
                status = self.pipeline(pipeline)?;
            }
        }
        Ok(())
    }

    /// Gives whether it succeeds, if that is certain.
    fn pipeline(&mut self, pipeline: &[Simple]) -> Result<Option<bool>, Stop> {
        if let [simple] = pipeline {
            return self.simple(simple);
        }
        for simple in pipeline {
            for assignment in &simple.assignments {
                self.pass(assignment.key, true);
            }
            if let Some(word) = simple.words.first() {
                self.sheet.run(word.span.start, How::Command);
            }
        }
        Ok(None)
    }

    fn simple(&mut self, simple: &Simple) -> Result<Option<bool>, Stop> {
        let Some((name, arguments)) = simple.words.split_first() else {
            return self.assignments(simple);
        };
        let what = self.named(*name)?;
        let export = what == Command::Export;
        // `\export` is no word that the parser knows arguments of.
        if (export || what == Command::Unset) && !name.plain {
            return Err(Stop::Unmodelled(name.span.start));
        }
        let mut exports = Vec::new();
        for word in arguments {
            if export {
                exports.push(self.argument(*word)?);
            } else if !word.plain {
                self.expanded(word.span)?;
            }
        }
        let certain = self.redirects(&simple.redirects)?;
        match what {
            Command::Builtin if simple.assignments.is_empty() && simple.redirects.is_empty() => {
                return self.option(*name, arguments);
            }
            Command::Builtin => return Err(Stop::Unmodelled(name.span.start)),
            Command::Export | Command::Unset | Command::Colon if !certain => {
                return Err(Stop::Unmodelled(name.span.start));
            }
            _ => {}
        }
        let lasts =
            self.dialect == Dialect::Sh && matches!(what, Command::Export | Command::Unset | Command::Colon);
        for assignment in &simple.assignments {
            let seen = self.assigned(assignment)?;
            if lasts {
                self.set(assignment.key, seen)?;
            } else if export || variable(self.dialect, assignment.key.of(self.bytes)) != Variable::Plain {
                return Err(Stop::Unmodelled(assignment.key.start));
            } else {
                self.pass(assignment.key, false);
            }
        }
        match what {
            // Alone it prints what there is.
            Command::Export if arguments.is_empty() => {
                self.sheet.run(name.span.start, How::Command);
                Ok(Some(true))
            }
            Command::Export => self.export(exports),
            Command::Unset => self.unset(arguments),
            Command::Colon => Ok(Some(true)),
            Command::Harmless(status) => {
                // `true` and `false` do nothing that anybody could see.
                if status.is_none() {
                    self.sheet.run(name.span.start, How::Command);
                }
                Ok(status.filter(|_| certain))
            }
            Command::Builtin | Command::External => {
                self.sheet.run(name.span.start, How::Command);
                Ok(None)
            }
        }
    }

    /// Assignments without a command.
    fn assignments(&mut self, simple: &Simple) -> Result<Option<bool>, Stop> {
        let certain = self.redirects(&simple.redirects)?;
        let mut status = certain.then_some(true);
        for assignment in &simple.assignments {
            let uncertain = !certain && self.dialect == Dialect::Sh;
            if uncertain && assignment.word.span.of(self.bytes).windows(2).any(|pair| pair == b"${") {
                return Err(Stop::Unmodelled(assignment.key.start));
            }
            let mut seen = self.assigned(assignment)?;
            if matches!(seen, Seen::Runs) {
                status = None;
            }
            // dash does not come to them if a file cannot be opened, bash has done them then.
            if uncertain && !matches!(seen, Seen::Runs) {
                seen = Seen::DependsOnProcess;
            }
            self.set(assignment.key, seen)?;
        }
        Ok(status)
    }

    fn assigned(&mut self, assignment: &Assignment) -> Result<Seen, Stop> {
        if !assignment.append {
            return self.value(assignment.word);
        }
        let mut out = Out::default();
        self.variable(assignment.key, &mut out);
        self.append(assignment.word.span, &mut out)?;
        Ok(self.seen(out))
    }

    /// Whether all redirections succeed for certain.
    fn redirects(&mut self, redirects: &[Redirect]) -> Result<bool, Stop> {
        let mut certain = true;
        for redirect in redirects {
            self.sheet.run(redirect.word.span.start, How::Redirection);
            let text = redirect.word.span.of(self.bytes);
            if !redirect.word.plain {
                // bash may expand it in a subshell, in which an error is none of the file's.
                if text.windows(2).any(|pair| pair == b"${") {
                    return Err(Stop::Unmodelled(redirect.word.span.start));
                }
                let out = self.expanded(redirect.word.span)?;
                let sound = out.unknown.is_none() && !out.loose && !out.text.is_empty();
                certain &= sound && !out.text.expose().iter().any(|byte| b"/*?[{.".contains(byte));
            }
            certain &= redirect.writes && !text.iter().any(|byte| b"/*?[{".contains(byte));
            certain &= !matches!(text, b"." | b"..");
        }
        Ok(certain)
    }

    /// What a command's name stands for.
    fn named(&mut self, word: Word) -> Result<Command, Stop> {
        let at = word.span.start;
        let text = word.span.of(self.bytes);
        // `.*` is `.` to dash, a builtin.
        let dots = text.first() == Some(&b'.') && text.iter().any(|byte| b"*?[".contains(byte));
        if dots || self.is_braced(text) {
            return Err(Stop::Unmodelled(at));
        }
        if word.plain {
            return Ok(command(self.dialect, text));
        }
        let tilde = text.first() == Some(&b'~');
        let out = self.expanded(word.span)?;
        if tilde && out.unknown == Some(Unknown::Process) && !out.loose {
            return Ok(Command::External);
        }
        let name = out.text.expose();
        let continued = text.windows(2).any(|pair| pair == b"\\\n");
        if out.unknown.is_some()
            || (out.loose
                && (self.ifs_set || name.is_empty() || name.iter().any(|byte| b" \t\n*?[\\".contains(byte))))
            || (continued && keyword(self.dialect, name) != Keyword::None)
        {
            return Err(Stop::Unmodelled(at));
        }
        Ok(command(self.dialect, name))
    }

    /// Whether bash might take a word for several, as in `{a,b}`.
    pub(super) fn is_braced(&self, word: &[u8]) -> bool {
        self.dialect == Dialect::Bash
            && word.contains(&b'{')
            && (word.contains(&b',') || word.windows(2).any(|pair| pair == b".."))
    }
}
