#![allow(clippy::unwrap_used, reason = "tests")]

use std::io::Write;
use std::iter;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use ::age::secrecy::ExposeSecret;
use ::age::{Encryptor, scrypt, x25519};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

use super::{Fault, IdentityFault, Keyring, Kind, Recipient, header, is_age};

const LIMIT: usize = 1 << 20;

fn silent() -> Keyring {
    Keyring::new(Box::new(|| None))
}

fn sealed(to: &[&dyn ::age::Recipient], text: &[u8]) -> Vec<u8> {
    let mut file = Vec::new();
    let encryptor = Encryptor::with_recipients(to.iter().copied()).unwrap();
    let mut writer = encryptor.wrap_output(&mut file).unwrap();
    writer.write_all(text).unwrap();
    writer.finish().unwrap();
    file
}

fn armored(binary: &[u8]) -> String {
    let text = STANDARD.encode(binary);
    let lines: Vec<&str> =
        text.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).unwrap()).collect();
    format!("-----BEGIN AGE ENCRYPTED FILE-----\n{}\n-----END AGE ENCRYPTED FILE-----\n", lines.join("\n"))
}

fn native() -> (x25519::Identity, Keyring) {
    let identity = x25519::Identity::generate();
    let mut keys = silent();
    keys.push(keys.unlock(identity.to_string().expose_secret().as_bytes()).unwrap());
    (identity, keys)
}

#[test]
fn binary_and_armored_files_open() {
    let (identity, keys) = native();
    let other = x25519::Identity::generate();
    let text = vec![b'x'; 200_000];
    let file = sealed(&[&other.to_public(), &identity.to_public()], &text);
    assert!(is_age(&file));
    assert_eq!(keys.open(&file, LIMIT).unwrap().as_slice(), text);
    let armor = armored(&file);
    for form in
        [armor.clone(), armor.replace('\n', "\r\n"), format!(" \n\t{armor} \n"), armor.trim().to_owned()]
    {
        assert!(is_age(form.as_bytes()));
        assert_eq!(keys.open(form.as_bytes(), LIMIT).unwrap().as_slice(), text);
    }
    assert_eq!(keys.open(&file, text.len()).unwrap().len(), text.len());
    assert_eq!(keys.open(&file, text.len() - 1), Err(Fault::TooLarge));
    assert_eq!(silent().open(&file, LIMIT), Err(Fault::NoIdentity));
    let (_, others) = native();
    assert_eq!(others.open(&file, LIMIT), Err(Fault::NoMatch));
    let kinds: Vec<Kind> = header(&file).unwrap().stanzas.iter().map(|stanza| stanza.kind).collect();
    assert_eq!(kinds, [Kind::X25519, Kind::X25519, Kind::Grease]);
}

/// Nothing of a file that was changed anywhere comes out.
#[test]
fn every_flipped_byte_and_every_length_is_refused() {
    let (identity, keys) = native();
    let file = sealed(&[&identity.to_public()], b"some text of a secret");
    for at in 0..file.len() {
        for mask in [1, 0x20, 0x80] {
            let mut changed = file.clone();
            *changed.get_mut(at).unwrap() ^= mask;
            assert!(keys.open(&changed, LIMIT).is_err(), "byte {at}");
        }
        assert!(keys.open(file.get(..at).unwrap(), LIMIT).is_err(), "cut at {at}");
    }
    for more in [b"x".as_slice(), &[0; 16], &[0; 40]] {
        assert!(keys.open(&[file.as_slice(), more].concat(), LIMIT).is_err());
    }
}

#[test]
fn armor_is_taken_to_the_letter() {
    let (identity, keys) = native();
    let armor = armored(&sealed(&[&identity.to_public()], b"some text"));
    let changed = [
        format!("x\n{armor}"),
        format!("{armor}x"),
        format!("{armor}{armor}"),
        armor.replacen('\n', "\n\n", 1),
        armor.replacen('\n', " \n", 1),
        armor.replacen("FILE-----\n", "FILE-----\nVersion: 1\n", 1),
        armor.replace("-----END", "----- END"),
        armor.replace("END AGE", "END PGP"),
        armor.replacen('\n', "\nQUJD\n", 1),
    ];
    for text in changed {
        assert!(matches!(keys.open(text.as_bytes(), LIMIT), Err(Fault::Armor | Fault::NotAge)));
    }
}

