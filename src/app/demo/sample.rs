//! The embedded sample project in a folder, spoilt and mended.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

use crate::os::set_mode;

use super::DemoError;
use super::plan::{Change, Mistake, Plan};

/// The sample's files but for its secrets, which are made anew for every demo.
const FILES: &[(&str, &str)] = &[
    ("policies/preflight.yaml", include_str!("../../../policies/preflight.yaml")),
    ("envs/.env.dev", include_str!("../../../envs/.env.dev")),
    ("envs/.env.stage", include_str!("../../../envs/.env.stage")),
    ("envs/.env.prod", include_str!("../../../envs/.env.prod")),
];
const ENVIRONMENTS: [&str; 3] = ["dev", "stage", "prod"];
/// Owner only.
const MODE: u32 = 0o600;
/// The mode of every folder of the sample.
const FOLDER_MODE: u32 = 0o700;

/// A laid-out sample.
pub struct Sample {
    folder: PathBuf,
    /// Every file as it was before anything was planted.
    files: Vec<(String, Zeroizing<Vec<u8>>)>,
}

impl Sample {
    /// Writes the sample below `folder`, with strong secrets at 0600.
    pub fn lay_out(folder: &Path, plan: &Plan) -> Result<Self, DemoError> {
        let mut files: Vec<(String, Zeroizing<Vec<u8>>)> = Vec::new();
        for (path, text) in FILES {
            files.push(((*path).to_owned(), Zeroizing::new(text.as_bytes().to_vec())));
        }
        for env in ENVIRONMENTS {
            for (name, encoding) in &plan.secrets {
                files.push((format!("secrets/{env}/{name}"), secret(encoding)?));
            }
        }
        let sample = Self { folder: folder.to_owned(), files };
        for (path, content) in &sample.files {
            sample.write(path, content)?;
        }
        Ok(sample)
    }

    fn write(&self, path: &str, content: &[u8]) -> io::Result<()> {
        let at = self.folder.join(path);
        if let Some(parent) = at.parent() {
            fs::create_dir_all(parent)?;
            // Whatever the umask: nobody else may swap a file.
            let own = parent.ancestors().take_while(|folder| folder.starts_with(&self.folder));
            own.into_iter().try_for_each(|folder| set_mode(folder, FOLDER_MODE))?;
        }
        fs::write(&at, content)?;
        set_mode(&at, MODE)
    }

    /// Makes one mistake.
    pub fn plant(&self, mistake: &Mistake) -> Result<(), DemoError> {
        let at = self.folder.join(&mistake.file);
        match &mistake.change {
            Change::Replace(from, to) => {
                let text = fs::read_to_string(&at)?;
                if !text.contains(from.as_str()) {
                    return Err(DemoError::Plan);
                }
                fs::write(&at, text.replacen(from.as_str(), to, 1))?;
            }
            Change::Write(content) => fs::write(&at, content)?,
            Change::Copy(other) => fs::write(&at, Zeroizing::new(fs::read(self.folder.join(other))?))?,
            Change::Mode(mode) => set_mode(&at, *mode)?,
        }
        Ok(())
    }

    /// Puts every file that a mistake was made in back as it was.
    pub fn mend(&self, plan: &Plan) -> Result<(), DemoError> {
        for mistake in &plan.mistakes {
            let (path, content) =
                self.files.iter().find(|(path, _)| *path == mistake.file).ok_or(DemoError::Plan)?;
            self.write(path, content)?;
        }
        Ok(())
    }
}

/// 32 random bytes as text, as `openssl rand` would print them.
fn secret(encoding: &str) -> Result<Zeroizing<Vec<u8>>, DemoError> {
    let mut bytes = Zeroizing::new([0; 32]);
    getrandom::fill(bytes.as_mut_slice()).map_err(|_| DemoError::Random)?;
    let mut text = match encoding {
        "base64" => STANDARD.encode(bytes.as_slice()),
        _ => bytes.iter().map(|byte| format!("{byte:02x}")).collect(),
    };
    text.push('\n');
    Ok(Zeroizing::new(text.into_bytes()))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::{ENVIRONMENTS, FILES};
    use crate::app::demo::plan::Plan;

    /// The demo makes just the secrets that the repository's example folder names.
    #[test]
    fn the_example_secrets_are_those_of_the_demo() {
        let plan = Plan::read().unwrap();
        for env in ENVIRONMENTS {
            let folder = format!("{}/secrets.example/{env}", env!("CARGO_MANIFEST_DIR"));
            let entries = std::fs::read_dir(folder).unwrap();
            let mut names: Vec<String> =
                entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
            names.sort();
            let made: Vec<&String> = plan.secrets.iter().map(|(name, _)| name).collect();
            assert_eq!(names.iter().collect::<Vec<_>>(), made);
        }
        assert_eq!(FILES.len(), ENVIRONMENTS.len() + 1);
    }
}
