//! The docker and kubectl clients behind the models of their `.env` files. Each file that a client refuses costs a process of
//! its own; those that the model says are read share one, and where that does not bear out they are asked one by one. So
//! the clients get part of the common files only, and as many lines again in files of many lines that are mostly read.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};

use preflight::syntax::readers::{End, Reader};
use serde_json::Value;

use super::compare::{self, Observed, PROCESS};
use super::generator;
use super::support::real_tools;
use super::systemd::PROJECTS;

type Values = BTreeMap<Vec<u8>, Vec<u8>>;
type Names = BTreeSet<Vec<u8>>;

/// Parts what several files have given.
const MARK: &str = "PREFLIGHT_MARK=";
/// Files that share a process.
const SHARED: usize = 200;

/// Corners of both.
const OWN: &[&[u8]] = &[
    b"\xef\xbb\xbf\xef\xbb\xbfA=1\n",
    b"B=1\n\xef\xbb\xbfA=1\n",
    b"\n\xef\xbb\xbfA=1\n",
    b"\xef\xbb\xbf",
    b"\xef\xbb\xbf # c\nA=1\n",
    b" \xef\xbb\xbfA=1\n",
    b"\xc2\xa0\xe2\x80\x83\xe3\x80\x80\xe2\x80\xa8\xc2\x85\x0b\x0c\rA=1\n",
    b"\xe2\x80\x8bA=1\n",
    b"\xe1\xa0\x8eA=1\n",
    b"\xc2\xa0# c\nA=1\n",
    b"A=1\r\r\nB=2\r\n",
    b"A=1\r",
    b"A=1\n\r",
    b"A\r\nB=1\n",
    b"OUTER\r\n",
    b"OUTER\r\r\n",
    b"OUTER \n",
    b"\tOUTER\n",
    b"OUTER",
    b"OUTER=\n",
    b"OUTER=1\nOUTER\n",
    b"OUTER\nOUTER=1\n",
    b"A=1\nA\n",
    b"B\nB\n",
    b"A\tB=1\n",
    b"A\x0bB=1\nA\xc2\xa0B=2\n",
    b"A\x0b=1\n",
    b"=\n",
    b" =1\n",
    b"\xef\xbb\xbf=1\n",
    b"A=1\nA=2\nA=3\n",
    b"A=\0\nA=1\n",
    b"A=1\nA=\0\n",
    b"A=\0\nB=1\nA\n",
    b"A\0=1\n",
    b"A\0\nB=1\n",
    b"A=\xed\xa0\x80\n",
    b"A=\xc0\x80\n",
    b"A=\xf4\x90\x80\x80\n",
    b"A=\xef\xbf\xbe\xef\xbf\xbf\n",
    b"A=1\n#\xff\n",
    b"A=1\n=\xff\n",
    b"\xe9\r\nA=1\n",
    b".=1\n",
    b"..=1\n",
    b"...=1\n",
    b"..a=1\n",
    b".a=1\n",
    b"-=1\n_=2\n-.=3\na.b-c_D9=4\n",
    b"A:=1\n",
    b"9=1\n",
    b"A9=1\n",
    b"#A=1\nA=1#\n",
    b"A=#\n##\n",
    b"A=1",
];

/// Lines in a file of many.
const MANY: usize = 100;

/// The common lines with names that are taken, each once in its file, less what would be refused.
fn many(lines: usize, seed: u64) -> Vec<&'static [u8]> {
    let text = generator::files(!seed, lines + lines / 2).concat();
    let taken = text.split(|byte| *byte == b'\n').enumerate().filter_map(|(n, line)| {
        let value = &line[line.iter().position(|byte| *byte == b'=')?..];
        let named = [format!("K{n}").as_bytes(), value, b"\n"].concat();
        std::str::from_utf8(&named).is_ok_and(|text| !text.contains('\0')).then_some(named)
    });
    let taken: Vec<Vec<u8>> = taken.take(lines).collect();
    taken.chunks(MANY).map(|file| -> &'static [u8] { file.concat().leak() }).collect()
}

