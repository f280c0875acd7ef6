//! Names that give a certificate and its private key to each other: `TLS_CERT` and `TLS_KEY`, `tls.crt` and `tls.key`.

/// What two names of a pair have in common.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stem {
    /// The words that stand before what they are, and whether they are a file's.
    pub words: Vec<String>,
    /// Whether the names say that the pair is for TLS. Others can be two ends of one: `SAML_CERT` is the other side's.
    pub is_tls: bool,
}

/// Which half of a pair a name is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Half {
    /// The certificate.
    Certificate(Stem),
    /// The private key.
    Key(Stem),
}

/// Words that say in which form it is and not what it is.
const FORMS: &[&str] = &["pem", "b64", "base64", "chain", "content", "contents", "data", "text"];
const CERTIFICATES: &[&str] = &["cert", "certificate", "crt", "fullchain"];
/// Names of TLS, and of programs and roles that have certificates for nothing else.
const TLS: &[&str] = &["tls", "mtls", "ssl", "https", "server", "nginx", "ingress", "wildcard"];

/// The half of a pair that a variable's name says it is.
///
/// `.crt` and `.key` files, `cert.pem` and `key.pem`, `fullchain.pem` and `privkey.pem` are names that servers' manuals have for
/// their pairs, so that these are for TLS whatever stands before.
#[must_use]
pub fn half(name: &str) -> Option<Half> {
    let lower = name.to_ascii_lowercase();
    let is_file = [".crt", ".key", ".pem", ".cer"].iter().any(|end| lower.ends_with(end));
    let lower = lower.strip_suffix(".cer").map_or_else(|| lower.clone(), |stem| format!("{stem}.crt"));
    let mut words: Vec<&str> = lower.split(['_', '-', '.']).filter(|word| !word.is_empty()).collect();
    while words.len() > 1 && words.last().is_some_and(|last| FORMS.contains(last)) {
        words.pop();
    }
    let stem = |words: Vec<&str>| {
        let is_tls = is_file || words.iter().any(|word| TLS.contains(word));
        // `TLS_CERT` and `tls.key` come from different places.
        let form = if is_file { "file" } else { "variable" };
        Stem { words: words.into_iter().chain([form]).map(str::to_owned).collect(), is_tls }
    };
    match words.pop()? {
        last if CERTIFICATES.contains(&last) => Some(Half::Certificate(stem(words))),
        "privkey" => Some(Half::Key(stem(words))),
        "key" => {
            if words.last().is_some_and(|last| *last == "private" || CERTIFICATES.contains(last)) {
                words.pop();
            }
            Some(Half::Key(stem(words)))
        }
        // `server.pem` beside `server-key.pem`, and `ca.pem`.
        last if lower.ends_with(".pem") => {
            words.push(last);
            Some(Half::Certificate(stem(words)))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{Half, half};
    use rstest::rstest;

    #[rstest]
    #[case("TLS_CERT", "TLS_KEY", true)]
    #[case("TLS_CERT", "TLS_CERT_KEY", true)]
    #[case("tls.crt", "tls.key", true)]
    #[case("server.cer", "server.key", true)]
    #[case("server.pem", "server-key.pem", true)]
    #[case("cert.pem", "key.pem", true)]
    #[case("fullchain.pem", "privkey.pem", true)]
    #[case("X_CERTIFICATE", "X_PRIVATE_KEY", false)]
    #[case("X_CERT_PEM", "X_KEY_PEM", false)]
    #[case("SSL_CERTIFICATE_CHAIN", "SSL_PRIVATE_KEY_BASE64", true)]
    fn pairs(#[case] certificate: &str, #[case] key: &str, #[case] tls: bool) {
        let (Some(Half::Certificate(stem)), Some(Half::Key(other))) = (half(certificate), half(key)) else {
            unreachable!("{certificate} {key}");
        };
        assert_eq!((&stem, stem.is_tls), (&other, tls));
    }

    #[rstest]
    #[case("DB_CA_CERT", "DB_KEY")]
    #[case("TLS_CERT", "API_KEY")]
    #[case("TLS_CERT", "TLS_PUBLIC_KEY")]
    #[case("A_CERT", "B_KEY")]
    #[case("TLS_CERT", "tls.key")]
    fn no_pairs(#[case] certificate: &str, #[case] key: &str) {
        let stem = |name: &str| match half(name) {
            Some(Half::Certificate(stem) | Half::Key(stem)) => Some(stem),
            None => None,
        };
        assert_ne!(stem(certificate), stem(key));
    }

    #[test]
    fn what_is_no_half() {
        assert_eq!((half("DATABASE_URL"), half(""), half("___")), (None, None, None));
    }
}
