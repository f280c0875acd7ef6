//! Encrypted files for tests, and the identity that opens them. All keys are made when a test runs.

use std::io::Write;

use age::secrecy::ExposeSecret;
use age::{Encryptor, Recipient, scrypt, ssh, x25519};

/// The passphrase of files that a passphrase opens. It is no secret of anybody's.
pub const PASSPHRASE: &str = "a passphrase of the tests";
/// 32 bytes of zeros in base64: a share, a body, a MAC.
const ZEROS: &str = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// Keys of one project.
pub struct Keys {
    /// The one that the project's files are for.
    pub me: x25519::Identity,
    pub stranger: x25519::Identity,
}

impl Default for Keys {
    fn default() -> Self {
        Self { me: x25519::Identity::generate(), stranger: x25519::Identity::generate() }
    }
}

impl Keys {
    /// A file of identities, as age-keygen writes it.
    pub fn identity(&self) -> String {
        let (public, secret) = (self.me.to_public(), self.me.to_string());
        format!("# created: 2026-01-01T00:00:00Z\n# public key: {public}\n{}\n", secret.expose_secret())
    }

    /// Encrypts the content of a file: by SOPS in the form that its name says, or as [`Keys::seal`] does.
    pub fn seal_file(&self, path: &str, how: &str, content: &[u8]) -> Vec<u8> {
        if how.starts_with("sops") {
            super::sops::whole(self, path, how, content)
        } else {
            self.seal(how, content)
        }
    }

    /// Encrypts content, in one of the ways that `tests/rules/README.md` names.
    pub fn seal(&self, how: &str, content: &[u8]) -> Vec<u8> {
        let (me, stranger) = (self.me.to_public(), self.stranger.to_public());
        match how {
            "me" => encrypt(&[&me], content),
            "stranger" => encrypt(&[&stranger], content),
            "both" => encrypt(&[&stranger, &me], content),
            "armored" => armor(&encrypt(&[&me], content)).into_bytes(),
            "passphrase" => encrypt(&[&passphrase(PASSPHRASE)], content),
            "cut" => without_end(encrypt(&[&me], content)),
            "changed" => {
                let mut file = encrypt(&[&me], content);
                *file.last_mut().unwrap() ^= 1;
                file
            }
            "work" => header(&format!("-> scrypt {} 30\n{ZEROS}\n", ZEROS.get(..22).unwrap())),
            "many" => header(&format!("-> X25519 {ZEROS}\n{ZEROS}\n").repeat(200)),
            "post-quantum" => header(&format!("-> mlkem768x25519 {ZEROS}\n{ZEROS}\n")),
            "yubikeys" => header(&format!("-> piv-p256 AAAAAA {ZEROS}A\n{ZEROS}\n").repeat(5)),
            "plugins" => header(&format!("-> other {ZEROS}A\n{ZEROS}\n").repeat(3)),
            "headless" => {
                let mut file = header(&format!("-> X25519 {ZEROS}\n{ZEROS}\n"));
                file.truncate(file.len() - 28);
                file
            }
            "grease" => header(&format!("-> X25519 {ZEROS}\n{ZEROS}\n-> x-grease y\n\n")),
            "ssh" => header(&format!("-> ssh-ed25519 AAAAAA {ZEROS}\n{ZEROS}\n")),
            "plain" => content.to_vec(),
            other => panic!("no such way to encrypt: {other}"),
        }
    }
}

/// A file whose header keeps to the format and that nothing opens.
fn header(stanzas: &str) -> Vec<u8> {
    let mut file = format!("age-encryption.org/v1\n{stanzas}--- {ZEROS}\n").into_bytes();
    file.extend([7; 48]);
    file
}

pub fn without_end(mut file: Vec<u8>) -> Vec<u8> {
    file.truncate(file.len() - 5);
    file
}

/// A recipient by passphrase that costs next to nothing.
pub fn passphrase(text: &str) -> scrypt::Recipient {
    let mut recipient = scrypt::Recipient::new(text.to_owned().into());
    recipient.set_work_factor(2);
    recipient
}

/// A recipient out of an SSH public key.
pub fn ssh(text: &str) -> ssh::Recipient {
    text.parse().unwrap()
}

/// A binary file for some recipients.
pub fn encrypt(to: &[&dyn Recipient], content: &[u8]) -> Vec<u8> {
    let mut file = Vec::new();
    let encryptor = Encryptor::with_recipients(to.iter().copied()).unwrap();
    let mut writer = encryptor.wrap_output(&mut file).unwrap();
    writer.write_all(content).unwrap();
    writer.finish().unwrap();
    file
}

/// The same file in its armor.
pub fn armor(binary: &[u8]) -> String {
    use base64::Engine;
    let text = base64::engine::general_purpose::STANDARD.encode(binary);
    let lines: Vec<&str> =
        text.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).unwrap()).collect();
    format!("-----BEGIN AGE ENCRYPTED FILE-----\n{}\n-----END AGE ENCRYPTED FILE-----\n", lines.join("\n"))
}