/// Lines of about 64 KiB, names of about 253 bytes, values of about 1 MiB.
fn own() -> Vec<&'static [u8]> {
    let file = |parts: &[&[u8]]| -> &'static [u8] { parts.concat().leak() };
    let fill = |length: usize| "x".repeat(length).into_bytes();
    let mut files = [OWN, PROJECTS].concat();
    for length in [65_533, 65_534, 65_535] {
        let long = [b"A=", fill(length - 2).as_slice()].concat();
        files.extend([file(&[&long]), file(&[&long, b"\nB=1"]), file(&[b"B=1\n", &long, b"\r\nC=1\n"])]);
    }
    let long = [b"A=", fill(65_534).as_slice()].concat();
    files.extend([file(&[&long]), file(&[&long, b"\nB=1\n"]), file(&[b"B=1\nC=2\n", &long, b"\nD=1\n"])]);
    files.extend([file(&[b"#", &fill(70_000), b"\nB=1\n"]), file(&[b"B=1\n#", &fill(70_000), b"\nB=1\n"])]);
    for length in [253, 254] {
        files.push(file(&[&fill(length), b"=1\n"]));
    }
    let (lines, seed) = (compare::lines(), compare::seed());
    files.extend(many(lines, seed));
    for lines in [32, 33] {
        let lines: Vec<Vec<u8>> =
            (0..lines).map(|n| [format!("A{n}=").as_bytes(), &fill(1 << 16 >> 1), b"\n"].concat()).collect();
        files.push(file(&lines.iter().flat_map(|line| [line.as_slice()]).collect::<Vec<_>>()));
    }
    files
}

#[test]
fn docker() {
    if !real_tools() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let clients: Vec<Docker> = (0..2).map(|n| Docker::new(&folder.path().join(n.to_string()))).collect();
    compare::hold_part(Reader::Docker, 4, &own(), |files| ask(Reader::Docker, files, &clients));
}

#[test]
fn kubectl() {
    if !real_tools() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let clients: Vec<Kubectl> = (0..2).map(|n| Kubectl::new(&folder.path().join(n.to_string()))).collect();
    compare::hold_part(Reader::Kubectl, 8, &own(), |files| ask(Reader::Kubectl, files, &clients));
}

/// A client program that reads files.
trait Client: Sync {
    /// Names in a file, which the model takes to be read, that no other file of the same process may have.
    fn names(file: &[u8]) -> Names;
    /// What it makes of files in one go: nothing if it refuses any.
    fn read(&self, files: &[&[u8]]) -> Option<Vec<Observed>>;
}

fn ask<C: Client>(reader: Reader, files: &[Vec<u8>], clients: &[C]) -> Vec<Observed> {
    let unique: BTreeSet<&[u8]> = files.iter().map(Vec::as_slice).collect();
    let (read, refused): (Vec<&[u8]>, Vec<&[u8]>) =
        unique.into_iter().partition(|file| reader.read(file).end == End::Whole);
    let mut shared: Vec<(Vec<&[u8]>, Names)> = Vec::new();
    for file in read {
        let names = C::names(file);
        match shared.iter_mut().find(|(group, taken)| group.len() < SHARED && taken.is_disjoint(&names)) {
            Some((group, taken)) => {
                group.push(file);
                taken.extend(names);
            }
            None => shared.push((vec![file], names)),
        }
    }
    let mut groups: Vec<Vec<&[u8]>> = refused.into_iter().map(|file| vec![file]).collect();
    groups.extend(shared.into_iter().map(|(group, _)| group));
    let next = AtomicUsize::new(0);
    let observed: BTreeMap<&[u8], Observed> = std::thread::scope(|scope| {
        let work = |client: &C| {
            let mut observed = Vec::new();
            while let Some(group) = groups.get(next.fetch_add(1, Ordering::Relaxed)) {
                observe(client, group, &mut observed);
            }
            observed
        };
        let workers: Vec<_> = clients.iter().map(|client| scope.spawn(move || work(client))).collect();
        workers.into_iter().flat_map(|worker| worker.join().unwrap()).collect()
    });
    files.iter().map(|file| observed[file.as_slice()].clone()).collect()
}