#[test]
fn headers_are_taken_to_the_letter() {
    let share = "A".repeat(43);
    let mac = format!("--- {share}\n");
    let one = format!("-> X25519 {share}\n{share}\n");
    let parse = |text: String| header(text.as_bytes()).map(|header| header.stanzas.len());
    let head = |body: &str| format!("age-encryption.org/v1\n{body}{mac}");
    assert_eq!(parse(head(&one)), Ok(1));
    assert_eq!(parse(head(&one.repeat(128))), Ok(128));
    assert_eq!(parse(head(&one.repeat(200))), Err(Fault::HeaderSize));
    assert_eq!(
        parse(head(&format!("-> x\n{}\n", format!("{}\n", "A".repeat(64)).repeat(9000)))),
        Err(Fault::HeaderSize)
    );
    assert_eq!(parse(head(&format!("{one}-> empty\n\n"))), Ok(2));
    // The crate takes these two, which the format does not.
    assert_eq!(parse(head(&format!("{one}-> empty\n"))), Err(Fault::Header));
    assert_eq!(parse(head(&format!("{one}-> full\n{}\n", "A".repeat(64)))), Err(Fault::Header));
    let scrypt = |work: &str| format!("-> scrypt {} {work}\n{share}\n", "A".repeat(22));
    assert_eq!(parse(head(&scrypt("18"))), Ok(1));
    for work in ["0", "018", "+1", "0x12", "64", "99999999999999999999", "", "1 2"] {
        assert_eq!(parse(head(&scrypt(work))), Err(Fault::Header), "{work}");
    }
    assert_eq!(parse(head(&format!("{one}{}", scrypt("18")))), Err(Fault::Header));
    assert_eq!(parse("age-encryption.org/v2\nx".to_owned()), Err(Fault::Version));
    assert_eq!(parse("age-encryption.org/v1\n".to_owned()), Err(Fault::Header));
    assert_eq!(parse(head("")), Err(Fault::Header));
    assert_eq!((parse(String::new()), parse("\n".to_owned())), (Err(Fault::Empty), Err(Fault::Empty)));
    assert_eq!(parse("A=1".to_owned()), Err(Fault::NotAge));
    assert_eq!(parse(head(&one.replace('\n', "\r\n"))), Err(Fault::Header));
    let pq = head(&format!("-> mlkem768x25519 {share}\n{share}\n-> a-grease x\n\n"));
    assert_eq!(header(pq.as_bytes()).unwrap().unsupported(), Some(Kind::PostQuantum));
}

#[test]
fn a_passphrase_is_asked_for_once_and_costs_no_more_than_its_ceiling() {
    let seal = |passphrase: &str, work| {
        let mut recipient = scrypt::Recipient::new(passphrase.to_owned().into());
        recipient.set_work_factor(work);
        sealed(&[&recipient], b"text")
    };
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    let keys = Keyring::new(Box::new(move || {
        count.fetch_add(1, Ordering::Relaxed);
        Some(Zeroizing::new("correct horse".to_owned()))
    }));
    let file = seal("correct horse", 2);
    assert_eq!(keys.open(&file, LIMIT).unwrap().as_slice(), b"text");
    assert_eq!(keys.open(&file, LIMIT).unwrap().as_slice(), b"text");
    assert_eq!(keys.open(&seal("another", 2), LIMIT), Err(Fault::Passphrase));
    assert_eq!(asked.load(Ordering::Relaxed), 1);
    let dear = String::from_utf8_lossy(&file).contains(" 2\n");
    assert!(dear);
    let at = file.windows(3).position(|part| part == b" 2\n").unwrap();
    let dear = [file.get(..=at).unwrap(), b"21", file.get(at + 2..).unwrap()].concat();
    assert_eq!(keys.open(&dear, LIMIT), Err(Fault::Work));
    assert_eq!(silent().open(&dear, LIMIT), Err(Fault::Work));
    assert_eq!(silent().open(&file, LIMIT), Err(Fault::NoPassphrase));
    // A file of identities under it, and one that is no file of identities.
    let identity = x25519::Identity::generate();
    let mut recipient = scrypt::Recipient::new("correct horse".to_owned().into());
    recipient.set_work_factor(2);
    let text = format!("# mine\n{}\n", identity.to_string().expose_secret());
    let mut keys = Keyring::new(Box::new(|| Some(Zeroizing::new("correct horse".to_owned()))));
    keys.push(keys.unlock(&sealed(&[&recipient], text.as_bytes())).unwrap());
    assert_eq!(keys.unlock(&file).err(), Some(IdentityFault::Line(1)));
    assert_eq!(keys.unlock(&seal("another", 2)).err(), Some(IdentityFault::Passphrase));
    assert_eq!(keys.open(&sealed(&[&identity.to_public()], b"x"), LIMIT).unwrap().as_slice(), b"x");
}

