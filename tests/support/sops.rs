//! Seals values and puts files of SOPS together, written from the format's description and not from the program's reader.
//!
//! In a template `«place|type|text»` is a value that is to be sealed, and `«meta …»` stands for the metadata with further
//! fields as `name=value`, parted by blanks.

use aes_gcm::aead::consts::U32;
use aes_gcm::aead::generic_array::GenericArray;
use aes_gcm::aes::Aes256;
use aes_gcm::{AeadInPlace as _, AesGcm, KeyInit as _};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use preflight::sealed::sops::Form;
use serde_yaml::Value;
use sha2::{Digest as _, Sha256, Sha512};

use super::sealed::{Keys, PASSPHRASE, armor, encrypt, passphrase, without_end};

pub const KEY: [u8; 32] = [7; 32];
pub const LAST: &str = "2026-05-22T20:15:29Z";

/// A sealed value. The nonce is made of what is sealed: no two values share one by accident.
pub fn seal(key: &[u8; 32], place: &str, kind: &str, text: &[u8]) -> String {
    if text.is_empty() {
        return String::new();
    }
    let nonce = Sha256::digest([place.as_bytes(), kind.as_bytes(), text].concat());
    let nonce: [u8; 32] = nonce.into();
    let mut data = text.to_vec();
    let cipher = AesGcm::<Aes256, U32>::new(GenericArray::from_slice(key));
    let tag = cipher
        .encrypt_in_place_detached(GenericArray::from_slice(&nonce), place.as_bytes(), &mut data)
        .unwrap();
    let [data, nonce, tag] = [&data[..], &nonce, &tag].map(|part| STANDARD.encode(part));
    format!("ENC[AES256_GCM,data:{data},iv:{nonce},tag:{tag},type:{kind}]")
}

/// The authentication code over the values' texts, sealed.
pub fn mac(key: &[u8; 32], over: &[u8], only_sealed: bool) -> String {
    let mut hash = Sha512::new();
    if only_sealed {
        hash.update(Sha256::digest(b"sops"));
    }
    hash.update(over);
    let hex: String = hash.finalize().iter().map(|byte| format!("{byte:02X}")).collect();
    seal(key, LAST, "str", hex.as_bytes())
}

/// The metadata of a form.
pub fn metadata(form: Form, mac: Option<&str>, extra: &[(&str, &str)]) -> String {
    let mut fields = vec![("lastmodified", LAST.to_owned())];
    fields.extend(mac.map(|mac| ("mac", mac.to_owned())));
    fields.push(("version", "3.13.1".to_owned()));
    for (name, value) in extra {
        fields.retain(|(known, _)| known != name);
        fields.push((name, (*value).to_owned()));
    }
    // A value that looks like a list or mapping, a number or a truth value is one; `~` is none.
    let json = |value: &str| match value {
        "true" | "false" => value.to_owned(),
        _ if value.starts_with(['[', '{']) || value.parse::<u32>().is_ok() => value.to_owned(),
        _ => serde_json::to_string(value).unwrap(),
    };
    fields.retain(|(_, value)| value != "~");
    let lines =
        |head: &str| fields.iter().map(|(name, value)| format!("{head}{name}={value}\n")).collect::<String>();
    let pairs = fields
        .iter()
        .map(|(name, value)| format!("\"{name}\": {}", json(value)))
        .collect::<Vec<_>>()
        .join(", ");
    match form {
        Form::Dotenv => lines("sops_"),
        Form::Ini => format!("[sops]\n{}", lines("")),
        Form::Yaml => format!("sops: {{{pairs}}}\n"),
        Form::Json | Form::Binary => format!("\"sops\": {{{pairs}}}"),
    }
}

