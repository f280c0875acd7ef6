//! What can be told of a file that holds a secret by looking at its bytes alone: whether it is text, and whether it is of a form that
//! has several lines by nature. Pure functions; nothing of the content leaves.

/// A form that has several lines by nature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// An OpenSSH private key: its reader takes no carriage return (`sshkey.c`, `MARK_BEGIN` and `MARK_END`).
    OpenSsh,
    /// Keys and certificates in PEM (RFC 7468, whose readers take any line ends), armoured messages, documents, lists.
    Document,
}

/// Whether bytes are no text: an archive, a key store, a key as it came out of a generator. A control character or two in what is UTF-8
/// otherwise are no part of such a thing: of random bytes every other one would be none of UTF-8.
#[must_use]
pub fn is_binary(bytes: &[u8]) -> bool {
    let controls = bytes.iter().filter(|b| is_control(**b)).count();
    if std::str::from_utf8(bytes).is_err() {
        return controls > 0 || bytes.contains(&0);
    }
    controls.saturating_mul(4) > bytes.len()
}

/// A control character that no text has: not NUL, of which others speak, nor blanks and line ends.
#[must_use]
pub const fn is_control(byte: u8) -> bool {
    byte.is_ascii_control() && !matches!(byte, b'\0' | b'\t' | b'\n' | b'\x0b' | b'\x0c' | b'\r')
}

/// The form of a text of several lines, if it has one.
#[must_use]
pub fn form(bytes: &[u8]) -> Option<Form> {
    let text = bytes.trim_ascii();
    if text.starts_with(b"-----BEGIN OPENSSH PRIVATE KEY-----") {
        return Some(Form::OpenSsh);
    }
    let between = |open: u8, close: u8| text.first() == Some(&open) && text.last() == Some(&close);
    let document = between(b'{', b'}')
        || between(b'<', b'>')
        || between(b'[', b']')
        || text.starts_with(b"PuTTY-User-Key-File-")
        // What openssl prints before a key or a certificate stays before it.
        || lines(text).any(|line| line.starts_with(b"-----BEGIN ") || line.starts_with(b"---- BEGIN "));
    (document || is_list(text)).then_some(Form::Document)
}

fn lines(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    text.split(|b| *b == b'\n').map(<[u8]>::trim_ascii_end)
}

/// Lines that all say what they are: settings, password files, public keys, the keys of age; or base64 in rows.
fn is_list(text: &[u8]) -> bool {
    let all =
        || lines(text).filter(|line| !line.is_empty() && !line.starts_with(b"#") && !line.starts_with(b";"));
    let named = |line: &[u8]| is_entry(line) || is_key_line(line);
    let keys = all().next().is_some_and(|line| line.starts_with(b"AGE-SECRET-KEY-1"));
    (all().count() > 1 && all().all(named))
        || (keys && all().all(|line| line.starts_with(b"AGE-SECRET-KEY-1")))
        || is_rows(text)
}

/// `name: x`, `name=x`, `[section]`, `- item`, what is indented below one of these, and lines of a netrc (ftp(1)); two quoted words
/// (PgBouncer, "Authentication file format"), `user NAME ...` (Redis, "ACL": `users.acl`), `Name {` and `};` (the configuration file of JAAS).
fn is_entry(line: &[u8]) -> bool {
    const NETRC: [&[u8]; 5] = [b"machine ", b"default", b"login ", b"password ", b"account "];
    let name = line.iter().take_while(|b| b.is_ascii_alphanumeric() || b"_.-*@/\"'".contains(b)).count();
    let next = line.get(name..).unwrap_or_default().trim_ascii_start().first();
    (name > 0 && matches!(next, Some(b':' | b'=')))
        || line.first().is_some_and(|first| b" \t".contains(first))
        || (line.starts_with(b"[") && line.ends_with(b"]"))
        || line.starts_with(b"- ")
        || line == b"---"
        || NETRC.iter().any(|start| line.starts_with(start))
        || is_quoted_pair(line)
        || line.starts_with(b"user ")
        || (name > 0 && line.ends_with(b" {"))
        || line == b"};"
}

/// `"name" "password"`.
fn is_quoted_pair(line: &[u8]) -> bool {
    let inner = line.strip_prefix(b"\"").and_then(|line| line.strip_suffix(b"\""));
    inner.is_some_and(|inner| {
        let between = inner.windows(3).position(|part| part == b"\" \"");
        between.is_some_and(|at| at > 0 && at + 3 < inner.len())
    })
}

