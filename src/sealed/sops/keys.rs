//! The data key of a file, as age sealed it for each recipient.
//!
//! SOPS puts an armored age file beside each recipient, with one stanza in it. Nobody seals a data key by a passphrase: a
//! stanza that says so is refused before any work is done for it.

use zeroize::Zeroizing;

use crate::sealed::Fault;
use crate::sealed::age::{self, Keyring, Kind, MOST_STANZAS, Recipient};

use super::metadata::{AgeKey, Services};
use super::{SopsFile, Why};

/// Bytes of a data key: it is one of AES-256.
const KEY_BYTES: usize = 32;

impl SopsFile {
    /// The recipients of age, as far as they can be read.
    ///
    /// # Errors
    /// More of them than are looked at; a data key that is no age file for one recipient of the kind that is named beside
    /// it.
    pub fn recipients(&self) -> Result<Vec<(Kind, Option<Recipient>)>, Fault> {
        if self.age_keys().count() > MOST_STANZAS {
            return Err(age::Fault::HeaderSize.into());
        }
        self.age_keys().map(recipient).collect()
    }

    /// Key services that hold the data key too, of all groups.
    #[must_use]
    pub fn services(&self) -> Services {
        self.metadata.groups.iter().flat_map(|group| group.services.keys().copied()).collect()
    }

    /// The data key, opened by any of the identities.
    ///
    /// # Errors
    /// See [`SopsFile::recipients`] and [`SopsFile::can_be_opened`]; [`Fault::Services`] where age has no part in it, and
    /// what the identities came to otherwise.
    pub fn data_key(&self, keys: &Keyring) -> Result<Zeroizing<[u8; KEY_BYTES]>, Fault> {
        self.can_be_opened().map_err(|fault| fault.why)?;
        self.recipients()?;
        let mut fault = Fault::Services(self.services());
        for key in self.age_keys() {
            match keys.open(key.sealed_data_key.as_bytes(), KEY_BYTES) {
                Ok(opened) => {
                    let mut found = Zeroizing::new([0; KEY_BYTES]);
                    let bytes: &[u8; KEY_BYTES] =
                        opened.as_slice().try_into().map_err(|_| Why::BadMetadata)?;
                    found.copy_from_slice(bytes);
                    return Ok(found);
                }
                // Of what any recipient's came to, that counts which says most of what is to be done.
                Err(found) if !found.wants_key() => return Err(found.into()),
                Err(found) => {
                    let weaker = matches!(fault, Fault::Services(_) | Fault::Age(age::Fault::Unsupported(_)));
                    if weaker {
                        fault = found.into();
                    }
                }
            }
        }
        Err(fault)
    }
}

/// What is said of a recipient, held against what its age file shows.
fn recipient(key: &AgeKey) -> Result<(Kind, Option<Recipient>), Fault> {
    let header = age::header(key.sealed_data_key.as_bytes())?;
    let mut stanzas = header.stanzas.iter().filter(|stanza| stanza.kind != Kind::Grease);
    let (Some(stanza), None) = (stanzas.next(), stanzas.next()) else { return Err(Why::BadMetadata.into()) };
    if stanza.kind == Kind::Scrypt {
        return Err(Why::BadMetadata.into());
    }
    let named = Recipient::parse(&key.recipient);
    let fits = named
        .as_ref()
        .is_none_or(|named| named.kind == stanza.kind && (named.tag.is_none() || named.tag == stanza.tag));
    if fits { Ok((stanza.kind, named)) } else { Err(Why::BadMetadata.into()) }
}