#[test]
fn identities_say_what_is_wrong_with_them() {
    let secret = x25519::Identity::generate();
    let line = secret.to_string().expose_secret().to_owned();
    let add = |text: &str| silent().unlock(text.as_bytes()).map(|_| ());
    assert_eq!(add(&format!("# a\n\n{line}\r\n{line}\n")), Ok(()));
    assert_eq!(add(""), Err(IdentityFault::None));
    assert_eq!(add("# only\n"), Err(IdentityFault::None));
    assert_eq!(add(&format!("# a\n{}", secret.to_public())), Err(IdentityFault::Recipient(2)));
    assert_eq!(add("x\n"), Err(IdentityFault::Line(1)));
    assert_eq!(add(&format!("{}A", line)), Err(IdentityFault::Line(1)));
    assert_eq!(add("AGE-SECRET-KEY-PQ-1AAAA\n"), Err(IdentityFault::Unsupported(Kind::PostQuantum)));
    assert_eq!(add("AGE-PLUGIN-YUBIKEY-1AAAA\n"), Err(IdentityFault::Unsupported(Kind::Plugin)));
    assert_eq!(add(&format!("AGE-PLUGIN-YUBIKEY-1AAAA\n{line}\n")), Ok(()));
    assert_eq!(
        add("-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----\n"),
        Err(IdentityFault::Ssh)
    );
    // age and SOPS take a line as it is.
    assert_eq!(add(&line.to_lowercase()), Err(IdentityFault::Line(1)));
    assert_eq!(add(&format!("# a\n {line}\n")), Err(IdentityFault::Line(2)));
    assert_eq!(add(&format!("{line} \n")), Err(IdentityFault::Line(1)));
    for words in ["PRIVATE KEY", "ENCRYPTED PRIVATE KEY", "EC PRIVATE KEY", "CERTIFICATE"] {
        let pem = format!("-----BEGIN {words}-----\nAAAA\n-----END {words}-----\n");
        assert_eq!(add(&pem), Err(IdentityFault::Ssh));
    }
    assert_eq!(add(&"#\n".repeat(600_000)), Err(IdentityFault::TooLarge));
    let sealed = sealed(&[&secret.to_public()], b"x");
    assert_eq!(silent().unlock(&sealed).err(), Some(IdentityFault::Sealed(Fault::NoMatch)));
}

#[test]
fn recipients_are_told_by_their_kind() {
    let native = x25519::Identity::generate().to_public().to_string();
    let kind = |text: &str| Recipient::parse(text).map(|recipient| recipient.kind);
    assert_eq!(kind(&native), Some(Kind::X25519));
    assert_eq!(kind(&native.replace("age1", "age1q")), None);
    assert_eq!(kind("age1pq1qqqqqqqqqq"), Some(Kind::PostQuantum));
    assert_eq!(kind("age1tag1qqqqqqqqqq"), Some(Kind::Tagged));
    assert_eq!(kind("age1yubikey1qqqqqqqqqq"), Some(Kind::Yubikey));
    assert_eq!(kind("age1other1qqqqqqqqqq"), Some(Kind::Plugin));
    assert_eq!(kind("AGE-SECRET-KEY-1AAAA"), None);
    let mut blob = vec![0, 0, 0, 11];
    blob.extend(b"ssh-ed25519");
    blob.extend([0, 0, 0, 32]);
    blob.extend(iter::repeat_n(7, 32));
    let key = format!("ssh-ed25519 {} me@here", STANDARD.encode(&blob));
    let known = Recipient::parse(&key).unwrap();
    assert_eq!((known.kind, known.tag.is_some()), (Kind::SshEd25519, true));
    assert_eq!(kind(&key.replace("ssh-ed25519", "ssh-rsa")), None);
}

/// Whatever stands in a file, opening it ends, and in an error.
#[test]
fn no_bytes_make_it_panic() {
    let (identity, keys) = native();
    let file = sealed(&[&identity.to_public(), &x25519::Identity::generate().to_public()], b"text");
    let mut state = 7_u32;
    let mut next = |below: usize| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        usize::try_from(state >> 8).unwrap() % below
    };
    let pieces: [&[u8]; 8] = [
        b"\n",
        b"-> ",
        b"--- ",
        b"scrypt",
        b" ",
        b"\r\n",
        &[0xff; 70],
        b"-----BEGIN AGE ENCRYPTED FILE-----\n",
    ];
    for _ in 0..3000 {
        let mut changed = file.clone();
        for _ in 0..=next(3) {
            let at = next(changed.len());
            let end = (at + next(40)).min(changed.len());
            let piece = pieces.get(next(pieces.len())).unwrap();
            changed.splice(at..end, piece.iter().copied());
        }
        assert!(changed == file || keys.open(&changed, LIMIT).is_err());
        let _ = silent().unlock(&changed);
    }
}
