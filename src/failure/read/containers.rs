//! What containers keep, by their volumes, and what Docker carries over of what has none.

use super::remarks::{Remarks, Sentence};
use super::store;
use crate::failure::Keeps;
use crate::lint::stores::Store;
use crate::manifest::{Project, Service, View};

const PROVIDED: Sentence = (
    "Who provides the disk that {} has over the network keeps it available, or does not.",
    "Who provides the disks that {} have over the network keeps them available, or does not.",
);
const UNNAMED: Sentence = (
    "What {} keeps is in a volume without a name: Docker and Compose carry it over, and after `docker compose down` a \
     new one begins empty.",
    "What {} keep is in volumes without names: Docker and Compose carry them over, and after `docker compose down` new \
     ones begin empty.",
);
const IN_CONTAINER: Sentence = (
    "What {} keeps is in its container alone, or in a volume that its image may declare: it is reckoned that a new \
     container begins empty.",
    "What {} keep is in their containers alone, or in volumes that their images may declare: it is reckoned that new \
     containers begin empty.",
);

/// Where programs have their settings, and what they need while they run.
const NO_DATA: &[&str] = &["/etc", "/run", "/var/run", "/tmp", "/usr", "/docker-entrypoint", "/proc", "/sys", "/dev"];

/// What it keeps beyond its own life, if anything.
pub(super) fn kept(project: &Project<'_>, service: &Service<'_>, remarks: &mut Remarks) -> Option<Keeps> {
    let keeps = |volume: View<'_>| match volume.word() {
        // Without a name it goes with its container.
        Some(text) => {
            let mut words = text.split(':');
            let (source, target) = (words.next().unwrap_or_default(), words.next());
            let read = words.next().is_some_and(|mode| mode.split(',').any(|it| it == "ro"));
            (!source.is_empty() && !read && target.is_some_and(is_data)).then(|| source.to_owned())
        }
        None => {
            let word = |key: &str| volume.key(key).word().unwrap_or_default();
            let kept = matches!(word("type"), "volume" | "bind" | "cluster")
                && !word("source").is_empty()
                && !volume.key("read_only").is_true()
                && is_data(word("target"));
            kept.then(|| volume.key("source").word().map(str::to_owned)).flatten()
        }
    };
    let sources: Vec<String> = service.view.key("volumes").items().filter_map(keeps).collect();
    if sources.is_empty() || !sources.iter().all(|source| elsewhere(project, source)) {
        return (!sources.is_empty()).then_some(Keeps::Disk);
    }
    remarks.of(PROVIDED, service.name);
    Some(Keeps::Shared)
}

/// What a store without a volume of its own keeps in its container: Docker starts the same one again.
pub(super) fn of_container(service: &Service<'_>, store: Store, remarks: &mut Remarks) -> Option<Keeps> {
    let view = service.view;
    let mounts = || view.key("volumes").items();
    let of_memory =
        |it: View<'_>| it.key("type").word() == Some("tmpfs") && it.key("target").word().is_some_and(is_data);
    let named = view.key("tmpfs").items().filter_map(View::word).chain(view.key("tmpfs").word());
    let path = |it: &str| is_data(it.split(':').next().unwrap_or_default());
    if mounts().any(of_memory) || named.into_iter().any(path) {
        return None;
    }
    let unnamed = |it: View<'_>| match it.word() {
        Some(text) => text.starts_with('/') && !text.contains(':') && is_data(text),
        None => it.key("type").word() == Some("volume") && it.key("target").word().is_some_and(is_data),
    };
    if store::has_volume(store, service.image()) || mounts().any(unnamed) {
        remarks.of(UNNAMED, service.name);
        return Some(Keeps::Disk);
    }
    remarks.of(IN_CONTAINER, service.name);
    Some(Keeps::Pod)
}

/// Whether programs keep data in a directory.
fn is_data(target: &str) -> bool {
    !NO_DATA
        .iter()
        .any(|it| target == *it || target.starts_with(&format!("{it}/")) || target.starts_with(&format!("{it}-")))
        && !target.ends_with(".sock")
        && !target.ends_with(".conf")
}

/// Whether a volume is on a disk of somebody else, which other hosts reach too.
fn elsewhere(project: &Project<'_>, source: &str) -> bool {
    let options = project.view.key("volumes").key(source).key("driver_opts");
    matches!(options.key("type").word(), Some("nfs" | "nfs4" | "cifs" | "ceph" | "glusterfs"))
}