/// A template's file. `over` is what the authentication code is over; without it there is none.
pub fn file(form: Form, template: &str, over: Option<&str>) -> String {
    let (mut out, mut rest) = (String::new(), template);
    while let Some((before, after)) = rest.split_once('«') {
        let (marker, after) = after.split_once('»').unwrap();
        out.push_str(before);
        rest = after;
        if let Some(extra) = marker.strip_prefix("meta") {
            let extra: Vec<(&str, &str)> =
                extra.split_whitespace().map(|field| field.split_once('=').unwrap()).collect();
            let only = extra.contains(&("mac_only_encrypted", "true"));
            let mac = over.map(|over| mac(&KEY, over.as_bytes(), only));
            out.push_str(&metadata(form, mac.as_deref(), &extra));
        } else {
            let [place, kind, text] = marker.splitn(3, '|').collect::<Vec<_>>()[..] else {
                panic!("three parts: {marker}")
            };
            out.push_str(&seal(&KEY, place, kind, text.as_bytes()));
        }
    }
    out + rest
}

/// A whole file of SOPS out of a plain one, for the identities of a project. `way` is one of those that
/// `tests/rules/README.md` names.
pub fn whole(keys: &Keys, path: &str, way: &str, plain: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(plain);
    let form = form_by_name(path, way);
    // What is not of its form SOPS would seal as a file of any kind, if it were told to.
    let form = if fits(form, &text) { form } else { Form::Binary };
    sealed_as(keys, form, way, &text).into_bytes()
}

fn fits(form: Form, text: &str) -> bool {
    fn named(value: &Value) -> bool {
        match value {
            Value::Mapping(map) => map.iter().all(|(key, item)| key.is_string() && named(item)),
            Value::Sequence(items) => items.iter().all(named),
            Value::Tagged(_) => false,
            _ => true,
        }
    }
    match form {
        Form::Dotenv => {
            text.lines().all(|line| line.is_empty() || line.starts_with('#') || line.contains('='))
        }
        Form::Yaml | Form::Json => {
            serde_yaml::from_str::<Value>(text).is_ok_and(|value| value.is_mapping() && named(&value))
        }
        Form::Ini | Form::Binary => true,
    }
}

fn form_by_name(path: &str, way: &str) -> Form {
    let name = path.rsplit('/').next().unwrap();
    let ends = |ending: &str| name.contains(ending);
    match way {
        "sops-binary" => Form::Binary,
        _ if ends(".yaml") || ends(".yml") => Form::Yaml,
        _ if ends(".json") => Form::Json,
        _ if ends(".ini") => Form::Ini,
        _ if ends(".env") => Form::Dotenv,
        _ => Form::Binary,
    }
}

/// Seals values in order, and remembers what the authentication code is over.
struct Maker {
    key: [u8; 32],
    over: Vec<u8>,
    /// The keys that are sealed, as the file's rule has them; all but `…_unencrypted`, if there is none.
    regex: Option<&'static [&'static str]>,
    only_sealed: bool,
    /// The last value stays as it is, against the rule.
    left: Option<String>,
}

impl Maker {
    fn seals(&self, path: &[String]) -> bool {
        match self.regex {
            Some(keys) => path.iter().any(|key| keys.contains(&key.as_str())),
            None => !path.iter().any(|key| key.ends_with("_unencrypted")),
        }
    }

    fn value(&mut self, path: &[String], kind: &str, text: &str) -> String {
        let seals = self.seals(path);
        if seals || !self.only_sealed {
            self.over.extend(text.as_bytes());
        }
        let place: String = path.iter().map(|key| format!("{key}:")).collect();
        if !seals || self.left.as_ref().is_some_and(|left| path.last() == Some(left)) {
            return text.to_owned();
        }
        seal(&self.key, &place, kind, text.as_bytes())
    }

    /// The same tree with its values sealed, in its order.
    fn tree(&mut self, path: &mut Vec<String>, value: &Value) -> Value {
        match value {
            Value::Mapping(map) => {
                let mut out = serde_yaml::Mapping::new();
                for (key, item) in map {
                    path.push(key.as_str().unwrap().to_owned());
                    out.insert(key.clone(), self.tree(path, item));
                    path.pop();
                }
                out.into()
            }
            Value::Sequence(items) => {
                Value::Sequence(items.iter().map(|item| self.tree(path, item)).collect())
            }
            Value::Null => Value::Null,
            Value::Bool(is) => {
                let text = if *is { "True" } else { "False" };
                let sealed = self.value(path, "bool", text);
                if sealed == text { value.clone() } else { sealed.into() }
            }
            Value::Number(number) => {
                let text = number.to_string();
                let kind = if text.contains('.') { "float" } else { "int" };
                let sealed = self.value(path, kind, &text);
                if sealed == text { value.clone() } else { sealed.into() }
            }
            Value::String(text) => self.value(path, "str", text).into(),
            Value::Tagged(_) => panic!("no tags"),
        }
    }

