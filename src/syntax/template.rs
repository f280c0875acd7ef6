//! Path templates of the policy: `deploy/.env.{env}`.

use crate::text::EnvName;

/// Bytes of a template.
const LONGEST: usize = 500;

/// Stands for the environment's canonical name.
pub const ENV: &str = "{env}";
/// Stands for each of the project's services in turn.
pub const SERVICE: &str = "{service}";

/// A relative path with the variables `{env}` and `{service}`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct PathTemplate(String);

/// Why a text is no path template.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TemplateFault {
    /// Nothing.
    Empty,
    /// Starts at the root of the file system.
    Absolute,
    /// Has a `..` part.
    Parent,
    /// Has a variable other than `{env}` and `{service}`.
    UnknownVariable,
    /// Has a control character.
    Control,
    /// Is longer than paths are.
    TooLong,
}

impl TemplateFault {
    /// The fault as a sentence about a path.
    #[must_use]
    pub const fn text(self) -> &'static str {
        match self {
            Self::Empty => "the path is empty",
            Self::Absolute => "the path is absolute; paths are relative to the project",
            Self::Parent => "the path leaves the project through `..`",
            Self::UnknownVariable => "the path holds a variable other than {env} and {service}",
            Self::Control => "the path holds a control character",
            Self::TooLong => "the path is longer than 500 bytes",
        }
    }
}

impl PathTemplate {
    /// Checks a template.
    ///
    /// # Errors
    /// The fault that keeps it from naming paths below the project.
    pub fn new(text: &str) -> Result<Self, TemplateFault> {
        let without_env = text.replace(ENV, "").replace(SERVICE, "");
        let windows_root = text.as_bytes().get(1) == Some(&b':');
        let fault = if text.is_empty() {
            TemplateFault::Empty
        } else if text.starts_with(['/', '\\']) || windows_root {
            TemplateFault::Absolute
        } else if text.split('/').any(|part| part == "..") {
            TemplateFault::Parent
        } else if without_env.contains(['{', '}']) {
            TemplateFault::UnknownVariable
        } else if text.len() > LONGEST {
            TemplateFault::TooLong
        } else if text.chars().any(char::is_control) {
            TemplateFault::Control
        } else {
            // One spelling for one path.
            let parts = text.split('/').filter(|part| !part.is_empty() && *part != ".");
            return Ok(Self(parts.collect::<Vec<_>>().join("/")));
        };
        Err(fault)
    }

    /// The template as written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The path for one environment.
    #[must_use]
    pub fn for_env(&self, env: &str) -> String {
        self.0.replace(ENV, env)
    }

    /// Whether the path differs from service to service.
    #[must_use]
    pub fn has_service(&self) -> bool {
        self.0.contains(SERVICE)
    }

    /// The template for one service.
    #[must_use]
    pub fn for_service(&self, service: &str) -> Self {
        Self(self.0.replace(SERVICE, service))
    }

    /// The template's part that holds `{env}`: the folder before it, the text before and behind `{env}` in it,
    /// and whether more parts follow. Used to find the environments that exist.
    #[must_use]
    pub fn env_part(&self) -> Option<EnvPart<'_>> {
        let at = self.0.find(ENV)?;
        let (before, rest) = self.0.split_at_checked(at)?;
        let (folder, prefix) = before.rsplit_once('/').unwrap_or((".", before));
        let rest = rest.strip_prefix(ENV)?;
        let (suffix, deeper) = rest.split_once('/').unwrap_or((rest, ""));
        Some(EnvPart { folder, prefix, suffix, deeper })
    }
}

/// See [`PathTemplate::env_part`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EnvPart<'a> {
    /// The folder that holds the part, `.` for the project itself.
    pub folder: &'a str,
    /// Text of the part before `{env}`.
    pub prefix: &'a str,
    /// Text of the part behind it.
    pub suffix: &'a str,
    /// The path below the part, empty if it is the last.
    pub deeper: &'a str,
}

impl EnvPart<'_> {
    /// The environment that a file or folder of this name belongs to.
    #[must_use]
    pub fn environment<'n>(&self, name: &'n str) -> Option<&'n str> {
        name.strip_prefix(self.prefix)?.strip_suffix(self.suffix).filter(|env| !env.is_empty())
    }

    /// The path below the part for an environment: `{env}` may stand in it again.
    #[must_use]
    pub fn below(&self, env: &EnvName) -> String {
        self.deeper.replace(ENV, env.as_str())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::{PathTemplate, TemplateFault};
    use rstest::rstest;

    #[rstest]
    #[case("", TemplateFault::Empty)]
    #[case("/etc/{env}", TemplateFault::Absolute)]
    #[case("C:/x", TemplateFault::Absolute)]
    #[case("../{env}", TemplateFault::Parent)]
    #[case("a/../{env}", TemplateFault::Parent)]
    #[case(".env.{name}", TemplateFault::UnknownVariable)]
    #[case("a\u{7}", TemplateFault::Control)]
    fn faults(#[case] text: &str, #[case] fault: TemplateFault) {
        assert_eq!(PathTemplate::new(text).unwrap_err(), fault);
    }

    #[rstest]
    #[case(".env.{env}", ".env.prod", Some("prod"))]
    #[case("envs/{env}.env", "prod.env", Some("prod"))]
    #[case("secrets/{env}", "prod", Some("prod"))]
    #[case(".env.{env}", ".env", None)]
    #[case(".env.{env}", ".env.", None)]
    fn environments_by_name(#[case] template: &str, #[case] name: &str, #[case] env: Option<&str>) {
        let template = PathTemplate::new(template).unwrap();
        assert_eq!(template.env_part().unwrap().environment(name), env);
    }
}