fn observe<'a>(client: &impl Client, files: &[&'a [u8]], observed: &mut Vec<(&'a [u8], Observed)>) {
    match (client.read(files), files) {
        (Some(answers), _) => observed.extend(files.iter().copied().zip(answers)),
        (None, [file]) => observed.push((file, Observed::Refused)),
        (None, _) => {
            let (some, others) = files.split_at(files.len() / 2);
            observe(client, some, observed);
            observe(client, others, observed);
        }
    }
}

/// A client, as installed by the script or found on the machine, with no generated name in its environment but [`PROCESS`].
fn client(name: &str, folder: &Path) -> Command {
    let tools = std::env::var("PREFLIGHT_TOOLS").unwrap_or_default();
    let own = Path::new(&tools).join("docker/usr/bin").join(name);
    let mut command = Command::new(if own.exists() { own } else { PathBuf::from(name) });
    command.env_clear().env(PROCESS.0, PROCESS.1).env("HOME", folder).current_dir(folder);
    command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
    command.env("GOMAXPROCS", "1").stdin(Stdio::null());
    command
}

struct Docker {
    folder: PathBuf,
    asked_for: std::sync::Mutex<Receiver<Vec<String>>>,
}

impl Docker {
    fn new(folder: &Path) -> Self {
        std::fs::create_dir(folder).unwrap();
        std::fs::write(folder.join("mark"), format!("{MARK}\n")).unwrap();
        let socket = UnixListener::bind(folder.join("socket")).unwrap();
        let (sender, receiver) = channel();
        std::thread::spawn(move || daemon(&socket, &sender));
        Self { folder: folder.to_owned(), asked_for: receiver.into() }
    }
}