    fn dotenv(&mut self, text: &str) -> String {
        let line = |line: &str| match line.split_once('=') {
            _ if line.starts_with('#') => {
                format!("#{}", seal(&self.key, ":", "comment", line.get(1..).unwrap().as_bytes()))
            }
            Some((key, value)) => format!("{key}={}", self.value(&[key.to_owned()], "str", value)),
            None => line.to_owned(),
        };
        let lines: Vec<String> = text.lines().map(line).collect();
        lines.join("\n") + "\n"
    }

    fn ini(&mut self, text: &str) -> String {
        let mut section = "DEFAULT".to_owned();
        let mut out = String::new();
        for line in text.lines() {
            if let Some(name) = line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
                section = name.to_owned();
                out += &format!("{line}\n");
            } else if let Some((key, value)) = line.split_once('=') {
                let (key, value) = (key.trim(), value.trim());
                out += &format!("{key} = {}\n", self.value(&[section.clone(), key.to_owned()], "str", value));
            }
        }
        out
    }
}

/// Block YAML as SOPS writes it; what is not sealed as JSON.
fn block(value: &Value, indent: usize) -> String {
    let pad = " ".repeat(indent);
    let scalar = |value: &Value| match value.as_str() {
        Some(text) if text.starts_with("ENC[") => text.to_owned(),
        _ => serde_json::to_string(value).unwrap(),
    };
    let mut out = String::new();
    for (key, item) in value.as_mapping().unwrap() {
        let key = key.as_str().unwrap();
        match item {
            Value::Mapping(_) => out += &format!("{pad}{key}:\n{}", block(item, indent + 4)),
            Value::Sequence(items) if items.is_empty() => out += &format!("{pad}{key}: []\n"),
            Value::Sequence(items) => {
                out += &format!("{pad}{key}:\n");
                for item in items {
                    // Mappings in lists in one line.
                    out += &format!("{pad}    - {}\n", scalar(item));
                }
            }
            item => out += &format!("{pad}{key}: {}\n", scalar(item)),
        }
    }
    out
}

