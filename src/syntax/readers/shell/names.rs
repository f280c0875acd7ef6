//! Words and variables that a shell has plans of its own for.

use super::Dialect;

/// What a word means where a command begins, if it is not quoted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Keyword {
    None,
    /// Begins a compound command.
    Opens,
    /// Belongs into the middle of one, or at its end.
    Misplaced,
}

pub(super) fn keyword(dialect: Dialect, word: &[u8]) -> Keyword {
    match word {
        b"if" | b"for" | b"while" | b"until" | b"case" | b"{" | b"!" => Keyword::Opens,
        b"then" | b"else" | b"elif" | b"fi" | b"do" | b"done" | b"esac" | b"in" | b"}" => Keyword::Misplaced,
        b"function" | b"[[" | b"time" | b"select" | b"coproc" if dialect == Dialect::Bash => Keyword::Opens,
        b"]]" if dialect == Dialect::Bash => Keyword::Misplaced,
        _ => Keyword::None,
    }
}

/// What a command's name stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Command {
    Export,
    Unset,
    /// `:`, a special builtin: in a POSIX shell what is assigned before it stays.
    Colon,
    /// A builtin that changes nothing, with its status if that is certain.
    Harmless(Option<bool>),
    Builtin,
    External,
}

pub(super) fn command(dialect: Dialect, name: &[u8]) -> Command {
    match name {
        b"export" => Command::Export,
        b"unset" => Command::Unset,
        b":" => Command::Colon,
        b"true" => Command::Harmless(Some(true)),
        b"false" => Command::Harmless(Some(false)),
        b"echo" | b"pwd" => Command::Harmless(None),
        b"." | b"[" | b"alias" | b"bg" | b"break" | b"cd" | b"command" | b"continue" | b"eval" | b"exec"
        | b"exit" | b"fg" | b"getopts" | b"hash" | b"jobs" | b"kill" | b"local" | b"printf" | b"read"
        | b"readonly" | b"return" | b"set" | b"shift" | b"test" | b"times" | b"trap" | b"type"
        | b"ulimit" | b"umask" | b"unalias" | b"wait" => Command::Builtin,
        b"chdir" if dialect == Dialect::Sh => Command::Builtin,
        b"bind" | b"builtin" | b"caller" | b"compgen" | b"complete" | b"compopt" | b"declare" | b"dirs"
        | b"disown" | b"enable" | b"fc" | b"help" | b"history" | b"let" | b"logout" | b"mapfile"
        | b"popd" | b"pushd" | b"readarray" | b"shopt" | b"source" | b"suspend" | b"typeset"
            if dialect == Dialect::Bash =>
        {
            Command::Builtin
        }
        _ => Command::External,
    }
}

/// What an assignment to a variable does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum Variable {
    Plain,
    /// Assigning is an error.
    ReadOnly,
    /// It has a value of its own accord.
    Magic,
    /// The shell itself changes with it.
    Governs,
}

pub(in super::super) fn variable(dialect: Dialect, name: &[u8]) -> Variable {
    // No name with a small letter in it is special.
    if !name.iter().all(|byte| byte.is_ascii_uppercase() || *byte == b'_') {
        return Variable::Plain;
    }
    match (dialect, name) {
        (Dialect::Sh, b"OPTIND") => Variable::Governs,
        (_, b"LINENO") => Variable::Magic,
        (Dialect::Sh, _) => Variable::Plain,
        (Dialect::Bash, b"UID" | b"EUID" | b"PPID" | b"SHELLOPTS" | b"BASHOPTS") => Variable::ReadOnly,
        (
            Dialect::Bash,
            b"POSIXLY_CORRECT" | b"BASH_COMPAT" | b"FUNCNEST" | b"EXECIGNORE" | b"GLOBIGNORE",
        ) => Variable::Governs,
        (
            Dialect::Bash,
            b"_" | b"RANDOM" | b"SRANDOM" | b"SECONDS" | b"EPOCHSECONDS" | b"EPOCHREALTIME" | b"DIRSTACK"
            | b"FUNCNAME" | b"GROUPS" | b"HISTCMD" | b"PIPESTATUS" | b"COMP_WORDBREAKS" | b"OPTIND"
            | b"OPTERR" | b"MAPFILE",
        ) => Variable::Magic,
        (Dialect::Bash, b"BASH_ENV") => Variable::Plain,
        (Dialect::Bash, name) if name.starts_with(b"BASH") => Variable::Magic,
        _ => Variable::Plain,
    }
}

/// Whether practically every process has this variable.
pub(super) fn is_everywhere(name: &[u8]) -> bool {
    matches!(
        name,
        b"HOME"
            | b"PATH"
            | b"PWD"
            | b"OLDPWD"
            | b"USER"
            | b"LOGNAME"
            | b"SHELL"
            | b"TERM"
            | b"LANG"
            | b"HOSTNAME"
            | b"IFS"
            | b"PS1"
            | b"PS2"
            | b"PS4"
            | b"PPID"
            | b"OPTIND"
            | b"LINENO"
            | b"UID"
            | b"EUID"
            | b"RANDOM"
            | b"SECONDS"
            | b"_"
            | b"SHLVL"
            | b"SHELLOPTS"
            | b"BASH"
    ) || name.starts_with(b"BASH")
        || name.starts_with(b"LC_")
}

pub(super) fn starts_name(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte == b'_'
}

pub(super) fn in_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

pub(in super::super) fn is_name(text: &[u8]) -> bool {
    text.first().is_some_and(|byte| starts_name(*byte)) && text.iter().all(|byte| in_name(*byte))
}
