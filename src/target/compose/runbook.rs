//! What whoever runs the projects does: of one host a text of its own, of several what their template leaves open.

use crate::target::hosts::vip::vip;
use crate::target::hosts::{Instance, STATUS_PORT, Site, scheme, text};
use crate::target::runbook::stores::{self, Member, fills_by_itself, on, put_files, restore_flags, stores, voters};
use crate::target::runbook::{
    Book, CHANGE, FAIL_OVER, KEEP, REPLACE, REPLACE_MEMBER, SCALE, START, VERIFY, failures, shell,
};
use crate::target::{Failures, Output};
use crate::topology::{Backup, Component, Exposure, Storage, Topology};

use super::{alone, balancer, operations, secrets, service};

/// The runbook of one host.
pub(super) fn one_host(site: &Site<'_>, header: &str, of_failures: &Failures) -> String {
    let topology = site.topology;
    let mut book = Book::new(&format!("{} on one host", topology.project), header);
    book.says("Commands are given in this directory, where `compose.yaml` is.");
    book.section(START);
    if secrets::script(site).is_some() {
        book.says(
            "Secrets first: what is missing below `secrets/` is made, and what only you can know is asked for. Keep \
             that directory as you keep secrets.",
        );
    }
    book.commands(super::steps(std::slice::from_ref(site), &Output::Directory(".".to_owned())));
    book.section(VERIFY);
    book.says("Everything is up, and what has a health is healthy:");
    book.commands(["docker compose ps"]);
    book.raw(&verify(std::slice::from_ref(site)));
    roll(&mut book, site);
    book.raw(&parts(std::slice::from_ref(site), of_failures));
    book.text()
}

fn roll(book: &mut Book, site: &Site<'_>) {
    let replicas: Vec<&Instance<'_>> = site.called().collect();
    book.section(CHANGE);
    book.says(
        "An image, a setting, anything: change the profile and generate again into this directory. Then restart every \
         replica, one at a time, each when no client uses it any more; one that does not come back ends it:",
    );
    book.commands([format!("sh {}", operations::ROLL)]);
    if let Some(first) = replicas.first() {
        book.says("One alone, and the balancer, for a moment without answers:");
        book.commands([
            format!("sh {} {}", operations::ROLL, first.name),
            format!("sh {} {}", operations::ROLL, balancer::NAME),
        ]);
    }
    book.says("A changed `haproxy/haproxy.cfg` is taken into use without a failed request by");
    book.commands([format!("sh {}", operations::RELOAD)]);
    let alone = stores(site.topology).filter(|component| !component.members);
    let alone: Vec<&str> = alone.map(|component| component.name.as_str()).collect();
    if !alone.is_empty() {
        book.says("What stands alone is not rolled: until it is back, the services answer with errors.");
        book.commands([format!("docker compose up -d --no-deps {}", alone.join(" "))]);
    }
    book.says("To undo it, generate from the profile as it was, and roll again.");
}

/// Of several hosts, in short: in which order, by which commands. The runbook has all of it.
pub(super) fn in_short(sites: &[Site<'_>], header: &str) -> String {
    let Some(first) = sites.first() else { return String::new() };
    let mut book = Book::new(&format!("{} on {} hosts", first.topology.project, sites.len()), header);
    book.says("In short; `RUNBOOK.md` has all of it, with the names of each host.");
    let way = |section: &str, text: String| format!("**{section}**: {text}");
    let made = secrets::script(first).map(|_| format!("`sh {}` here; ", secrets::SCRIPT)).unwrap_or_default();
    let copied = "copy each directory to its host";
    book.list([
        way(START, format!("{made}{copied}; `docker compose up -d` in it on each host, at about the same time.")),
        way(VERIFY, format!("`docker compose ps` on each host, `curl http://HOST:{STATUS_PORT}/readyz` of each.")),
        way(
            CHANGE,
            format!(
                "change the profile, generate again, {copied} again, then `sh {}` on one host after the other.",
                operations::ROLL
            ),
        ),
        way(
            REPLACE,
            "give the new host the address of the old one and a copy of its directory, and start it as at first."
                .to_owned(),
        ),
    ]);
    book.text()
}

/// What tells that services, balancers and datastores are up.
pub(super) fn verify(sites: &[Site<'_>]) -> String {
    let Some(first) = sites.first() else { return String::new() };
    let topology = first.topology;
    let mut book = Book::default();
    let several = first.is_one_of_several();
    let host = match (vip(first), first.host) {
        (Some(vip), _) => vip.address.to_string(),
        (None, Some(host)) => host.address.value.to_string(),
        (None, None) => alone(topology),
    };
    let published = topology.services().filter(|component| component.exposure != Exposure::Internal);
    let url = |component: &Component| {
        let path = component.check.as_ref().map_or("/", |check| check.path.as_str());
        let port = text::host_port(component.main_port()?);
        Some(format!("curl --include {}://{host}:{port}{path}", scheme(topology)))
    };
    let urls: Vec<String> = published.filter_map(url).collect();
    if !urls.is_empty() {
        book.says("The services answer clients:");
        book.commands(urls);
    }
    if several {
        book.says("Each host's balancer says whether the host's replicas reach what they need:");
        let ask = |site: &Site<'_>| {
            let address = site.host?.address.value;
            Some(format!("curl --include http://{address}:{STATUS_PORT}/readyz"))
        };
        book.commands(sites.iter().filter_map(ask));
    } else {
        book.says("The balancer takes each server for up, by its own checks: 2 in the sixth column.");
        book.commands([format!("sh {} state", operations::ROLL)]);
    }
    stores::asks(&mut book, topology, |component| members(first, component));
    book.text()
}

fn members(site: &Site<'_>, component: &Component) -> Vec<Member> {
    let member = |instance: &Instance<'_>| Member {
        name: instance.name.clone(),
        on: instance.host.map(|host| host.name.to_string()),
        exec: format!("docker compose exec -T {}", instance.name),
    };
    site.of(component).map(member).collect()
}

