//! Calls of libraries that read `.env` files, with the file's name.

use crate::syntax::readers::Reader;
use crate::text::Span;

use super::names::{Names, UNKNOWN};
use super::tokens::{Language, Placed, Token, tokens};
use super::{Basis, Clue};

/// Tokens of a call that are looked at.
const LONGEST: usize = 400;
/// What these libraries read if they are told nothing.
const USUAL: &str = ".env";
/// Words of expressions that put a path together below some folder.
const FOLDERS: &[&str] = &[
    "Join",
    "__dir__",
    "__dirname",
    "__file__",
    "expand_path",
    "join",
    "joinpath",
    "parent",
    "parents",
    "resolve",
];

/// What program text says.
pub(super) fn clues(language: Language, text: &str) -> Vec<Clue> {
    let tokens = tokens(text, language);
    let mut calls = Calls { tokens: &tokens, clues: Vec::new() };
    match language {
        Language::Python => calls.python(),
        Language::JavaScript => calls.javascript(),
        Language::Go => calls.go(),
        Language::Rust => calls.rust(),
        Language::Ruby => calls.ruby(),
    }
    calls.clues
}

struct Calls<'a> {
    tokens: &'a [Placed<'a>],
    clues: Vec<Clue>,
}

/// An argument: what it is called, and what it is.
struct Argument<'a> {
    name: Option<&'a str>,
    value: &'a [Placed<'a>],
}

