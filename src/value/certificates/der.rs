//! DER, as far as keys and certificates need it (ITU-T X.690): one element after the other, nothing copied, nothing recursive.

use super::Fault;

/// Universal tags (X.680, section 8.6) with their constructed bit (X.690, section 8.1.2.5).
pub const BOOLEAN: u8 = 0x01;
pub const INTEGER: u8 = 0x02;
pub const BIT_STRING: u8 = 0x03;
pub const OCTET_STRING: u8 = 0x04;
pub const OID: u8 = 0x06;
pub const UTC_TIME: u8 = 0x17;
pub const GENERALIZED_TIME: u8 = 0x18;
pub const SEQUENCE: u8 = 0x30;
pub const SET: u8 = 0x31;

/// The tag `[number]`, primitive.
pub const fn primitive(number: u8) -> u8 {
    0x80 | number
}

/// The tag `[number]`, constructed.
pub const fn constructed(number: u8) -> u8 {
    0xa0 | number
}

/// Elements that stand behind each other.
#[derive(Clone, Copy)]
pub struct Der<'a>(&'a [u8]);

impl<'a> Der<'a> {
    pub const fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The next element's tag and content; nothing at the end.
    ///
    /// Tags of several bytes and lengths without an end (X.690, sections 8.1.2.4 and 8.1.3.6) are in no key and no certificate.
    pub fn next(&mut self) -> Result<Option<(u8, &'a [u8])>, Fault> {
        let Some((&tag, rest)) = self.0.split_first() else { return Ok(None) };
        if tag & 0x1f == 0x1f {
            return Err(Fault::Contents);
        }
        let (&first, rest) = rest.split_first().ok_or(Fault::Contents)?;
        let (length, rest) = if first < 0x80 {
            (usize::from(first), rest)
        } else {
            let count = usize::from(first & 0x7f);
            // Four bytes are more than any value has.
            let (digits, rest) =
                rest.split_at_checked(count).filter(|_| (1..=4).contains(&count)).ok_or(Fault::Contents)?;
            let length = digits.iter().fold(0_u64, |length, digit| length << 8 | u64::from(*digit));
            (usize::try_from(length).map_err(|_| Fault::Contents)?, rest)
        };
        let (content, rest) = rest.split_at_checked(length).ok_or(Fault::Contents)?;
        self.0 = rest;
        Ok(Some((tag, content)))
    }

    /// The next element, which has to have this tag.
    pub fn take(&mut self, tag: u8) -> Result<&'a [u8], Fault> {
        match self.next()? {
            Some((found, content)) if found == tag => Ok(content),
            _ => Err(Fault::Contents),
        }
    }

    /// The elements within the next one.
    pub fn within(&mut self, tag: u8) -> Result<Self, Fault> {
        self.take(tag).map(Self)
    }

    /// The next element if it has this tag; else it stays where it is.
    pub fn optional(&mut self, tag: u8) -> Result<Option<&'a [u8]>, Fault> {
        if self.0.first() == Some(&tag) { self.take(tag).map(Some) } else { Ok(None) }
    }

    /// The next element as it is written, its tag and length with it.
    pub fn whole(&mut self, tag: u8) -> Result<&'a [u8], Fault> {
        let before = self.0;
        self.take(tag)?;
        before.get(..before.len() - self.0.len()).ok_or(Fault::Contents)
    }

    /// The bytes of a bit string that has no spare bits (X.690, section 8.6.2).
    pub fn bits(&mut self) -> Result<&'a [u8], Fault> {
        octets(self.take(BIT_STRING)?)
    }

    /// A whole number above or at zero, without zeros in front.
    pub fn natural(&mut self) -> Result<&'a [u8], Fault> {
        let digits = self.take(INTEGER)?;
        match digits.first() {
            Some(first) if *first < 0x80 => Ok(stripped(digits)),
            _ => Err(Fault::Contents),
        }
    }

    /// That nothing follows.
    pub const fn end(self) -> Result<(), Fault> {
        if self.0.is_empty() { Ok(()) } else { Err(Fault::Contents) }
    }
}

/// The bytes of a bit string's content.
pub fn octets(content: &[u8]) -> Result<&[u8], Fault> {
    content.strip_prefix(&[0]).ok_or(Fault::Contents)
}

/// A number's digits without zeros in front.
pub fn stripped(digits: &[u8]) -> &[u8] {
    let zeros = digits.iter().take_while(|digit| **digit == 0).count();
    digits.get(zeros..).unwrap_or_default()
}

/// How many bits a number without zeros in front has.
pub fn bit_length(digits: &[u8]) -> u64 {
    let first = digits.first().map_or(0, |first| u64::from(first.leading_zeros()));
    (digits.len() as u64 * 8).saturating_sub(first)
}
