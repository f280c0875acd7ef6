//! OpenSSH's own form of private keys (`PROTOCOL.key` in its sources). The public key stands in it in the clear.

use super::keys::{Algorithm, PrivateKey, PublicKey};
use super::{Fault, der};

const MAGIC: &[u8] = b"openssh-key-v1\0";

/// The first key of a file; OpenSSH writes one.
pub(super) fn parse(bytes: &[u8]) -> Result<PrivateKey, Fault> {
    let rest = bytes.strip_prefix(MAGIC).ok_or(Fault::Contents)?;
    let (cipher, rest) = next(rest)?;
    let (_method, rest) = next(rest)?;
    let (_options, rest) = next(rest)?;
    let (_count, rest) = rest.split_at_checked(4).ok_or(Fault::Contents)?;
    let (public, rest) = next(rest)?;
    next(rest)?;
    let public = key(public)?;
    Ok(if cipher == b"none" { PrivateKey::of(public) } else { PrivateKey::encrypted(Some(public)) })
}

/// A public key (RFC 4253, section 6.6; RFC 5656, section 3.1; RFC 8709, section 4).
fn key(bytes: &[u8]) -> Result<PublicKey, Fault> {
    let (name, rest) = next(bytes)?;
    match name {
        b"ssh-rsa" => {
            let (_exponent, rest) = next(rest)?;
            Ok(PublicKey::rsa(der::stripped(next(rest)?.0)))
        }
        b"ssh-dss" => {
            let (prime, rest) = next(rest)?;
            let (_order, rest) = next(rest)?;
            let (_base, rest) = next(rest)?;
            let size = der::bit_length(der::stripped(prime));
            Ok(PublicKey::new(Algorithm::Dsa(size), der::stripped(next(rest)?.0)))
        }
        // `PROTOCOL.u2f` in its sources: what a token holds, whose public half is like that of others.
        b"ecdsa-sha2-nistp256" | b"sk-ecdsa-sha2-nistp256@openssh.com" => {
            PublicKey::point(Some(256), next(next(rest)?.1)?.0)
        }
        b"ecdsa-sha2-nistp384" => PublicKey::point(Some(384), next(next(rest)?.1)?.0),
        b"ecdsa-sha2-nistp521" => PublicKey::point(Some(521), next(next(rest)?.1)?.0),
        b"ssh-ed25519" | b"sk-ssh-ed25519@openssh.com" => {
            Ok(PublicKey::new(Algorithm::Edwards(128), next(rest)?.0))
        }
        _ => Ok(PublicKey::new(Algorithm::Other, rest)),
    }
}

/// A `string` of RFC 4251, section 5: four bytes of length, then the bytes.
fn next(bytes: &[u8]) -> Result<(&[u8], &[u8]), Fault> {
    let (length, rest) = bytes.split_first_chunk().ok_or(Fault::Contents)?;
    let length = usize::try_from(u32::from_be_bytes(*length)).map_err(|_| Fault::Contents)?;
    rest.split_at_checked(length).ok_or(Fault::Contents)
}
