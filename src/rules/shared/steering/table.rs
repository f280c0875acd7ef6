//! The closed list of variables. Each program's manual is named on the rule's page.

use super::Form::{
    self, AllBut, Any, Code, Command, Folders, GitSetting, Libraries, MaybePath, Options, Path, Piped,
    Prompt, Protocols, Sources, Words,
};
use super::Kind::{self, Git, Language, Loader, Shell, Tls, Tool};

/// What an option of a command line does with what it takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Takes {
    /// It runs it, whatever it is.
    Code,
    /// It loads a package by its name, or a file.
    Package,
    /// It loads a file.
    File,
    /// It loads what lies in files or folders, between colons.
    Folders,
    /// It loads a library by its name, which may be the one for debuggers.
    Library,
    /// It lets debuggers in at an address or a port.
    Address,
    /// It names no code, and opens a door to the machine itself.
    Door,
    /// It takes away the safety of TLS, unless it is `false`.
    Unsafe,
}
use Takes::{Address, Door, File, Library, Package, Unsafe};

/// An option that ends in `*` is the beginning of one; any other stands alone, or before `=`.
pub(super) type Flags = &'static [(&'static str, Takes)];

const NODE: Flags = &[
    ("--require", Package),
    ("-r", Package),
    ("--import", Package),
    ("--loader", Package),
    ("--experimental-loader", Package),
    ("--snapshot-blob", File),
    ("--openssl-config", File),
    ("--tls-keylog", Unsafe),
    ("--inspect", Address),
    ("--inspect-brk", Address),
    ("--inspect-brk-node", Address),
    ("--inspect-wait", Address),
    ("--inspect-port", Address),
    ("--debug-port", Address),
    ("--inspect*", Door),
];
const JAVA: Flags = &[
    ("-javaagent:*", File),
    ("-agentpath:*", File),
    ("-agentlib:*", Library),
    ("-Xrun*", Library),
    ("-Xbootclasspath:*", Takes::Folders),
    ("-Xbootclasspath/a:*", Takes::Folders),
    ("-Xbootclasspath/p:*", Takes::Folders),
    ("-XX:OnError=*", Takes::Code),
    ("-XX:OnOutOfMemoryError=*", Takes::Code),
    ("-XX:Flags=*", File),
    ("-XX:VMOptionsFile=*", File),
    ("-Djdk.internal.httpclient.disableHostnameVerification", Unsafe),
    ("--patch-module", Takes::Code),
    ("--upgrade-module-path", Takes::Folders),
    ("-cp", Takes::Folders),
    ("-classpath", Takes::Folders),
    ("--class-path", Takes::Folders),
    ("--module-path", Takes::Folders),
    ("@*", File),
];
const RUBY: Flags = &[("-r*", Package), ("-I*", Takes::Folders)];
const PERL: Flags = &[("-M*", Package), ("-m*", Package), ("-d*", Takes::Code), ("-I*", Takes::Folders)];
const ERLANG: Flags = &[
    ("-eval", Takes::Code),
    ("-run", Takes::Code),
    ("-s", Takes::Code),
    ("-pa", Takes::Code),
    ("-pz", Takes::Code),
    ("-config", File),
    ("-boot", File),
    ("-args_file", File),
];
const GO: Flags = &[
    ("-toolexec", Takes::Code),
    ("--toolexec", Takes::Code),
    ("-exec", Takes::Code),
    ("--exec", Takes::Code),
    ("-overlay", File),
    ("--overlay", File),
];

const NOWHERE: &[&str] = &["/dev/null"];