/// A line of `authorized_keys` or `known_hosts` (sshd(8)).
fn is_key_line(line: &[u8]) -> bool {
    let mut words = line.split(u8::is_ascii_whitespace);
    words
        .any(|word| word.starts_with(b"ssh-") || word.starts_with(b"ecdsa-sha2-") || word.starts_with(b"sk-"))
}

/// A file in base64 as `base64` and `openssl` write it: four rows or more of one length (RFC 2045, 6.8: at most 76).
fn is_rows(text: &[u8]) -> bool {
    let Some(width) = lines(text).next().map(<[u8]>::len).filter(|width| (60..=76).contains(width)) else {
        return false;
    };
    let base64 = |line: &[u8]| line.iter().all(|b| b.is_ascii_alphanumeric() || b"+/=-_".contains(b));
    let (mut rows, mut short) = (0, false);
    for line in lines(text) {
        if short || line.len() > width || !base64(line) {
            return false;
        }
        short = line.len() < width;
        rows += 1;
    }
    rows >= 4
}

#[cfg(test)]
mod tests {
    use super::{Form, form, is_binary};
    use rstest::rstest;

    const DOCUMENT: Option<Form> = Some(Form::Document);

    #[rstest]
    #[case("-----BEGIN OPENSSH PRIVATE KEY-----\nx\n", Some(Form::OpenSsh))]
    #[case("-----BEGIN CERTIFICATE-----\r\nx\r\n", DOCUMENT)]
    #[case("subject=CN\n-----BEGIN CERTIFICATE-----\nx\n", DOCUMENT)]
    #[case("{\n \"a\": 1\n}\n", DOCUMENT)]
    #[case("apiVersion: v1\nkind: Config\nusers:\n- name: x\n  user: {}\n", DOCUMENT)]
    #[case("[default]\naws_access_key_id = x\n", DOCUMENT)]
    #[case("A=1\n# c\nB=2\n", DOCUMENT)]
    #[case("machine x\nlogin y\npassword z\n", DOCUMENT)]
    #[case("user:$apr1$x\nother:$apr1$y\n", DOCUMENT)]
    #[case("ssh-ed25519 x a\nssh-rsa y b\n", DOCUMENT)]
    #[case("\"app\" \"SCRAM-SHA-256$4096:x\"\n\"admin\" \"y\"\n", DOCUMENT)]
    #[case("user default off\nuser app on >x ~* +@all\n", DOCUMENT)]
    #[case("KafkaClient {\n  a.b.Module required\n  username=\"x\";\n};\n", DOCUMENT)]
    #[case("\"one\"\n\"two\"\n", None)]
    #[case("# created: x\n# public key: y\nAGE-SECRET-KEY-1X\n", DOCUMENT)]
    #[case("one\ntwo\n", None)]
    #[case("# why\nvalue\n", None)]
    #[case("value\n# old: x\n", None)]
    #[case("a: b", None)]
    #[case("", None)]
    fn forms(#[case] text: &str, #[case] expected: Option<Form>) {
        assert_eq!(form(text.as_bytes()), expected);
    }

    #[test]
    fn rows_of_base64() {
        let row = "Ab12".repeat(16);
        assert_eq!(form(format!("{row}\n{row}\n{row}\nAb=\n").as_bytes()), DOCUMENT);
        assert_eq!(form(format!("{row}\n{row}\n").as_bytes()), None);
        assert_eq!(form(format!("{row}\n{row}\nAb\n{row}\n").as_bytes()), None);
    }

    #[rstest]
    #[case(b"text\xc3\xa9\n", false)]
    #[case(b"latin\xe9\r\n", false)]
    #[case(b"text\0", false)]
    #[case(b"\x30\x82\x01", true)]
    #[case(b"\xff\0a", true)]
    #[case(b"\x1b[32mk7Qx9mT2v\x1b[0m\n", false)]
    #[case(b"k7Qx9mT2v\x04", false)]
    #[case(b"a\x01\x02\x03", true)]
    fn binaries(#[case] bytes: &[u8], #[case] binary: bool) {
        assert_eq!(is_binary(bytes), binary);
    }
}
