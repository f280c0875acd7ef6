//! Variables that change how programs are run: which there are, and what a value of one makes of it. The table stands,
//! with the sources, in `docs/rules/dangerous-key.md`; a test holds the two together.

mod git;
mod options;
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
    Options(table::Flags),
    /// Code, whatever stands there.
    Code,
    /// Code only where a command is substituted.
    Prompt,
    /// Means no more than that it is set, unless it is one of these words.
    Any(&'static [&'static str]),
    /// The name of a setting of git's, whose value stands in another variable.
    GitSetting,
    /// Ways by which git may fetch, between colons.
    Protocols,
    /// Weighs where it is one of these words.
    Words(&'static [&'static str]),
    /// Weighs whatever is in it but these words.
    AllBut(&'static [&'static str]),
}

/// Whether a variable of this name steers anything.
#[must_use]
pub fn is_known(name: &str) -> bool {
    table::find(name).is_some()
}

/// What a value makes of a variable, and of what; nothing where it is harmless. `beside` gives the values of other variables,
/// where they are known.
#[must_use]
pub fn weigh<'a>(
    name: &str,
    value: &[u8],
    beside: impl Fn(&str) -> Option<&'a [u8]>,
) -> Option<(Kind, Weight)> {
    let (kind, form) = table::find(name)?;
    let value = value.trim_ascii();
    if value.is_empty() {
        return None;
    }
    match form {
        Form::GitSetting => git::setting(value, beside(&table::git_value(name)?)),
        Form::Options(flags) => options::weigh(flags, kind, value),
        _ => values::weigh(form, value).map(|weight| (kind, weight)),
    }
}

