//! Variables that change how programs are run: which there are, and what a value of one makes of it. The table stands,
//! with the sources, in `docs/rules/dangerous-key.md`; a test holds the two together.

mod table;
mod values;

/// What of a run a variable steers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Which libraries the loader puts into a program.
    Loader,
    /// What a shell reads and where it finds its commands.
    Shell,
    /// What an interpreter or virtual machine loads before the program.
    Language,
    /// What git runs and believes.
    Git,
    /// What an editor, a pager or a library of others does.
    Tool,
    /// Whether what goes over TLS is safe.
    Tls,
}

/// What a value makes of such a variable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weight {
    /// It names code, or a place where anybody's code may lie; or TLS is no longer safe.
    Names,
    /// It changes how programs are run, in a way that their manuals show.
    Steers,
}

/// How a variable's value is read.
#[derive(Clone, Copy, Debug)]
enum Form {
    /// Libraries, between blanks or colons.
    Libraries,
    /// Folders in which the current one makes it anybody's.
    Folders,
    /// Folders in which the program's own may be relative.
    Sources,
    /// One file or folder.
    Path,
    /// The same, where other values mean something else: `ENV=production`.
    MaybePath,
    /// A command line.
    Command,
    /// The same, behind the sign of a pipe.
    Piped,
    /// Options, of which some name code.
    Options(&'static [&'static str]),
    /// Code, whatever stands there.
    Code,
    /// Code only where a command is substituted.
    Prompt,
    /// Means no more than that it is set, unless it is one of these words.
    Any(&'static [&'static str]),
    /// The name of a setting of git's.
    GitSetting,
    /// Weighs where it is one of these words.
    Words(&'static [&'static str]),
    /// Weighs whatever is in it but these words.
    AllBut(&'static [&'static str]),
}

/// What a variable of this name steers; nothing for any other.
#[must_use]
pub fn kind(name: &str) -> Option<Kind> {
    table::find(name).map(|(kind, _)| kind)
}

/// What a value makes of a variable; nothing where it is harmless.
#[must_use]
pub fn weigh(name: &str, value: &[u8]) -> Option<Weight> {
    let (_, form) = table::find(name)?;
    let value = value.trim_ascii();
    if value.is_empty() {
        return None;
    }
    values::weigh(form, value)
}

#[cfg(test)]
mod tests {
    use super::{Weight, table, weigh};
    use rstest::rstest;

    const NAMES: Option<Weight> = Some(Weight::Names);
    const STEERS: Option<Weight> = Some(Weight::Steers);