impl<'a> Calls<'a> {
    fn word(&self, at: usize) -> Option<&'a str> {
        self.tokens.get(at).and_then(word)
    }

    fn is_mark(&self, at: usize, mark: u8) -> bool {
        self.tokens.get(at).is_some_and(|token| is_mark(token, mark))
    }

    fn has_word(&self, words: &[&str]) -> bool {
        self.tokens.iter().any(|token| word(token).is_some_and(|word| words.contains(&word)))
    }

    fn has_text(&self, fits: impl Fn(&str) -> bool) -> bool {
        self.tokens.iter().any(|(token, _)| matches!(token, Token::Text(text) if fits(text)))
    }

    /// Where one of these words stands.
    fn places(&self, words: &[&str]) -> Vec<usize> {
        (0..self.tokens.len()).filter(|at| self.word(*at).is_some_and(|word| words.contains(&word))).collect()
    }

    /// Where one of an object's functions stands: `object.function`, `object::function`.
    fn methods(&self, object: &str, separator: &str, functions: &[&str]) -> Vec<usize> {
        let behind = |at: &usize| {
            let marks = separator.bytes().enumerate().all(|(n, mark)| self.is_mark(at + 1 + n, mark));
            let function = at + 1 + separator.len();
            (marks && self.word(function).is_some_and(|name| functions.contains(&name))).then_some(function)
        };
        self.places(&[object]).iter().filter_map(behind).collect()
    }

    /// The arguments in the parentheses that open at a place.
    fn arguments(&self, at: usize) -> Option<Vec<Argument<'a>>> {
        let rest = self.tokens.get(at + 1..).filter(|_| self.is_mark(at, b'('))?;
        Some(split(rest.get(..closing(rest)?)?).into_iter().map(argument).collect())
    }

    fn named(&mut self, reader: Reader, path: &str, span: Span) {
        if let Some(names) = Names::written(path) {
            self.clues.push(Clue { reader, names, span, basis: Basis::Named });
        }
    }

    fn paths(&mut self, reader: Reader, value: &[Placed<'_>]) {
        for (path, span) in paths(value) {
            self.named(reader, &path, span);
        }
    }

    /// A call that names no file.
    fn usual(&mut self, reader: Reader, at: usize) {
        let span = self.tokens.get(at).map(|(_, span)| *span).unwrap_or_default();
        self.named(reader, USUAL, span);
    }

    /// The files that a call names one by one, or the usual one.
    fn each(&mut self, reader: Reader, function: usize, arguments: &[Argument<'_>], most: usize) {
        if arguments.is_empty() {
            self.usual(reader, function);
        }
        for argument in arguments.iter().take(most).filter(|argument| argument.name.is_none()) {
            self.paths(reader, argument.value);
        }
    }

    /// python-dotenv, and pydantic's settings and uvicorn, which read with it.
    fn python(&mut self) {
        if self.has_word(&["dotenv"]) {
            for at in self.places(&["load_dotenv", "dotenv_values"]) {
                let Some(arguments) = self.arguments(at + 1) else { continue };
                let named = |name: &str| arguments.iter().any(|argument| argument.name == Some(name));
                // A function of this name that the project defines, and a reading that is not modelled.
                if at.checked_sub(1).and_then(|at| self.word(at)) == Some("def") || named("interpolate") {
                    continue;
                }
                let first = arguments.first().filter(|argument| argument.name.is_none());
                let path = arguments.iter().find(|argument| argument.name == Some("dotenv_path")).or(first);
                match path {
                    Some(path) => self.paths(Reader::Python, path.value),
                    None if named("stream") => {}
                    None => self.usual(Reader::Python, at),
                }
            }
        }
        if self.has_word(&["BaseSettings", "SettingsConfigDict", "pydantic_settings", "uvicorn"]) {
            for at in self.places(&["env_file", "_env_file"]) {
                if self.is_mark(at + 1, b'=') {
                    let rest = self.tokens.get(at + 2..).unwrap_or_default();
                    self.paths(Reader::Python, value(rest));
                }
            }
        }
    }

    /// The npm package dotenv, and node's own `process.loadEnvFile`.
    fn javascript(&mut self) {
        for at in self.methods("process", ".", &["loadEnvFile"]) {
            if let Some(arguments) = self.arguments(at + 1) {
                self.each(Reader::Node, at, &arguments, 1);
            }
        }
        let dotenv = |text: &str| matches!(text, "dotenv" | "dotenv/config");
        // What expands variables is not modelled.
        let expands = |text: &str| text.starts_with("dotenv-expand") || text.starts_with("@dotenvx/");
        if !self.has_text(dotenv) || self.has_text(expands) {
            return;
        }
        let config = |token: &Placed<'_>| matches!(&token.0, Token::Text(text) if text == "dotenv/config");
        if let Some(at) = self.tokens.iter().position(config) {
            self.usual(Reader::Dotenv, at);
        }
        for at in self.places(&["config"]) {
            let of =
                at.checked_sub(2).filter(|_| at.checked_sub(1).is_some_and(|dot| self.is_mark(dot, b'.')));
            let of_dotenv = of.map(|of| {
                let name = self.word(of).is_some_and(|name| name.to_ascii_lowercase().contains("env"));
                name || self.is_mark(of, b')')
            });
            let Some(arguments) = self.arguments(at + 1).filter(|_| of_dotenv != Some(false)) else {
                continue;
            };
            match arguments.first().map(|argument| argument.value) {
                None if of_dotenv.is_some() => self.usual(Reader::Dotenv, at),
                Some([open, fields @ .., _]) if is_mark(open, b'{') => {
                    let fields: Vec<Argument<'_>> = split(fields).into_iter().map(argument).collect();
                    if let Some(path) = fields.iter().find(|field| field.name == Some("path")) {
                        self.paths(Reader::Dotenv, path.value);
                    }
                }
                _ => {}
            }
        }
    }

    /// godotenv.
    fn go(&mut self) {
        if self.has_text(|text| text == "github.com/joho/godotenv") {
            for at in self.methods("godotenv", ".", &["Load", "Overload", "Read"]) {
                if let Some(arguments) = self.arguments(at + 1) {
                    self.each(Reader::Godotenv, at, &arguments, usize::MAX);
                }
            }
        }
    }

    /// dotenvy: what sets variables that are not set. What overrides has the last assignment count.
    fn rust(&mut self) {
        for at in self.methods("dotenvy", "::", &["dotenv", "from_filename", "from_path"]) {
            if let Some(arguments) = self.arguments(at + 1) {
                self.each(Reader::Dotenvy, at, &arguments, 1);
            }
        }
    }

    /// The Ruby gem dotenv.
    fn ruby(&mut self) {
        for at in self.methods("Dotenv", ".", &["load", "overload", "overwrite", "parse"]) {
            let behind = at + 1 + usize::from(self.is_mark(at + 1, b'!'));
            let arguments = self.arguments(behind).or_else(|| {
                // Without parentheses they go on to the line's end, or to what says when.
                let rest = self.tokens.get(behind..)?;
                let ends = |token: &Placed<'_>| {
                    is_mark(token, b'\n')
                        || is_mark(token, b';')
                        || matches!(word(token), Some("if" | "unless"))
                };
                let length = rest.iter().take(LONGEST).position(ends).unwrap_or(rest.len().min(LONGEST));
                Some(split(rest.get(..length)?).into_iter().map(argument).collect())
            });
            self.each(Reader::Ruby, at, &arguments.unwrap_or_default(), usize::MAX);
        }
    }
}

fn word<'a>((token, _): &Placed<'a>) -> Option<&'a str> {
    match token {
        Token::Word(word) => Some(word),
        _ => None,
    }
}

fn is_mark((token, _): &Placed<'_>, mark: u8) -> bool {
    *token == Token::Mark(mark)
}

/// How much deeper a token leads.
fn deeper((token, _): &Placed<'_>) -> isize {
    match token {
        Token::Mark(b'(' | b'[' | b'{') => 1,
        Token::Mark(b')' | b']' | b'}') => -1,
        _ => 0,
    }
}

