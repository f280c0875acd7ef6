//! Paths by which policies name each other.

/// A relative path from the folder of `from`, both below one folder; nothing if it leaves it.
pub(super) fn joined(from: &str, path: &str) -> Option<String> {
    let folder = from.rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in path.split('/').filter(|part| !part.is_empty() && *part != ".") {
        match part {
            ".." => parts.pop().map(|_| ())?,
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::joined;
    use rstest::rstest;

    #[rstest]
    #[case("policies/preflight.yaml", "base.yaml", Some("policies/base.yaml"))]
    #[case("policies/preflight.yaml", "./x/base.yaml", Some("policies/x/base.yaml"))]
    #[case("policies/preflight.yaml", "../shared/base.yaml", Some("shared/base.yaml"))]
    #[case("policies/preflight.yaml", "../../base.yaml", None)]
    #[case("preflight.yaml", "../base.yaml", None)]
    #[case("preflight.yaml", "a/../../base.yaml", None)]
    fn paths_stay_below_the_project(#[case] from: &str, #[case] path: &str, #[case] joint: Option<&str>) {
        assert_eq!(joined(from, path).as_deref(), joint);
    }
}
