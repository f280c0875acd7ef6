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
/// Work that may go into files which the passphrase does not open: sixteen of age's own.
const MOST_IN_VAIN: u64 = 4 << MOST_WORK;
/// The work factor that age writes.
const USUAL_WORK: u32 = 18;
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
    spent: Mutex<Spent>,
}

/// What the passphrase has cost so far, as scrypt's N.
#[derive(Default)]
struct Spent {
    all: u64,
    in_vain: u64,
    /// Whether a file of more work than age itself writes was not opened.
    dear_in_vain: bool,
}

impl Spent {
    /// What a file of this work costs, if it may be tried. A run has one passphrase: files that it does not open are a stranger's, or
    /// are there to hold the run up.
    fn cost(&self, work: u32) -> Option<u64> {
        let cost = 1_u64.checked_shl(work)?;
        let fits =
            cost <= MOST_SPENT.saturating_sub(self.all) && cost <= MOST_IN_VAIN.saturating_sub(self.in_vain);
        (work <= MOST_WORK && fits && !(self.dear_in_vain && work > USUAL_WORK)).then_some(cost)
    }

    const fn note(&mut self, work: u32, cost: u64, opened: bool) {
        self.all = self.all.saturating_add(cost);
        if !opened {
            self.in_vain = self.in_vain.saturating_add(cost);
            self.dear_in_vain |= work > USUAL_WORK;
        }
    }
}

impl Keyring {
    /// A keyring without identities. `ask` gives the passphrase when the first file needs one.
    #[must_use]
    pub fn new(ask: Box<Ask>) -> Self {
        let (passphrase, scrypt) = (OnceLock::new(), OnceLock::new());
        let passphrases = Passphrases { ask, passphrase, scrypt, spent: Mutex::default() };
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
        let cost = spent.cost(work).ok_or(Fault::Work)?;
        let passphrase = self.passphrase().ok_or(Fault::NoPassphrase)?;
        let identity = self.passphrases.scrypt.get_or_init(|| {
            let mut identity = scrypt::Identity::new(secret(passphrase));
            identity.set_max_work_factor(u8::try_from(MOST_WORK).unwrap_or(u8::MAX));
            identity
        });
        let opened = decryptor.decrypt(iter::once(identity as &dyn Identity));
        spent.note(work, cost, opened.is_ok());
        opened.map_err(|error| match error {
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
pub(super) fn content_len(len: usize) -> Result<usize, Fault> {
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

#[cfg(test)]
mod tests {
    use super::{MOST_IN_VAIN, MOST_SPENT, MOST_WORK, Spent, USUAL_WORK};

    /// How many files of a work factor are tried, one after another.
    fn tried(spent: &mut Spent, work: u32, opened: bool) -> usize {
        let mut count = 0;
        while let Some(cost) = spent.cost(work).filter(|_| count < 1000) {
            spent.note(work, cost, opened);
            count += 1;
        }
        count
    }

    #[test]
    fn files_that_the_passphrase_does_not_open_cost_little() {
        assert_eq!(tried(&mut Spent::default(), MOST_WORK + 1, true), 0);
        assert_eq!(tried(&mut Spent::default(), MOST_WORK, true), 16);
        assert_eq!(tried(&mut Spent::default(), USUAL_WORK, true), 64);
        // The first of high work that does not open is the last of high work; others are still tried.
        let mut spent = Spent::default();
        assert_eq!((tried(&mut spent, MOST_WORK, false), tried(&mut spent, USUAL_WORK + 1, true)), (1, 0));
        assert_eq!(tried(&mut spent, USUAL_WORK, false), 12);
        assert!(spent.in_vain <= MOST_IN_VAIN && spent.all <= MOST_SPENT);
        assert_eq!(tried(&mut spent, 10, true), 0);
        assert_eq!(tried(&mut Spent::default(), USUAL_WORK, false), 16);
    }
}
