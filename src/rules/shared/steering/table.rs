//! The closed list of variables. Each program's manual is named on the rule's page.

use super::Form::{
    self, AllBut, Any, Code, Command, Folders, GitSetting, Libraries, MaybePath, Options, Path, Piped,
    Prompt, Sources, Words,
};
use super::Kind::{self, Git, Language, Loader, Shell, Tls, Tool};

/// An option that ends in `*` is the beginning of one; any other stands alone, or before `=`. One behind `?` names no code, and
/// opens a door to the machine itself.
const NODE: &[&str] = &[
    "--require",
    "-r",
    "--import",
    "--loader",
    "--experimental-loader",
    "--inspect=0.0.0.0*",
    "--inspect-brk=0.0.0.0*",
    "--inspect=[::]*",
    "--inspect-brk=[::]*",
    "?--inspect*",
];
const JAVA: &[&str] = &[
    "-javaagent:*",
    "-agentlib:*",
    "-agentpath:*",
    "-Xrun*",
    "-Xbootclasspath*",
    "-XX:OnError=*",
    "-XX:OnOutOfMemoryError=*",
    "-XX:Flags=*",
    "-XX:VMOptionsFile=*",
    "--patch-module",
    "--upgrade-module-path",
    "-cp",
    "-classpath",
    "--class-path",
    "--module-path",
    "@*",
];
const RUBY: &[&str] = &["-r*", "-I*"];
const PERL: &[&str] = &["-M*", "-m*", "-d*", "-I*"];
const ERLANG: &[&str] = &["-eval", "-run", "-s", "-pa", "-pz", "-config", "-boot", "-args_file"];
const GO: &[&str] = &["-toolexec", "--toolexec", "-exec", "--exec", "-overlay", "--overlay"];

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
    ("CORECLR_PROFILER_PATH", Language, Path),
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
    ("SSLKEYLOGFILE", Tls, AllBut(NOWHERE)),
];

/// `GIT_CONFIG_KEY_0` and its like: a setting's name.
const GIT_KEY: &str = "GIT_CONFIG_KEY_";

pub(super) fn find(name: &str) -> Option<(Kind, Form)> {
    let numbered = name.strip_prefix(GIT_KEY).is_some_and(|rest| rest.bytes().all(|b| b.is_ascii_digit()));
    if numbered {
        return Some((Git, GitSetting));
    }
    TABLE.iter().find(|(known, ..)| *known == name).map(|(_, kind, form)| (*kind, *form))
}

/// Every name that is listed.
#[cfg(test)]
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    TABLE.iter().map(|(name, ..)| *name)
}
