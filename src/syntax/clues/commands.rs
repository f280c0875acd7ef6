//! What commands of a shell say about `.env` files.
//!
//! Programs are told apart as their own command lines are: an option counts where the program would take it for its own. `docker run IMAGE --env-file x`
//! hands `--env-file` to the container, and `node app.js --env-file x` to the script.

use crate::syntax::readers::Reader;
use crate::text::Span;

use super::names::{Names, UNKNOWN};
use super::words::{Command, Dollar, Word, commands};
use super::{Basis, Clue};

/// How deep commands in commands are looked at.
const DEPTH: usize = 5;

/// How a text's commands are read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Shell<'a> {
    /// Who reads `.`'s file; nobody where commands go to no shell, or to one that is not modelled.
    pub dot: Option<Reader>,
    /// What `$` is.
    pub dollar: Dollar,
    /// The readers that the project depends on.
    pub depends: &'a [Reader],
}

/// Reads the commands in parts of a text.
pub(super) fn scan(text: &str, parts: impl IntoIterator<Item = Span>, shell: Shell<'_>) -> Vec<Clue> {
    let mut seen = Seen { text, shell, clues: Vec::new(), nested: Vec::new() };
    let mut todo: Vec<(Span, Option<Reader>)> = parts.into_iter().map(|part| (part, shell.dot)).collect();
    for _ in 0..DEPTH {
        for (part, dot) in std::mem::take(&mut todo) {
            seen.shell.dot = dot;
            let found = commands(text, part, shell.dollar);
            for command in &found.commands {
                seen.command(command);
            }
            todo.extend(found.inner.into_iter().map(|inner| (inner, dot)));
        }
        todo.append(&mut seen.nested);
    }
    seen.clues
}

struct Seen<'a> {
    text: &'a str,
    shell: Shell<'a>,
    clues: Vec<Clue>,
    /// Commands that are handed to a shell as a word.
    nested: Vec<(Span, Option<Reader>)>,
}

