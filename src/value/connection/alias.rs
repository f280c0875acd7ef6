//! Other spellings of known connection strings.
//!
//! Sources: dj-database-url, "URL schema"; activerecord-postgis-adapter, README; sqlalchemy-cockroachdb and sqlalchemy-redshift,
//! READMEs; AWS Advanced JDBC Wrapper, "Connection Strings"; P6Spy, "Installation"; OpenTelemetry, `instrumentation/jdbc`.

use super::Text;

/// Schemes, and the ones that they are read as.
const SCHEMES: [(&[u8], &[u8]); 10] = [
    (b"postgis", b"postgresql"),
    (b"pgsql", b"postgresql"),
    (b"cockroachdb", b"postgresql"),
    (b"cockroach", b"postgresql"),
    (b"timescaledb", b"postgresql"),
    (b"timescale", b"postgresql"),
    (b"timescalegis", b"postgresql"),
    (b"redshift", b"postgresql"),
    (b"mysqlgis", b"mysql"),
    (b"mysql-connector", b"mysql"),
];

/// JDBC drivers that hand on to another one.
const WRAPPERS: [&[u8]; 3] = [b"jdbc:aws-wrapper:", b"jdbc:p6spy:", b"jdbc:otel:"];

/// The usual spelling of an unusual one; nothing for what is spelt as usual.
#[must_use]
pub fn usual(value: &[u8]) -> Option<Text> {
    // Their first letters: most values are told by that.
    if !matches!(value.first(), Some(b'c' | b'j' | b'm' | b'p' | b'r' | b't')) {
        return None;
    }
    if let Some(rest) = WRAPPERS.iter().find_map(|wrapper| value.strip_prefix(*wrapper)) {
        return Some(Text::new([b"jdbc:", rest].concat()));
    }
    let (name, rest) = SCHEMES.iter().find_map(|(known, usual)| {
        let rest = value.strip_prefix(*known)?;
        let (driver, after) = crate::syntax::url::break_at(rest, |b| b == b':');
        let driven = driver.is_empty() || driver.starts_with(b"+");
        (driven && after.starts_with(b"://")).then_some((*usual, rest))
    })?;
    Some(Text::new([name, rest].concat()))
}

#[cfg(test)]
mod tests {
    use super::{SCHEMES, WRAPPERS, usual};

    #[test]
    fn every_spelling_begins_with_a_known_letter() {
        let names = SCHEMES.iter().map(|(name, _)| *name).chain(WRAPPERS);
        assert!(names.filter_map(|name| name.first()).all(|first| b"cjmprt".contains(first)));
    }

    #[test]
    fn unusual_spellings_have_a_usual_one() {
        let of =
            |value: &str| usual(value.as_bytes()).map(|text| String::from_utf8_lossy(&text).into_owned());
        assert_eq!(of("postgis://u@h/d?x=1"), Some("postgresql://u@h/d?x=1".to_owned()));
        assert_eq!(of("cockroachdb+asyncpg://h"), Some("postgresql+asyncpg://h".to_owned()));
        assert_eq!(of("jdbc:aws-wrapper:postgresql://h/d"), Some("jdbc:postgresql://h/d".to_owned()));
        assert_eq!(of("timescalegis://h"), Some("postgresql://h".to_owned()));
        for same in
            ["postgres://h", "postgis", "postgis:h", "postgisx://h", "mysql://h", "", "jdbc:mysql://h"]
        {
            assert_eq!(of(same), None, "{same}");
        }
    }
}