    #[rstest]
    #[case("LD_PRELOAD", "libjemalloc.so.2", STEERS)]
    #[case("LD_PRELOAD", "/usr/lib/a.so:/opt/b.so", STEERS)]
    #[case("LD_PRELOAD", "/usr/lib/a.so ./b.so", NAMES)]
    #[case("LD_PRELOAD", "/usr/lib/../../tmp/a.so", NAMES)]
    #[case("LD_LIBRARY_PATH", "/usr/local/cuda/lib64", STEERS)]
    #[case("LD_LIBRARY_PATH", "/usr/lib:", NAMES)]
    #[case("LD_LIBRARY_PATH", "/app/lib:${LD_LIBRARY_PATH}", STEERS)]
    #[case("PATH", "/usr/bin:/bin", STEERS)]
    #[case("PATH", "$PATH:~/bin", STEERS)]
    #[case("PATH", "./node_modules/.bin:/usr/bin", NAMES)]
    #[case("PATH", "/usr/bin::/bin", NAMES)]
    #[case("PATH", "/tmp/bin:/bin", NAMES)]
    #[case("PATH", "C:\\Windows;C:\\bin", STEERS)]
    #[case("PYTHONPATH", "src:.", STEERS)]
    #[case("PYTHONPATH", "/dev/shm/x", NAMES)]
    #[case("ENV", "production", None)]
    #[case("ENV", "https://example.com/", None)]
    #[case("ENV", "/etc/profile", STEERS)]
    #[case("ENV", "./shrc", NAMES)]
    #[case("ENV", "eu/prod", None)]
    #[case("PYTHONBREAKPOINT", "0", None)]
    #[case("PYTHONBREAKPOINT", "ipdb.set_trace", STEERS)]
    #[case("BASH_ENV", "/etc/profile.local", NAMES)]
    #[case("BASH_ENV", "/dev/null", None)]
    #[case("PS4", "+ ", None)]
    #[case("PS4", "$(id)", NAMES)]
    #[case("NODE_OPTIONS", "--max-old-space-size=4096 --enable-source-maps", None)]
    #[case("NODE_OPTIONS", "--openssl-legacy-provider", None)]
    #[case("NODE_OPTIONS", "--require ./a.js", NAMES)]
    #[case("NODE_OPTIONS", "--experimental_loader=a", NAMES)]
    #[case("NODE_OPTIONS", "-r a", NAMES)]
    #[case("NODE_OPTIONS", "\"--import\" a", NAMES)]
    #[case("NODE_OPTIONS", "--report-on-signal", None)]
    #[case("NODE_OPTIONS", "--inspect", STEERS)]
    #[case("NODE_OPTIONS", "--inspect=0.0.0.0:9229", NAMES)]
    #[case("JAVA_TOOL_OPTIONS", "-Xmx1g -XX:+UseG1GC -XX:+ExitOnOutOfMemoryError", None)]
    #[case("JAVA_TOOL_OPTIONS", "-javaagent:/otel.jar", NAMES)]
    #[case("JDK_JAVA_OPTIONS", "@/app/options", NAMES)]
    #[case("RUBYOPT", "-W0 --yjit", None)]
    #[case("RUBYOPT", "-rbundler/setup", NAMES)]
    #[case("PERL5OPT", "-Mlib=x", NAMES)]
    #[case("GIT_SSH_COMMAND", "ssh -i /run/secrets/key", STEERS)]
    #[case("GIT_SSH_COMMAND", "ssh -o ProxyCommand=x", NAMES)]
    #[case("GIT_SSH_COMMAND", "ssh; id", NAMES)]
    #[case("GIT_ASKPASS", "/app/askpass.sh", NAMES)]
    #[case("GIT_ASKPASS", "/usr/bin/true", STEERS)]
    #[case("GIT_PAGER", "cat", None)]
    #[case("GIT_CONFIG_GLOBAL", "/dev/null", None)]
    #[case("GIT_CONFIG_KEY_0", "safe.directory", None)]
    #[case("GIT_CONFIG_KEY_12", "core.sshCommand", NAMES)]
    #[case("GIT_CONFIG_KEY_0", "url.https://x.insteadOf", None)]
    #[case("GIT_CONFIG_KEY_0", "Alias.st", NAMES)]
    #[case("GIT_CONFIG_KEY_0", "credential.https://x.helper", NAMES)]
    #[case("GIT_SHA", "abc", None)]
    #[case("GIT_BRANCH", "main", None)]
    #[case("EDITOR", "vim -u NONE", None)]
    #[case("GIT_SSH_COMMAND", "ssh", None)]
    #[case("EDITOR", "bash -c id", NAMES)]
    #[case("LESSOPEN", "| /usr/bin/lesspipe %s", STEERS)]
    #[case("LESSOPEN", "|./x %s", NAMES)]
    #[case("NODE_TLS_REJECT_UNAUTHORIZED", "0", NAMES)]
    #[case("NODE_TLS_REJECT_UNAUTHORIZED", "1", None)]
    #[case("GIT_SSL_NO_VERIFY", "false", NAMES)]
    #[case("SSLKEYLOGFILE", "/tmp/keys", NAMES)]
    #[case("SSLKEYLOGFILE", "/dev/null", None)]
    #[case("HTTP_PROXY", "http://p", None)]
    fn values(#[case] name: &str, #[case] value: &str, #[case] weight: Option<Weight>) {
        assert_eq!(weigh(name, value.as_bytes()), weight);
        assert_eq!(weigh(name, b" "), None);
    }

    #[test]
    fn the_page_has_every_variable() {
        let page = include_str!("../../../../docs/rules/dangerous-key.md");
        for name in table::names() {
            assert!(
                page.lines().any(|line| line.starts_with("| `") && line.contains(&format!("`{name}`"))),
                "{name}"
            );
        }
    }
}