impl Seen<'_> {
    fn named(&mut self, reader: Reader, text: &str, span: Span) {
        if let Some(names) = Names::written(text) {
            self.clues.push(Clue { reader, names, span, basis: Basis::Named });
        }
    }

    /// The values of an option in these words: `--option=value` and `--option value`.
    fn values(&mut self, reader: Reader, words: &[Word], option: &str) {
        for (at, word) in words.iter().enumerate() {
            if let Some((value, span)) = value_of(words, at, word, option) {
                self.named(reader, value, span);
            }
        }
    }

    fn command(&mut self, command: &Command) {
        let words = command_words(&command.words);
        let Some((first, rest)) = words.split_first() else { return };
        let python = first.text.rsplit('/').next().unwrap_or_default();
        let (name, rest) = match (python, rest) {
            (name, [option, module, rest @ ..]) if name.starts_with("python") && option.text == "-m" => {
                let known = match module.text.as_str() {
                    "dotenv" => "python -m dotenv",
                    other => other,
                };
                (known, rest)
            }
            (name, rest) => (name, rest),
        };
        match name {
            "." | "source" if first.text == name => {
                // dash has no `source`: who writes it has bash.
                let reader = self.shell.dot.map(|dot| if name == "." { dot } else { Reader::Bash });
                let file = rest.iter().find(|word| word.text != "--");
                if let (Some(reader), Some(file)) = (reader, file) {
                    self.named(reader, &file.text, file.span);
                }
            }
            "export" | "env" => {
                let texts = rest.iter().flat_map(|word| word.substituted.iter().copied());
                texts.collect::<Vec<_>>().into_iter().for_each(|inner| self.xargs(inner));
            }
            "docker" => self.docker(rest),
            "docker-compose" => self.values(Reader::Compose, own(rest, COMPOSE_SWITCHES), "--env-file"),
            "kubectl" if rest.iter().any(|word| word.text == "create") => {
                let own = rest.split(|word| word.text == "--").next().unwrap_or_default();
                self.values(Reader::Kubectl, own, "--from-env-file");
            }
            "node" | "tsx" => {
                for option in ["--env-file", "--env-file-if-exists"] {
                    self.values(Reader::Node, own_of_node(rest), option);
                }
            }
            "uvicorn" | "flask" => self.values(Reader::Python, rest, "--env-file"),
            "systemd-run" => self.properties(rest),
            "python -m dotenv" => self.dotenv_program(Reader::Python, rest),
            "dotenv" => {
                let bundled = command.words.iter().any(|word| word.text == "bundle");
                let depends = |reader: &Reader| self.shell.depends.contains(reader);
                // Two packages have a program of this name and an option `-f`.
                let of = match (depends(&Reader::Python), depends(&Reader::Ruby)) {
                    _ if bundled => Some(Reader::Ruby),
                    (true, false) => Some(Reader::Python),
                    (false, true) => Some(Reader::Ruby),
                    _ => None,
                };
                match of {
                    Some(reader) => self.dotenv_program(reader, rest),
                    None => self.dotenv_cli(rest),
                }
            }
            "sh" | "dash" | "ash" => self.handed(Reader::Sh, rest),
            "bash" => self.handed(Reader::Bash, rest),
            _ => {}
        }
    }

    /// `docker`'s own options, its subcommand and that one's options.
    fn docker(&mut self, words: &[Word]) {
        const SWITCHES: &[&str] = &["-D", "--debug", "--tls", "--tlsverify"];
        let mut rest = words.get(own(words, SWITCHES).len()..).unwrap_or_default();
        if let [first, behind @ ..] = rest
            && matches!(first.text.as_str(), "container" | "service")
        {
            rest = behind;
        }
        let Some((subcommand, rest)) = rest.split_first() else { return };
        match subcommand.text.as_str() {
            "run" | "create" | "exec" => {
                self.values(Reader::Docker, own(rest, DOCKER_SWITCHES), "--env-file");
            }
            "compose" => self.values(Reader::Compose, own(rest, COMPOSE_SWITCHES), "--env-file"),
            _ => {}
        }
    }

    /// `-f FILE` before the command of python-dotenv's and Ruby dotenv's programs.
    fn dotenv_program(&mut self, reader: Reader, words: &[Word]) {
        for option in ["-f", "--file"] {
            self.values(reader, own(words, &["--export", "--no-export", "-o", "-i", "--ignore"]), option);
        }
    }

    /// `-e FILE` of the npm package dotenv-cli. It expands variables, which is not modelled, unless it is told not to.
    fn dotenv_cli(&mut self, words: &[Word]) {
        let own = own(words, &["--no-expand", "-o", "--override", "-q", "--quiet"]);
        if own.iter().any(|word| word.text == "--no-expand") {
            self.values(Reader::Dotenv, own, "-e");
        }
    }

    /// `-p EnvironmentFile=FILE`.
    fn properties(&mut self, words: &[Word]) {
        for word in words {
            let text = word.text.strip_prefix("--property=").unwrap_or(&word.text);
            let text = text.strip_prefix("-p").unwrap_or(text);
            if let Some(path) = text.strip_prefix("EnvironmentFile=") {
                self.clues.extend(super::units::environment_file(path, word.span));
            }
        }
    }

    /// The command behind `-c`, if it is one quoted word.
    fn handed(&mut self, reader: Reader, words: &[Word]) {
        let flagged = words.iter().position(|word| {
            let letters = word.text.strip_prefix('-').unwrap_or_default();
            letters.ends_with('c') && letters.bytes().all(|b| b.is_ascii_lowercase())
        });
        let Some(word) = flagged.and_then(|at| words.get(at + 1)) else { return };
        let bytes = word.span.of(self.text.as_bytes());
        if let [first @ (b'"' | b'\''), inner @ .., last] = bytes
            && first == last
            && !inner.contains(first)
        {
            self.nested.push((Span::new(word.span.start + 1, word.span.end - 1), Some(reader)));
        }
    }

    /// `grep -v ... FILE | xargs` and `cat FILE | xargs`.
    fn xargs(&mut self, inner: Span) {
        let found = commands(self.text, inner, self.shell.dollar).commands;
        let Some((last, before)) = found.split_last() else { return };
        // With options it splits words in other ways.
        let [program] = last.words.as_slice() else { return };
        if program.text != "xargs" {
            return;
        }
        let source = match before.split_first() {
            None => last.input.as_ref(),
            Some((first, filters)) => {
                let piped = last.piped && filters.iter().all(|filter| filter.piped);
                let filters = piped && filters.iter().all(|filter| drops_lines(&filter.words).is_some());
                match first.words.as_slice() {
                    [cat, file] if cat.text == "cat" => Some(file),
                    words => drops_lines(words).and_then(|files| match files {
                        [file] => Some(file),
                        _ => None,
                    }),
                }
                .filter(|_| filters)
            }
        };
        if let Some(file) = source {
            self.named(Reader::Xargs, &file.text, file.span);
        }
    }
}

/// The files of a `grep -v` with one pattern. Without `-v` it picks some of the variables.
fn drops_lines(words: &[Word]) -> Option<&[Word]> {
    let (program, rest) = words.split_first()?;
    if !matches!(program.text.as_str(), "grep" | "egrep") {
        return None;
    }
    let options = rest.iter().take_while(|word| word.text.starts_with('-')).count();
    let (options, rest) = rest.split_at_checked(options)?;
    let letters = |word: &Word| word.text.bytes().skip(1).all(|b| b"vEeP".contains(&b));
    let invert = |word: &Word| word.text == "--invert-match" || (letters(word) && word.text.contains('v'));
    let known = options.iter().all(|word| word.text == "--invert-match" || letters(word));
    (known && options.iter().any(invert)).then(|| rest.split_first().map(|(_, files)| files))?
}