#[cfg(test)]
mod tests {
    use super::{Kind, Weight, table, weigh};
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
    #[case("NODE_OPTIONS", "--experimental_loader=./a.mjs", NAMES)]
    #[case("NODE_OPTIONS", "-r ./a", NAMES)]
    #[case("NODE_OPTIONS", "\"--import\" ./a.mjs", NAMES)]
    #[case("NODE_OPTIONS", "--require @opentelemetry/auto-instrumentations-node/register", STEERS)]
    #[case("NODE_OPTIONS", "-r dd-trace/init --import=tsx", STEERS)]
    #[case("NODE_OPTIONS", "-r dd-trace/init --import=./b.mjs", NAMES)]
    #[case("NODE_OPTIONS", "--require \"/app/hook.js\"", STEERS)]
    #[case("NODE_OPTIONS", "--require \"/app/a b.js\"", NAMES)]
    #[case("NODE_OPTIONS", "--require /tmp/a.js", NAMES)]
    #[case("NODE_OPTIONS", "--require a/../../b", NAMES)]
    #[case("NODE_OPTIONS", "--require", NAMES)]
    #[case("NODE_OPTIONS", "--import data:text/javascript,x", NAMES)]
    #[case("NODE_OPTIONS", "--import file:///app/a.mjs", STEERS)]
    #[case("NODE_OPTIONS", "--openssl-config=/etc/ssl/openssl.cnf", STEERS)]
    #[case("NODE_OPTIONS", "--openssl-config=x.cnf", NAMES)]
    #[case("NODE_OPTIONS", "--inspect-wait=0.0.0.0:9331", NAMES)]
    #[case("NODE_OPTIONS", "--inspect-port=0.0.0.0:9331 --inspect", NAMES)]
    #[case("NODE_OPTIONS", "--inspect=0:9331", NAMES)]
    #[case("NODE_OPTIONS", "--inspect=[::]:9331", NAMES)]
    #[case("NODE_OPTIONS", "--inspect=127.0.0.1:9331", STEERS)]
    #[case("NODE_OPTIONS", "--inspect-brk=9331", STEERS)]
    #[case("NODE_OPTIONS", "--inspect-publish-uid=http", STEERS)]
    #[case("NODE_OPTIONS", "--report-on-signal", None)]
    #[case("NODE_OPTIONS", "--inspect", STEERS)]
    #[case("NODE_OPTIONS", "--inspect=0.0.0.0:9229", NAMES)]
    #[case("JAVA_TOOL_OPTIONS", "-Xmx1g -XX:+UseG1GC -XX:+ExitOnOutOfMemoryError", None)]
    #[case("JAVA_TOOL_OPTIONS", "-javaagent:/otel.jar", STEERS)]
    #[case("JAVA_TOOL_OPTIONS", "-javaagent:/opt/agent.jar=port=1,x=./y", STEERS)]
    #[case("JAVA_TOOL_OPTIONS", "-javaagent:agent.jar", NAMES)]
    #[case("JAVA_TOOL_OPTIONS", "-agentlib:jdwp=transport=dt_socket,server=y,address=*:5005", NAMES)]
    #[case("JAVA_TOOL_OPTIONS", "-cp /app/a.jar:/app/b.jar", STEERS)]
    #[case("JAVA_TOOL_OPTIONS", "-cp /app/a.jar:b.jar", NAMES)]
    #[case("JAVA_TOOL_OPTIONS", "-XX:OnOutOfMemoryError=x", NAMES)]
    #[case("JAVA_TOOL_OPTIONS", "-Dcom.sun.management.jmxremote.port=9010", None)]
    #[case(
        "JAVA_TOOL_OPTIONS",
        "-Dcom.sun.management.jmxremote.port=9010 -Dcom.sun.management.jmxremote.authenticate=false",
        NAMES
    )]
    #[case(
        "JAVA_TOOL_OPTIONS",
        "-Dcom.sun.management.jmxremote.authenticate=false -Dcom.sun.management.jmxremote.host=127.0.0.1",
        STEERS
    )]
    #[case("JAVA_TOOL_OPTIONS", "-Djdk.internal.httpclient.disableHostnameVerification", NAMES)]
    #[case("JAVA_TOOL_OPTIONS", "-Djdk.internal.httpclient.disableHostnameVerification=false", None)]
    #[case("JDK_JAVA_OPTIONS", "@/app/options", STEERS)]
    #[case("JDK_JAVA_OPTIONS", "@options", NAMES)]
    #[case("RUBYOPT", "-W0 --yjit", None)]
    #[case("RUBYOPT", "-rbundler/setup", STEERS)]
    #[case("RUBYOPT", "-r./boot", NAMES)]
    #[case("PERL5OPT", "-MDevel::Cover", STEERS)]
    #[case("PERL5OPT", "-Mlib=x", NAMES)]
    #[case("GIT_SSH_COMMAND", "ssh -i /run/secrets/key", STEERS)]
    #[case("GIT_SSH_COMMAND", "ssh -o ProxyCommand=x", NAMES)]
    #[case("GIT_SSH_COMMAND", "ssh; id", NAMES)]
    #[case("GIT_SSH_COMMAND", "ssh -o KnownHostsCommand=/app/x", NAMES)]
    #[case("GIT_SSH_COMMAND", "ssh -o PKCS11Provider=./evil.so", NAMES)]
    #[case("GIT_SSH_COMMAND", "ssh -oPKCS11Provider=/usr/lib/opensc.so", STEERS)]
    #[case("GIT_SSH_COMMAND", "ssh -I ./evil.so", NAMES)]
    #[case("GIT_SSH_COMMAND", "ssh -F /dev/null", STEERS)]
    #[case("GIT_SSH_COMMAND", "ssh -F ./config", NAMES)]
    #[case("GIT_ALLOW_PROTOCOL", "https:ssh", None)]
    #[case("GIT_ALLOW_PROTOCOL", "https:ext", NAMES)]
    #[case("DOTNET_ADDITIONAL_DEPS", "./deps", NAMES)]
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
        assert_eq!(weigh(name, value.as_bytes(), |_| None).map(|(_, weight)| weight), weight);
        assert_eq!(weigh(name, b" ", |_| None), None);
    }

    #[rstest]
    #[case("http.sslVerify", Some("false"), Some((Kind::Tls, Weight::Names)))]
    #[case("http.https://x.example.com/.sslverify", Some("0"), Some((Kind::Tls, Weight::Names)))]
    #[case("http.sslVerify", Some("true"), None)]
    #[case("http.sslVerify", None, None)]
    #[case("protocol.ext.allow", Some("always"), Some((Kind::Git, Weight::Names)))]
    #[case("protocol.allow", Some("always"), Some((Kind::Git, Weight::Names)))]
    #[case("protocol.ext.allow", Some("never"), None)]
    #[case("protocol.file.allow", Some("always"), None)]
    #[case("gpg.ssh.defaultKeyCommand", Some("x"), Some((Kind::Git, Weight::Names)))]
    #[case("interactive.diffFilter", None, Some((Kind::Git, Weight::Names)))]
    #[case("man.x.cmd", None, Some((Kind::Git, Weight::Names)))]
    #[case("trailer.x.cmd", None, Some((Kind::Git, Weight::Names)))]
    #[case("core.hooksPath", Some("/dev/null"), None)]
    #[case("core.fsmonitor", Some("false"), None)]
    #[case("alias.st", Some("false"), Some((Kind::Git, Weight::Names)))]
    fn settings(#[case] setting: &str, #[case] value: Option<&str>, #[case] found: Option<(Kind, Weight)>) {
        let beside = |name: &str| value.filter(|_| name == "GIT_CONFIG_VALUE_3").map(str::as_bytes);
        assert_eq!(weigh("GIT_CONFIG_KEY_3", setting.as_bytes(), beside), found);
    }

    #[test]
    fn keys_of_connections_are_tls() {
        let found = weigh("NODE_OPTIONS", b"--tls-keylog=/app/k", |_| None);
        assert_eq!(found, Some((Kind::Tls, Weight::Names)));
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