/// Stands in for the daemon: says yes to everything, and tells which variables a container is to have.
fn daemon(socket: &UnixListener, asked_for: &Sender<Vec<String>>) {
    for stream in socket.incoming() {
        let mut stream = BufReader::new(stream.unwrap());
        let mut lines = String::new();
        while stream.read_line(&mut lines).unwrap() > "\r\n".len() {}
        let length = lines.lines().find_map(|line| {
            let (name, value) = line.split_once(':')?;
            name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse::<u64>().unwrap())
        });
        let mut body = Vec::new();
        (&mut stream).take(length.unwrap_or(0)).read_to_end(&mut body).unwrap();
        let created = lines.starts_with("POST ") && lines.contains("/containers/create");
        if created {
            let body: Value = serde_json::from_slice(&body).unwrap();
            let entries = body["Env"].as_array().into_iter().flatten();
            asked_for.send(entries.map(|entry| entry.as_str().unwrap().to_owned()).collect()).unwrap();
        }
        let (status, answer) = if created { (201, r#"{"Id":"x","Warnings":[]}"#) } else { (200, "") };
        respond(stream.get_mut(), status, answer);
    }
}

fn respond(stream: &mut UnixStream, status: u16, answer: &str) {
    let head = "API-Version: 1.41\r\nContent-Type: application/json\r\nConnection: close";
    write!(stream, "HTTP/1.1 {status} x\r\n{head}\r\nContent-Length: {}\r\n\r\n{answer}", answer.len())
        .unwrap();
}

impl Client for Docker {
    fn names(_: &[u8]) -> Names {
        Names::new()
    }

    fn read(&self, files: &[&[u8]]) -> Option<Vec<Observed>> {
        let mut command = client("docker", &self.folder);
        command.env("DOCKER_HOST", format!("unix://{}", self.folder.join("socket").display()));
        command.arg("create");
        for (n, file) in files.iter().enumerate() {
            std::fs::write(self.folder.join(n.to_string()), file).unwrap();
            command.args(["--env-file", &n.to_string(), "--env-file", "mark"]);
        }
        let output = command.arg("image").output().unwrap();
        if !output.status.success() {
            let told = String::from_utf8_lossy(&output.stderr);
            let known =
                ["environment: ", "env file", "token too long"].iter().any(|text| told.contains(text));
            assert!(known, "docker: {told}");
            return None;
        }
        let entries = self.asked_for.lock().unwrap().recv().unwrap();
        let mut files: Vec<_> = entries.split(|entry| entry == MARK).map(container).collect();
        // Behind the last mark.
        files.pop();
        Some(files)
    }
}

/// What the container gets of these variables, which docker's daemon and runc decide: the last of a name counts, and one
/// with a NUL keeps the container from starting.
fn container(entries: &[String]) -> Observed {
    let pair = |entry: &String| {
        let (name, value) = entry.split_once('=').unwrap();
        (name.as_bytes().to_vec(), value.as_bytes().to_vec())
    };
    let values: Values = entries.iter().map(pair).collect();
    if values.iter().flat_map(|(name, value)| [name, value]).any(|text| text.contains(&0)) {
        return Observed::Refused;
    }
    Observed::Values(values)
}

struct Kubectl {
    folder: PathBuf,
}

impl Kubectl {
    fn new(folder: &Path) -> Self {
        std::fs::create_dir(folder).unwrap();
        Self { folder: folder.to_owned() }
    }
}

impl Client for Kubectl {
    /// It does not take a key twice.
    fn names(file: &[u8]) -> Names {
        Reader::Kubectl.read(file).assigned.iter().map(|one| one.key.of(file).to_vec()).collect()
    }

    fn read(&self, files: &[&[u8]]) -> Option<Vec<Observed>> {
        let mut command = client("kubectl", &self.folder);
        command.args(["create", "secret", "generic", "x", "--dry-run=client", "-o", "json"]);
        for (n, file) in files.iter().enumerate() {
            std::fs::write(self.folder.join(n.to_string()), file).unwrap();
            command.arg(format!("--from-env-file={n}"));
        }
        let output = command.output().unwrap();
        if !output.status.success() {
            let told = String::from_utf8_lossy(&output.stderr);
            let known = ["invalid utf8", "is not a valid key name", "not valid key name", "already exists"];
            assert!(known.iter().any(|text| told.contains(text)), "kubectl: {told}");
            return None;
        }
        let secret: Value = serde_json::from_slice(&output.stdout).unwrap();
        let data = secret["data"].as_object().into_iter().flatten();
        let mut data: Values =
            data.map(|(key, value)| (key.clone().into_bytes(), base64(value.as_str().unwrap()))).collect();
        if let [_] = files {
            return Some(vec![Observed::Values(data)]);
        }
        // Each file has its own keys, or all are asked again one by one.
        let mut observed = Vec::new();
        for file in files {
            let values: Option<Values> =
                Self::names(file).into_iter().map(|key| data.remove_entry(&key)).collect();
            observed.push(Observed::Values(values?));
        }
        data.is_empty().then_some(observed)
    }
}

fn base64(text: &str) -> Vec<u8> {
    const DIGITS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let digits: Vec<u8> = text.bytes().filter(|byte| *byte != b'=').collect();
    let mut bytes = Vec::new();
    for group in digits.chunks(4) {
        let digit =
            |byte: &u8| u32::try_from(DIGITS.iter().position(|digit| digit == byte).unwrap()).unwrap();
        let bits = group.iter().fold(0, |bits, byte| bits << 6 | digit(byte)) << (6 * (4 - group.len()));
        bytes.extend(&bits.to_be_bytes()[1..group.len()]);
    }
    bytes
}