/// Options of `docker run` that take no value.
const DOCKER_SWITCHES: &[&str] = &[
    "--detach",
    "--init",
    "--interactive",
    "--no-healthcheck",
    "--oom-kill-disable",
    "--privileged",
    "--publish-all",
    "--quiet",
    "--read-only",
    "--rm",
    "--tty",
    "-P",
    "-d",
    "-i",
    "-q",
    "-t",
];
/// Options of `docker compose` that take no value.
const COMPOSE_SWITCHES: &[&str] =
    &["--all-resources", "--compatibility", "--dry-run", "--no-ansi", "--verbose", "-v", "--version"];

/// The options at the start of `words`, with their values: every option takes one that is not among `switches`.
fn own<'a>(words: &'a [Word], switches: &[&str]) -> &'a [Word] {
    let mut at = 0;
    while let Some(word) = words.get(at) {
        if !word.text.starts_with('-') || word.text == "--" {
            break;
        }
        let alone = match word.text.strip_prefix('-').filter(|letters| !letters.starts_with('-')) {
            // Letters in one word: the first that takes a value takes the rest of the word, or else the next word.
            Some(letters) => {
                let switch = |c: char| {
                    switches.iter().any(|known| known.strip_prefix('-') == Some(c.encode_utf8(&mut [0; 4])))
                };
                letters.find(|c| !switch(c)).is_none_or(|at| letters.chars().count() > at + 1)
            }
            None => switches.contains(&word.text.as_str()) || word.text.contains('='),
        };
        at += if alone { 1 } else { 2 };
    }
    words.get(..at.min(words.len())).unwrap_or_default()
}

/// The options of node before its script.
fn own_of_node(words: &[Word]) -> &[Word] {
    const WITH_VALUE: &[&str] = &[
        "--conditions",
        "--env-file",
        "--env-file-if-exists",
        "--eval",
        "--experimental-loader",
        "--import",
        "--loader",
        "--print",
        "--require",
        "--watch-path",
        "-C",
        "-e",
        "-p",
        "-r",
    ];
    let mut at = 0;
    while let Some(word) = words.get(at) {
        // `tsx watch` and `node inspect` are followed by options, too.
        let mode = at == 0 && matches!(word.text.as_str(), "watch" | "inspect");
        if !mode && (!word.text.starts_with('-') || word.text == "--") {
            break;
        }
        at += if WITH_VALUE.contains(&word.text.as_str()) { 2 } else { 1 };
    }
    words.get(..at.min(words.len())).unwrap_or_default()
}

/// The value of `option`, if `word`, at this place of `words`, is that option.
fn value_of<'a>(words: &'a [Word], at: usize, word: &'a Word, option: &str) -> Option<(&'a str, Span)> {
    let rest = word.text.strip_prefix(option)?;
    if rest.is_empty() {
        return words.get(at + 1).map(|value| (value.text.as_str(), value.span));
    }
    rest.strip_prefix('=').map(|value| (value, word.span))
}

/// The words from the program's name on: without reserved words, assignments and programs that only run another one.
fn command_words(words: &[Word]) -> &[Word] {
    let mut rest = words;
    while let [first, behind @ ..] = rest {
        let runs = match first.text.as_str() {
            "!" | "{" | "if" | "then" | "else" | "elif" | "do" | "while" | "until" | "time" => 0,
            "command" | "builtin" | "exec" | "nohup" | "npx" | "cross-env" => 0,
            "sudo" => own(behind, &["-E", "-H", "-i", "-n", "-S", "-s", "--"]).len(),
            "env" if !behind.iter().any(|word| !word.substituted.is_empty()) => 0,
            "yarn" | "pnpm" | "poetry" | "uv" | "pipenv" | "bundle" | "npm" => match behind {
                [run, ..] if matches!(run.text.as_str(), "run" | "exec") => 1,
                _ => 0,
            },
            "--" => 0,
            text if is_assignment(text) => 0,
            _ => break,
        };
        rest = behind.get(runs..).unwrap_or_default();
    }
    rest
}

fn is_assignment(text: &str) -> bool {
    let name = text.split_once('=').map(|(name, _)| name).unwrap_or_default();
    let fits = |c: char| c == '_' || c.is_ascii_alphanumeric();
    !name.is_empty() && !name.contains(UNKNOWN) && name.chars().all(fits)
}