/// Everything behind changes: scale, hand over, replace, save, fail.
pub(super) fn parts(sites: &[Site<'_>], of_failures: &Failures) -> String {
    let Some(first) = sites.first() else { return String::new() };
    let topology = first.topology;
    let several = first.is_one_of_several();
    let mut book = Book::default();
    if !several {
        book.section(SCALE);
        stores::scale(&mut book, topology, "and `docker compose up -d --remove-orphans`, then `sh reload.sh`");
        fail_over(&mut book, sites);
        book.section(REPLACE);
        book.says(
            "This host is all there is: copy this directory with `secrets/` to another, start there as at first, and \
             give clients its address. What was kept comes from a backup. With the old host still there, back up first, \
             and end it:",
        );
        book.commands(["docker compose down"]);
    }
    replace_member(&mut book, first);
    book.section(KEEP);
    let volume = |component: &Component| {
        let instance = first.of(component).next()?;
        Some(format!("the volume {}", volume(topology, instance)))
    };
    stores::elsewhere(&mut book, topology, volume);
    for (component, backup) in stores::saved(topology) {
        match backup {
            Backup::Files { .. } => files(&mut book, first, component, backup),
            Backup::Snapshot { .. } => snapshot(&mut book, first, component, backup),
        }
    }
    failures(&mut book, topology, of_failures, true);
    book.text()
}

/// How the part of a primary or a leader goes to another.
pub(super) fn fail_over(book: &mut Book, sites: &[Site<'_>]) {
    let Some(first) = sites.first() else { return };
    let mut parts = Book::default();
    if sites.iter().any(|site| operations::fail_over(site).is_some()) {
        parts.says(
            "On the host of the primary; anywhere else it does nothing. Writes wait for a second or two, and none is \
             lost. `roll.sh` does so by itself.",
        );
        parts.commands([format!("sh {}", operations::FAIL_OVER)]);
    }
    for component in stores(first.topology) {
        let hands_over = component.shutdown.as_ref().is_some_and(|it| !it.hand_over.is_empty());
        if component.members && !hands_over && component.rejoins.is_some() {
            let Some(member) = first.of(component).next() else { continue };
            parts.says(format!(
                "{}: a leader hands over when it is told to end. In the place of {} the leader's (*{VERIFY}*):",
                component.name, member.name
            ));
            let mut lines: Vec<String> = member.host.iter().map(|host| on(host.name.as_str())).collect();
            lines.push(format!("docker compose restart {}", member.name));
            parts.commands(lines);
        }
    }
    let text = parts.text();
    if !text.is_empty() {
        book.section(FAIL_OVER);
        book.raw(&text);
    }
}

fn replace_member(book: &mut Book, site: &Site<'_>) {
    let mut parts = Book::default();
    for component in stores(site.topology).filter(|it| !matches!(it.storage, Storage::None)) {
        let Some(last) = site.of(component).last() else { continue };
        if fills_by_itself(component) {
            parts.says(format!(
                "{}: give it an empty disk, and it takes what the others have by itself. For {}:",
                component.name, last.name
            ));
            let mut lines = emptied(site.topology, last);
            lines.push(format!("docker compose up -d --no-deps {}", last.name));
            parts.commands(lines);
        } else if !component.members && component.care.backup.is_some() {
            parts.says(stores::single(component));
        } else if let (Some(phase), true) = (component.rejoins, component.members) {
            parts.says(format!(
                "{}: a member without its data does not start by itself. Write `{phase}` and its number as `member` into \
                 the profile, generate, copy its host's directory, and run the script that is there then. Afterwards \
                 write `phase: steady`, generate and copy.",
                component.name
            ));
        }
    }
    let text = parts.text();
    if !text.is_empty() {
        book.section(REPLACE_MEMBER);
        book.raw(&text);
    }
}

/// The volume of a replica, as Docker calls it.
fn volume(topology: &Topology, instance: &Instance<'_>) -> String {
    format!("{}_{}", topology.project, service::volume_name(instance))
}

/// A replica ends, and its disk goes.
fn emptied(topology: &Topology, instance: &Instance<'_>) -> Vec<String> {
    let mut lines: Vec<String> = instance.host.iter().map(|host| on(host.name.as_str())).collect();
    lines.push(format!("docker compose rm --stop --force {}", instance.name));
    lines.push(format!("docker volume rm {}", volume(topology, instance)));
    lines
}

fn in_order(site: &Site<'_>, component: &Component, each: impl Fn(&Instance<'_>) -> Vec<String>) -> Vec<String> {
    site.of(component).flat_map(each).collect()
}

fn up(site: &Site<'_>, all: &[&Component]) -> Vec<String> {
    let up = |instance: &Instance<'_>| {
        let mut lines: Vec<String> = instance.host.iter().map(|host| on(host.name.as_str())).collect();
        lines.push(format!("docker compose up -d --no-deps {}", instance.name));
        lines
    };
    all.iter().flat_map(|component| in_order(site, component, up)).collect()
}