/// Where what is open at the start of `rest` is closed.
fn closing(rest: &[Placed<'_>]) -> Option<usize> {
    let mut depth = 0;
    rest.iter().take(LONGEST).position(|token| {
        depth += deeper(token);
        depth < 0
    })
}

/// What commas part, each without line breaks at its ends; nothing if there is nothing.
fn split<'a>(tokens: &'a [Placed<'a>]) -> Vec<&'a [Placed<'a>]> {
    let mut depth = 0;
    let parts = tokens.split(|token| {
        depth += deeper(token);
        depth == 0 && is_mark(token, b',')
    });
    parts.map(trimmed).filter(|part| !part.is_empty()).collect()
}

fn trimmed<'a>(mut tokens: &'a [Placed<'a>]) -> &'a [Placed<'a>] {
    while let [first, rest @ ..] = tokens
        && is_mark(first, b'\n')
    {
        tokens = rest;
    }
    while let [rest @ .., last] = tokens
        && is_mark(last, b'\n')
    {
        tokens = rest;
    }
    tokens
}

/// `name=value` and `name: value`.
fn argument<'a>(tokens: &'a [Placed<'a>]) -> Argument<'a> {
    match tokens {
        [name, mark, second, ..]
            if (is_mark(mark, b'=') && !is_mark(second, b'='))
                || (is_mark(mark, b':') && !is_mark(second, b':')) =>
        {
            match word(name) {
                Some(name) => Argument { name: Some(name), value: tokens.get(2..).unwrap_or_default() },
                None => Argument { name: None, value: tokens },
            }
        }
        _ => Argument { name: None, value: tokens },
    }
}

/// What is assigned at the start of `rest`: up to a comma, a closing bracket or the line's end.
fn value<'a>(rest: &'a [Placed<'a>]) -> &'a [Placed<'a>] {
    let mut depth = 0;
    let end = rest.iter().take(LONGEST).position(|token| {
        depth += deeper(token);
        depth < 0 || (depth == 0 && (is_mark(token, b',') || is_mark(token, b'\n')))
    });
    rest.get(..end.unwrap_or_default()).unwrap_or_default()
}

/// The paths that an expression may be.
fn paths(value: &[Placed<'_>]) -> Vec<(String, Span)> {
    if let [open, items @ .., close] = value
        && matches!(open.0, Token::Mark(b'(' | b'['))
        && closing(items).is_none()
        && matches!(close.0, Token::Mark(b')' | b']'))
    {
        return split(items).into_iter().filter_map(single).collect();
    }
    if let Some(path) = single(value).or_else(|| sum(value)) {
        return vec![path];
    }
    // Of a condition both sides may be, and of a call that looks for a file its argument. Below an unknown folder its name is all that is known.
    let divided = value.iter().any(|token| is_mark(token, b'/') || is_mark(token, b'+'));
    let below = divided || value.iter().any(|token| word(token).is_some_and(|word| FOLDERS.contains(&word)));
    let texts = value.iter().filter_map(text);
    let texts = texts.filter(|(text, _)| text.rsplit('/').next().is_some_and(|name| name.contains("env")));
    texts
        .map(|(text, span)| {
            let text = formatted(text);
            (if below && !text.starts_with('/') { format!("{UNKNOWN}/{text}") } else { text }, span)
        })
        .collect()
}

fn text<'a>((token, span): &'a Placed<'_>) -> Option<(&'a str, Span)> {
    match token {
        Token::Text(text) => Some((text.as_str(), *span)),
        _ => None,
    }
}

/// A string alone.
fn single(value: &[Placed<'_>]) -> Option<(String, Span)> {
    let [token] = value else { return None };
    text(token).map(|(text, span)| (text.to_owned(), span))
}

/// Strings and what is not known, put together by `+`.
fn sum(value: &[Placed<'_>]) -> Option<(String, Span)> {
    let mut depth = 0;
    let choice = |token: &Placed<'_>| is_mark(token, b'?') || is_mark(token, b'|');
    if value.iter().any(choice) {
        return None;
    }
    let operands: Vec<&[Placed<'_>]> = value
        .split(|token| {
            depth += deeper(token);
            depth == 0 && is_mark(token, b'+')
        })
        .collect();
    let mut out = String::new();
    let mut span = None;
    for operand in &operands {
        match single(operand) {
            Some((text, at)) => {
                out.push_str(&text);
                span = Some(at);
            }
            None => out.push(UNKNOWN),
        }
    }
    span.filter(|_| operands.len() > 1).map(|span| (out, span))
}

/// A text with what a format puts into it as what is not known.
fn formatted(text: &str) -> String {
    let text = super::compose::templated(text, "{", "}");
    text.replace("%s", "\0").replace("%v", "\0")
}
