//! Several connections in one value: ldap.conf(5) parts them by blanks (`URI`), Kafka's manual by commas (`listeners`), Celery's
//! by `;` ("Broker Failover"), clients of clusters by commas.

/// Longest scheme that begins a piece, and its `://`.
const SCHEME: usize = 32;

/// A connection of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Piece<'a> {
    /// As it is written.
    pub text: &'a [u8],
    /// Whether it may as well belong to the query of the one before it.
    pub doubtful: bool,
}

/// The pieces of a value that begin with a scheme each; one where it is no list.
#[must_use]
pub fn pieces(value: &[u8]) -> Vec<Piece<'_>> {
    let mut found = Vec::new();
    let (mut start, mut doubtful, mut query) = (0, false, false);
    let mut cut = |from: usize, to: usize, doubtful: bool| {
        let text = value.get(from..to).unwrap_or_default();
        let end = text.iter().rposition(|b| !is_separator(*b)).map_or(0, |at| at.saturating_add(1));
        found.push(Piece { text: text.get(..end).unwrap_or_default(), doubtful });
    };
    if value.iter().any(|b| is_separator(*b)) && begins_with_scheme(value) {
        for (at, byte) in value.iter().enumerate() {
            let next = at.saturating_add(1);
            let rest = value.get(next..).unwrap_or_default();
            query |= b"?#".contains(byte);
            if is_separator(*byte) && begins_with_scheme(rest) {
                cut(start, at, doubtful);
                // A URL has no blank in it, and may have the other two.
                doubtful = query && !byte.is_ascii_whitespace();
                query &= doubtful;
                start = next;
            }
        }
    }
    cut(start, value.len(), doubtful);
    found
}

const fn is_separator(byte: u8) -> bool {
    matches!(byte, b',' | b';') || byte.is_ascii_whitespace()
}

fn begins_with_scheme(text: &[u8]) -> bool {
    let head = text.get(..SCHEME).unwrap_or(text);
    let in_scheme = |b: &u8| b.is_ascii_alphanumeric() || b"+._-".contains(b);
    let length = head.iter().take_while(|b| in_scheme(b)).count();
    head.first().is_some_and(u8::is_ascii_alphabetic)
        && head.get(length..).is_some_and(|rest| rest.starts_with(b"://"))
}

#[cfg(test)]
mod tests {
    use super::pieces;

    fn cut(value: &str) -> Vec<(String, bool)> {
        let text = |text: &[u8]| String::from_utf8_lossy(text).into_owned();
        pieces(value.as_bytes()).iter().map(|piece| (text(piece.text), piece.doubtful)).collect()
    }

    #[test]
    fn a_list_is_cut_where_a_scheme_begins() {
        let one = |text: &str| (text.to_owned(), false);
        assert_eq!(cut("redis://a,b:1"), [one("redis://a,b:1")]);
        assert_eq!(cut("a, http://b"), [one("a, http://b")]);
        assert_eq!(cut(""), [one("")]);
        assert_eq!(cut("ldaps://a  ldap://b"), [one("ldaps://a"), one("ldap://b")]);
        assert_eq!(cut("ssl://a:1 , plaintext://b:2"), [one("ssl://a:1"), one("plaintext://b:2")]);
        assert_eq!(cut("amqps://a//;amqp://b//;"), [one("amqps://a//"), one("amqp://b//")]);
        assert_eq!(
            cut("https://a?x=1,http://b,http://c"),
            [one("https://a?x=1"), ("http://b".to_owned(), true), ("http://c".to_owned(), true)]
        );
        assert_eq!(cut("https://a?x=1 http://b"), [one("https://a?x=1"), one("http://b")]);
    }
}