const TABLE: &[(&str, Kind, Form)] = &[
    ("LD_PRELOAD", Loader, Libraries),
    ("LD_AUDIT", Loader, Libraries),
    ("LD_LIBRARY_PATH", Loader, Folders),
    ("GCONV_PATH", Loader, Folders),
    ("DYLD_INSERT_LIBRARIES", Loader, Libraries),
    ("DYLD_LIBRARY_PATH", Loader, Folders),
    ("DYLD_FRAMEWORK_PATH", Loader, Folders),
    ("DYLD_FALLBACK_LIBRARY_PATH", Loader, Folders),
    ("DYLD_FALLBACK_FRAMEWORK_PATH", Loader, Folders),
    ("PATH", Shell, Folders),
    ("CDPATH", Shell, Any(&[])),
    ("BASH_ENV", Shell, AllBut(NOWHERE)),
    ("ENV", Shell, MaybePath),
    ("IFS", Shell, Any(&[])),
    ("SHELLOPTS", Shell, Any(&[])),
    ("BASHOPTS", Shell, Any(&[])),
    ("PROMPT_COMMAND", Shell, Code),
    ("PS4", Shell, Prompt),
    ("ZDOTDIR", Shell, Path),
    ("NODE_OPTIONS", Language, Options(NODE)),
    ("NODE_PATH", Language, Sources),
    ("NODE_REPL_EXTERNAL_MODULE", Language, Code),
    ("PYTHONPATH", Language, Sources),
    ("PYTHONHOME", Language, Path),
    ("PYTHONSTARTUP", Language, Path),
    ("PYTHONUSERBASE", Language, Path),
    ("PYTHONBREAKPOINT", Language, Any(&["0"])),
    ("PERL5OPT", Language, Options(PERL)),
    ("PERL5LIB", Language, Sources),
    ("PERLLIB", Language, Sources),
    ("PERL5DB", Language, Code),
    ("RUBYOPT", Language, Options(RUBY)),
    ("RUBYLIB", Language, Sources),
    ("JAVA_TOOL_OPTIONS", Language, Options(JAVA)),
    ("_JAVA_OPTIONS", Language, Options(JAVA)),
    ("JDK_JAVA_OPTIONS", Language, Options(JAVA)),
    ("CLASSPATH", Language, Sources),
    ("DOTNET_STARTUP_HOOKS", Language, Code),
    ("DOTNET_ADDITIONAL_DEPS", Language, Path),
    ("CORECLR_PROFILER_PATH", Language, Path),
    ("CORECLR_PROFILER_PATH_32", Language, Path),
    ("CORECLR_PROFILER_PATH_64", Language, Path),
    ("PHPRC", Language, Path),
    ("PHP_INI_SCAN_DIR", Language, Sources),
    ("LUA_INIT", Language, Code),
    ("LUA_PATH", Language, Sources),
    ("LUA_CPATH", Language, Sources),
    ("ERL_FLAGS", Language, Options(ERLANG)),
    ("ERL_AFLAGS", Language, Options(ERLANG)),
    ("ERL_ZFLAGS", Language, Options(ERLANG)),
    ("ELIXIR_ERL_OPTIONS", Language, Options(ERLANG)),
    ("GOFLAGS", Language, Options(GO)),
    ("GIT_SSH", Git, Command),
    ("GIT_SSH_COMMAND", Git, Command),
    ("GIT_ASKPASS", Git, Command),
    ("GIT_EDITOR", Git, Command),
    ("GIT_SEQUENCE_EDITOR", Git, Command),
    ("GIT_PAGER", Git, Command),
    ("GIT_EXTERNAL_DIFF", Git, Command),
    ("GIT_PROXY_COMMAND", Git, Command),
    ("GIT_EXEC_PATH", Git, Path),
    ("GIT_TEMPLATE_DIR", Git, Path),
    ("GIT_CONFIG", Git, Path),
    ("GIT_CONFIG_GLOBAL", Git, Path),
    ("GIT_CONFIG_SYSTEM", Git, Path),
    ("GIT_CONFIG_PARAMETERS", Git, Any(&[])),
    ("GIT_ALLOW_PROTOCOL", Git, Protocols),
    ("GIT_DIR", Git, Any(&[])),
    ("GIT_COMMON_DIR", Git, Any(&[])),
    ("GIT_WORK_TREE", Git, Any(&[])),
    ("GIT_INDEX_FILE", Git, Any(&[])),
    ("GIT_OBJECT_DIRECTORY", Git, Any(&[])),
    ("GIT_ALTERNATE_OBJECT_DIRECTORIES", Git, Any(&[])),
    ("EDITOR", Tool, Command),
    ("VISUAL", Tool, Command),
    ("PAGER", Tool, Command),
    ("MANPAGER", Tool, Command),
    ("SSH_ASKPASS", Tool, Command),
    ("SUDO_ASKPASS", Tool, Command),
    ("LESSOPEN", Tool, Piped),
    ("LESSCLOSE", Tool, Piped),
    ("OPENSSL_CONF", Tool, Path),
    ("OPENSSL_ENGINES", Tool, Path),
    ("OPENSSL_MODULES", Tool, Path),
    ("NODE_TLS_REJECT_UNAUTHORIZED", Tls, Words(&["0"])),
    ("PYTHONHTTPSVERIFY", Tls, Words(&["0"])),
    // Set to anything: git asks whether it is there, not what it says.
    ("GIT_SSL_NO_VERIFY", Tls, Code),
    ("NPM_CONFIG_STRICT_SSL", Tls, Words(&["false"])),
    ("npm_config_strict_ssl", Tls, Words(&["false"])),
    ("LDAPTLS_REQCERT", Tls, Words(&["never", "allow"])),
    ("VAULT_SKIP_VERIFY", Tls, Words(&["true", "1", "t"])),
    ("SSLKEYLOGFILE", Tls, AllBut(NOWHERE)),
];

/// `GIT_CONFIG_KEY_0` and its like: a setting's name.
const GIT_KEY: &str = "GIT_CONFIG_KEY_";

/// The variable that holds the value of the setting that this one names (git-config(1), "ENVIRONMENT").
pub(super) fn git_value(name: &str) -> Option<String> {
    let number = name.strip_prefix(GIT_KEY)?;
    number.bytes().all(|b| b.is_ascii_digit()).then(|| format!("GIT_CONFIG_VALUE_{number}"))
}

pub(super) fn find(name: &str) -> Option<(Kind, Form)> {
    if git_value(name).is_some() {
        return Some((Git, GitSetting));
    }
    let first = name.bytes().next()?;
    // Most names are none of them, and comparing each with all takes time.
    let lengths = LENGTHS.get(usize::from(first % LETTERS)).copied().unwrap_or_default();
    if lengths >> name.len().min(63) & 1 == 0 {
        return None;
    }
    TABLE.iter().find(|(known, ..)| *known == name).map(|(_, kind, form)| (*kind, *form))
}

/// Letters of ASCII differ in these bits, whatever their case.
const LETTERS: u8 = 32;

/// How long the names are that begin with a letter, as bits.
#[allow(clippy::indexing_slicing, reason = "evaluated when the program is built")]
const LENGTHS: [u64; LETTERS as usize] = {
    let mut lengths = [0; LETTERS as usize];
    let mut at = 0;
    while at < TABLE.len() {
        let name = TABLE[at].0.as_bytes();
        let length = if name.len() < 63 { name.len() } else { 63 };
        lengths[(name[0] % LETTERS) as usize] |= 1 << length;
        at += 1;
    }
    lengths
};

/// Every name that is listed.
#[cfg(test)]
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    TABLE.iter().map(|(name, ..)| *name)
}