fn files(book: &mut Book, site: &Site<'_>, component: &Component, backup: &Backup) {
    let Backup::Files { save, disk, directory } = backup else { return };
    let (topology, name) = (site.topology, &component.name);
    let members = members(site, component);
    let (Some(last), Some(first)) = (members.last(), site.of(component).next()) else { return };
    book.says(format!("**Back up {name}.** It goes on meanwhile. Keep the file somewhere else than on these hosts."));
    let mut lines = last.runs(save);
    if let Some(line) = lines.last_mut() {
        *line = format!("{line} >{name}.tar");
    }
    lines.push(format!("tar -tf {name}.tar"));
    book.commands(lines);
    stores::warning(book, component);
    let stop = |instance: &Instance<'_>| {
        let mut lines: Vec<String> = instance.host.iter().map(|host| on(host.name.as_str())).collect();
        lines.push(format!("docker compose stop {}", instance.name));
        lines
    };
    let voters = voters(topology, component);
    book.says("End every one of them:");
    let all: Vec<&Component> = voters.into_iter().chain([component]).collect();
    book.commands(all.iter().rev().flat_map(|it| in_order(site, it, stop)));
    let others = site.of(component).skip(1);
    let emptied: Vec<String> = others
        .chain(voters.into_iter().flat_map(|voters| site.of(voters)))
        .flat_map(|instance| self::emptied(topology, instance))
        .collect();
    if !emptied.is_empty() {
        book.says(format!(
            "Nobody may remember another primary than {}, which is that of the very first start, and the others copy from \
             it:",
            first.name
        ));
        book.commands(emptied);
    }
    book.says(format!(
        "The backup goes onto the disk of {}; what was there lies beside it as `before` then:",
        first.name
    ));
    let mut lines: Vec<String> = first.host.iter().map(|host| on(host.name.as_str())).collect();
    let put = put_files(disk.as_str(), directory).replacen("sh -c ", "-c ", 1);
    lines.push(format!("docker compose run --rm --no-deps -T --entrypoint sh {} {put} <{name}.tar", first.name));
    book.commands(lines);
    book.says("Start them again:");
    book.commands(up(site, &all));
}

fn snapshot(book: &mut Book, site: &Site<'_>, component: &Component, backup: &Backup) {
    let Backup::Snapshot { save, disk, restore, at, .. } = backup else { return };
    let (topology, name) = (site.topology, &component.name);
    let members = members(site, component);
    let Some(first) = members.first() else { return };
    book.says(format!("**Back up {name}.** It goes on meanwhile. Keep the file somewhere else than on these hosts."));
    let file = format!("{disk}/saved.db");
    let mut lines = first.runs(&save.iter().cloned().chain([file.clone()]).collect::<Vec<_>>());
    lines.push(format!("docker compose cp {}:{file} {name}.db", first.name));
    book.commands(lines);
    stores::warning(book, component);
    book.says("End every one of them, and remove their disks:");
    book.commands(in_order(site, component, |instance| emptied(topology, instance)));
    let program = restore.first().map_or("", String::as_str);
    let rest = shell(restore.get(1..).unwrap_or_default());
    book.says(format!(
        "Make the disk of each of the snapshot, which must be on each host (`{program}` is part of the image):"
    ));
    let told: Vec<Vec<(String, String)>> = site.of(component).map(|it| service::variables(site, it)).collect();
    let mut lines = Vec::new();
    for (instance, of) in site.of(component).zip(&told) {
        lines.extend(instance.host.iter().map(|host| on(host.name.as_str())));
        lines.push(format!("docker compose run --rm --no-deps -T --volume \"$PWD/{name}.db:/{name}.db:ro\" \\"));
        lines.push(format!("  --entrypoint {program} {} {rest} /{name}.db {at}={disk} \\", instance.name));
        let flags = restore_flags(backup, of, &told);
        let last = flags.len().saturating_sub(1);
        let end = |number: usize| if number < last { " \\" } else { "" };
        lines.extend(flags.iter().enumerate().map(|(number, flag)| format!("  {flag}{}", end(number))));
    }
    book.commands(lines);
    book.says("Start them again:");
    book.commands(up(site, &[component]));
}
