//! Identities, and files opened with them.

use std::io::{self, BufRead, Read};
use std::iter;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use ::age::secrecy::SecretString;
use ::age::stream::StreamReader;
use ::age::{DecryptError, Decryptor, Identity, scrypt, ssh, x25519};
use zeroize::Zeroizing;

use super::header::MOST_WORK;
use super::{Fault, Header, binary};

/// Work that all passphrases of a run may cost together: sixteen files of the highest factor, sixty-four of age's own.
const MOST_SPENT: u64 = 16 << MOST_WORK;
/// A chunk of content as it is encrypted: 64 KiB and a tag.
const CHUNK: usize = 65_536 + TAG;
const TAG: usize = 16;
const NONCE: usize = 16;

/// Asks for the passphrase; at most once for a keyring.
pub type Ask = dyn Fn() -> Option<Zeroizing<String>> + Send + Sync;

/// The identities of one file.
#[derive(Default)]
pub struct Identities {
    pub(super) native: Vec<x25519::Identity>,
    pub(super) ssh: Vec<ssh::Identity>,
}

/// Identities to open files with, and the passphrase. Threads share it; copies of it share the passphrase.
#[derive(Clone)]
pub struct Keyring {
    identities: Vec<Arc<Identities>>,
    passphrases: Arc<Passphrases>,
}

struct Passphrases {
    ask: Box<Ask>,
    passphrase: OnceLock<Option<Zeroizing<String>>>,
    /// Made once: making it measures the machine.
    scrypt: OnceLock<scrypt::Identity>,
    spent: Mutex<u64>,
}

impl Keyring {
    /// A keyring without identities. `ask` gives the passphrase when the first file needs one.
    #[must_use]
    pub fn new(ask: Box<Ask>) -> Self {
        let (passphrase, scrypt) = (OnceLock::new(), OnceLock::new());
        let passphrases = Passphrases { ask, passphrase, scrypt, spent: Mutex::new(0) };
        Self { identities: Vec::new(), passphrases: Arc::new(passphrases) }
    }

    /// Takes identities that [`Keyring::unlock`] gave.
    pub fn push(&mut self, identities: Arc<Identities>) {
        self.identities.push(identities);
    }

    /// Whether it holds no identity. A passphrase may open files all the same.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.identities.is_empty()
    }

    /// Opens a file, whole or not at all.
    ///
    /// # Errors
    /// See [`Fault`]; content of more than `limit` bytes is [`Fault::TooLarge`].
    pub fn open(&self, bytes: &[u8], limit: usize) -> Result<Zeroizing<Vec<u8>>, Fault> {
        let binary = binary(bytes)?;
        let header = Header::parse(&binary)?;
        let (head, content) = binary.split_at_checked(header.len).ok_or(Fault::Header)?;
        let most = content_len(content.len())?;
        if most > limit {
            return Err(Fault::TooLarge);
        }
        let decryptor = Decryptor::new_buffered(Whole { head, content }).map_err(fault)?;
        let stream = if header.is_passphrase() {
            self.by_passphrase(&header, decryptor)?
        } else if let Some(kind) = header.unsupported() {
            return Err(Fault::Unsupported(kind));
        } else if self.is_empty() {
            return Err(Fault::NoIdentity);
        } else {
            let native = self.identities.iter().flat_map(|one| &one.native);
            let ssh = self.identities.iter().flat_map(|one| &one.ssh);
            let native = native.map(|identity| identity as &dyn Identity);
            decryptor.decrypt(native.chain(ssh.map(|identity| identity as &dyn Identity))).map_err(fault)?
        };
        read(stream, most)
    }

    fn by_passphrase<'a>(
        &self,
        header: &Header,
        decryptor: Decryptor<Whole<'a>>,
    ) -> Result<StreamReader<Whole<'a>>, Fault> {
        let work = header.stanzas.iter().find_map(|stanza| stanza.work).ok_or(Fault::Header)?;
        // One at a time: the memory of each is what makes it costly.
        let mut spent = self.passphrases.spent.lock().unwrap_or_else(PoisonError::into_inner);
        let cost = 1_u64.checked_shl(work).unwrap_or(u64::MAX);
        if work > MOST_WORK || cost > MOST_SPENT.saturating_sub(*spent) {
            return Err(Fault::Work);
        }
        let passphrase = self.passphrase().ok_or(Fault::NoPassphrase)?;
        *spent += cost;
        let identity = self.passphrases.scrypt.get_or_init(|| {
            let mut identity = scrypt::Identity::new(secret(passphrase));
            identity.set_max_work_factor(u8::try_from(MOST_WORK).unwrap_or(u8::MAX));
            identity
        });
        decryptor.decrypt(iter::once(identity as &dyn Identity)).map_err(|error| match error {
            DecryptError::NoMatchingKeys | DecryptError::DecryptionFailed => Fault::Passphrase,
            error => fault(error),
        })
    }

    /// The passphrase; asked for once.
    pub(super) fn passphrase(&self) -> Option<&str> {
        let Passphrases { ask, passphrase, .. } = self.passphrases.as_ref();
        passphrase.get_or_init(ask).as_ref().map(|text| text.as_str())
    }
}

/// Of exactly its length, so that making it a box leaves no copy behind.
pub(super) fn secret(text: &str) -> SecretString {
    SecretString::from(text.to_owned())
}

/// Most bytes that content of this length can hold.
fn content_len(len: usize) -> Result<usize, Fault> {
    let sealed = len.checked_sub(NONCE).ok_or(Fault::Payload)?;
    sealed.checked_sub(sealed.div_ceil(CHUNK).max(1) * TAG).ok_or(Fault::Payload)
}

/// Reads to the end, into a buffer that never grows and so leaves nothing behind.
fn read(mut stream: impl Read, most: usize) -> Result<Zeroizing<Vec<u8>>, Fault> {
    let mut content = Zeroizing::new(vec![0; most + 1]);
    let mut len = 0;
    loop {
        let room = content.get_mut(len..).filter(|room| !room.is_empty()).ok_or(Fault::Payload)?;
        match stream.read(room) {
            Ok(0) => break,
            Ok(count) => len += count,
            Err(_) => return Err(Fault::Payload),
        }
    }
    content.truncate(len);
    Ok(content)
}

fn fault(error: DecryptError) -> Fault {
    // `ExcessiveWork` must not be displayed: its text overflows. Nor is any other, since they are not this program's words.
    match error {
        DecryptError::ExcessiveWork { .. } => Fault::Work,
        DecryptError::InvalidMac => Fault::Mac,
        DecryptError::NoMatchingKeys => Fault::NoMatch,
        DecryptError::KeyDecryptionFailed => Fault::Passphrase,
        DecryptError::UnknownFormat => Fault::Version,
        // A stanza that names one of the identities and does not open.
        _ => Fault::Header,
    }
}

/// A file whose header is given at once: the crate parses it anew after each line.
struct Whole<'a> {
    head: &'a [u8],
    content: &'a [u8],
}

impl Read for Whole<'_> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        if self.head.is_empty() { self.content.read(buf) } else { self.head.read(buf) }
    }
}

impl BufRead for Whole<'_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        Ok(if self.head.is_empty() { self.content } else { self.head })
    }

    fn consume(&mut self, amount: usize) {
        let part = if self.head.is_empty() { &mut self.content } else { &mut self.head };
        *part = part.get(amount..).unwrap_or_default();
    }

    fn read_until(&mut self, _: u8, buf: &mut Vec<u8>) -> io::Result<usize> {
        buf.extend_from_slice(self.head);
        Ok(std::mem::take(&mut self.head).len())
    }
}
