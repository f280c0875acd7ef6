//! `loose-directory`: others can write a folder of secrets, or one above

use std::collections::{BTreeMap, BTreeSet};

use crate::finding::location::Place;
use crate::finding::{Arg, Cause, CauseMeta, FindingBuilder, Message, RuleMeta, Severity, Subject, Why};
use crate::model::{File, Role, Want};
use crate::os::FileFacts;
use crate::text::SafePath;

use super::shared::held::{holds_secrets, is_kept};
use super::{Context, ReaderView, Rule, Sink};

static META: RuleMeta = RuleMeta {
    id: "loose-directory",
    summary: "others can write a folder of secrets, or one above",
    severity: Severity::Error,
    causes: &[
        CauseMeta::new("secrets:group", "the group can write a folder of secrets"),
        CauseMeta::new("secrets:other", "every user can write a folder of secrets"),
        CauseMeta::new("parent:other", "every user can write a folder above secrets"),
        CauseMeta::soft("parent:group", "the group can write a folder above secrets"),
    ],
    page: include_str!("../../docs/rules/loose-directory.md"),
};

/// The group may write (`S_IWGRP`), others may (`S_IWOTH`), and entries are their owners' alone to rename or remove
/// (`S_ISVTX`): inode(7).
const GROUP: u32 = 0o020;
const OTHER: u32 = 0o002;
const STICKY: u32 = 0o1000;

/// The project's own folder, as it is shown.
const PROJECT: &str = ".";

/// See the module.
pub struct LooseDirectory;

impl Rule for LooseDirectory {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn needs(&self, cx: &Context<'_>) -> Vec<Want> {
        let ways = if cx.environment.asked { ways(cx) } else { BTreeSet::new() };
        ways.into_iter().map(|path| Want::Folders(path.to_owned())).collect()
    }

    fn view(&self, cx: &Context<'_>, _: &ReaderView<'_>, sink: &mut Sink<'_>) {
        let volumes = volumes(cx);
        for volume in &volumes {
            gap(cx, SafePath::named(volume), Why::ModesMeanNothing, sink);
        }
        let mut seen: BTreeMap<&SafePath, FileFacts> = BTreeMap::new();
        for folder in ways(cx).into_iter().filter_map(|path| cx.facts.folders(path)).flatten() {
            match folder.state {
                Ok(facts) if !volumes.contains(folder.path.as_str()) => {
                    seen.insert(&folder.path, facts);
                }
                Ok(_) => {}
                Err(_) => gap(cx, folder.path.clone(), Why::FolderUnseen, sink),
            }
        }
        let roots = roots(cx);
        for (path, facts) in seen {
            let is_secrets = roots.iter().any(|(root, _)| is_within(path, root));
            // `loose-permissions` holds a folder of secrets that the policy names to its word.
            let named = roots.iter().any(|(root, named)| *named && *root == path);
            if !named {
                judge(cx, path, facts, is_secrets, sink);
            }
        }
    }
}

/// Paths whose folders decide who can put another file in a secret's place.
fn ways<'a>(cx: &Context<'a>) -> BTreeSet<&'a str> {
    let volumes = volumes(cx);
    let way = |file: &'a File| {
        let path = file.path.as_str();
        let facts = file.state.as_ref().ok()?;
        match file.role {
            // It may lie anywhere.
            Role::Identity => None,
            Role::SecretsFolder => (!volumes.contains(path)).then_some(path),
            _ if facts.kubernetes_volume || !holds_secrets(cx, file) => None,
            // Its folder, and where a link leads through others, theirs.
            Role::Secret | Role::Nested | Role::Copy if facts.links == 0 => Some(folder_of(path)),
            _ => Some(path),
        }
    };
    cx.environment.files.iter().filter_map(way).collect()
}

/// Folders that a kubelet fills: files in them are reached through its `..data`.
fn volumes<'a>(cx: &Context<'a>) -> BTreeSet<&'a str> {
    let mounted = |file: &&File| file.state.is_ok_and(|facts| facts.kubernetes_volume);
    cx.environment.files.iter().filter(mounted).map(|file| folder_of(file.path.as_str())).collect()
}

/// The environment's folders of secrets without links, and whether the policy names them.
fn roots<'a>(cx: &Context<'a>) -> Vec<(&'a SafePath, bool)> {
    let folders = cx.environment.files.iter().filter(|file| file.role == Role::SecretsFolder);
    let root = |file: &File| {
        let way = cx.facts.folders(file.path.as_str())?;
        Some((&way.last()?.path, cx.file_field(file, |entry| &entry.mode).is_some()))
    };
    folders.filter_map(root).collect()
}

fn folder_of(path: &str) -> &str {
    path.rsplit_once('/').map_or(PROJECT, |(folder, _)| folder)
}

fn is_within(path: &SafePath, folder: &SafePath) -> bool {
    let rest = path.as_str().strip_prefix(folder.as_str());
    folder.as_str() == PROJECT || rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

fn judge(cx: &Context<'_>, path: &SafePath, facts: FileFacts, is_secrets: bool, sink: &mut Sink<'_>) {
    let Some(mode) = facts.mode.filter(|_| is_kept(&facts)) else {
        gap(cx, path.clone(), Why::ModesMeanNothing, sink);
        return;
    };
    let folder = File::new(path.clone(), Role::Folder, Ok(facts));
    let entry = cx.file_field(&folder, |entry| &entry.mode);
    let loose = mode & (GROUP | OTHER) & !entry.map_or(0, |entry| entry.value);
    // Whoever may add a file to a folder of secrets adds a variable: the sticky bit does not keep them from it.
    if loose == 0 || (!is_secrets && mode & STICKY != 0) {
        return;
    }
    let by_all = loose & OTHER != 0;
    let (cause, message) = match (is_secrets, by_all) {
        (true, true) => (
            Cause::word("secrets", "other"),
            "every user can write this folder of secrets, and so add files, and put others in their place",
        ),
        (true, false) => (
            Cause::word("secrets", "group"),
            "the group can write this folder of secrets, and so add files, and put others in their place",
        ),
        (false, true) => (
            Cause::word("parent", "other"),
            "every user can write this folder, and so put other files in place of the secrets in or below it",
        ),
        (false, false) => (
            Cause::word("parent", "group"),
            "the group can write this folder, and so put other files in place of the secrets in or below it",
        ),
    };
    // `.` is the project's folder there alone.
    let help = match (path.as_str() == PROJECT, loose & GROUP != 0, by_all) {
        (false, true, true) => "chmod go-w {}",
        (false, false, true) => "chmod o-w {}",
        (false, ..) => "chmod g-w {}",
        (true, true, true) => "in the project's folder: chmod go-w {}",
        (true, false, true) => "in the project's folder: chmod o-w {}",
        (true, ..) => "in the project's folder: chmod g-w {}",
    };
    let finding = FindingBuilder::new(&META, cause, Subject::file(path.clone()))
        .environment(&cx.environment.name)
        .message(Message::new(message))
        .help(Message::with(help, [Arg::ShellPath(path.clone())]))
        .at(Place::File(path.clone()))
        .asked_by(entry.map(|entry| entry.at.place()));
    sink.report(finding);
}

fn gap(cx: &Context<'_>, path: SafePath, why: Why, sink: &mut Sink<'_>) {
    sink.gap(&cx.environment.name, Subject::file(path), why);
}