/// The metadata of who can open the file, field by field.
fn recipients(keys: &Keys, form: Form, way: &str, key: &[u8; 32]) -> Vec<(String, String)> {
    let (me, stranger) = (keys.me.to_public(), keys.stranger.to_public());
    let to = |recipient: &age::x25519::Recipient| (recipient.to_string(), armor(&encrypt(&[recipient], key)));
    let age = match way {
        "sops-stranger" => vec![to(&stranger)],
        "sops-both" => vec![to(&stranger), to(&me)],
        // The stranger under my name.
        "sops-twice" => vec![to(&me), (me.to_string(), to(&stranger).1)],
        "sops-kms" | "sops-groups" | "sops-nobody" => Vec::new(),
        "sops-many" => (0..200).map(|_| to(&me)).collect(),
        "sops-passphrase" => vec![(me.to_string(), armor(&encrypt(&[&passphrase(PASSPHRASE)], key)))],
        "sops-short" => vec![(me.to_string(), armor(&encrypt(&[&me], key.get(..16).unwrap())))],
        "sops-stanza" => vec![(me.to_string(), armor(&without_end(encrypt(&[&me], key))))],
        "sops-lies" => vec![(
            "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA".to_owned(),
            to(&me).1,
        )],
        _ => vec![to(&me)],
    };
    let mut fields = Vec::new();
    let flat = matches!(form, Form::Dotenv | Form::Ini);
    let list = serde_json::json!(
        age.iter().map(|(who, enc)| serde_json::json!({"recipient": who, "enc": enc})).collect::<Vec<_>>()
    );
    if !flat && !age.is_empty() {
        fields.push(("age".to_owned(), list.to_string()));
    }
    for (at, (who, enc)) in age.iter().enumerate().filter(|_| flat) {
        fields.push((format!("age__list_{at}__map_recipient"), who.clone()));
        fields.push((format!("age__list_{at}__map_enc"), enc.replace('\n', "\\n")));
    }
    let kms = matches!(way, "sops-kms" | "sops-kms-me");
    if kms && flat {
        fields.push(("kms__list_0__map_arn".to_owned(), "x".to_owned()));
        for list in ["kms", "pgp"] {
            fields.push((format!("{list}__list_0__map_created_at"), LAST.to_owned()));
            fields.push((format!("{list}__list_0__map_enc"), "x".to_owned()));
        }
        fields.push(("pgp__list_0__map_fp".to_owned(), "x".to_owned()));
    } else if kms {
        fields.push(("kms".to_owned(), format!(r#"[{{"arn":"x","enc":"x","created_at":"{LAST}"}}]"#)));
        fields.push(("pgp".to_owned(), format!(r#"[{{"fp":"x","enc":"x","created_at":"{LAST}"}}]"#)));
    }
    if way == "sops-groups" {
        let mine = serde_json::json!([{"recipient": to(&me).0, "enc": to(&me).1}]);
        let groups = serde_json::json!([{"age": mine}, {"kms": [{"arn": "x", "enc": "x"}]}]);
        fields.push(("key_groups".to_owned(), groups.to_string()));
        fields.push(("shamir_threshold".to_owned(), "2".to_owned()));
    }
    fields
}

fn sealed_as(keys: &Keys, form: Form, way: &str, plain: &str) -> String {
    let mut key = [0; 32];
    getrandom::fill(&mut key).unwrap();
    let partial = matches!(way, "sops-part" | "sops-part-mac");
    let mut maker = Maker {
        key,
        over: Vec::new(),
        regex: partial.then_some(&["data", "stringData", "sealed", "B"]),
        only_sealed: way == "sops-part-mac",
        left: (way == "sops-edited").then(|| "A".to_owned()),
    };
    let mut tree = Value::Null;
    let body = match form {
        Form::Dotenv => maker.dotenv(plain),
        Form::Ini => maker.ini(plain),
        Form::Binary => {
            let data = maker.value(&["data".to_owned()], "str", plain);
            tree = [(Value::from("data"), Value::from(data))]
                .into_iter()
                .collect::<serde_yaml::Mapping>()
                .into();
            String::new()
        }
        Form::Yaml | Form::Json => {
            let value: Value = serde_yaml::from_str(plain).unwrap();
            tree = maker.tree(&mut Vec::new(), &value);
            if form == Form::Yaml { block(&tree, 0) } else { String::new() }
        }
    };
    if way == "sops-mac" {
        maker.over.push(b'x');
    }
    let code = mac(&key, &maker.over, maker.only_sealed);
    let mut extra = recipients(keys, form, way, &key);
    if partial {
        extra.push(("encrypted_regex".to_owned(), "^(data|stringData|sealed|B)$".to_owned()));
    }
    if maker.only_sealed {
        extra.push(("mac_only_encrypted".to_owned(), "true".to_owned()));
    }
    let extra: Vec<(&str, &str)> =
        extra.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let code = (way != "sops-no-mac").then_some(code.as_str());
    let about = if way == "sops-bare" { String::new() } else { metadata(form, code, &extra) };
    let mut file = if tree.is_null() || form == Form::Yaml {
        format!("{body}{about}")
    } else {
        let text = serde_json::to_string_pretty(&tree).unwrap();
        let text = text.strip_suffix("\n}").unwrap_or(&text).to_owned();
        if about.is_empty() { format!("{text}\n}}\n") } else { format!("{text},\n{about}\n}}\n") }
    };
    match way {
        "sops-cut" => file.truncate(file.len() / 3),
        "sops-changed" => {
            // Not in a comment: SOPS warns of such a one, and goes on.
            let sealed = file.match_indices("data:").map(|(at, _)| at);
            let mut values = sealed.filter(|at| !file.get(..*at).unwrap().ends_with("#ENC[AES256_GCM,"));
            let at = values.next().unwrap() + 5;
            let other = if file.as_bytes().get(at) == Some(&b'A') { "B" } else { "A" };
            file.replace_range(at..=at, other);
        }
        _ => {}
    }
    file
}
