//! Which texts a service of Compose reads: those that it mounts, and those of which nobody says whose they are.

use crate::diagnostic::Sources;
use crate::manifest::paths::{joined, lies_in, path_of};
use crate::manifest::{Document, Project, Service, View};

/// The documents with the paths of their files.
pub(super) struct Files<'a> {
    documents: &'a [Document],
    /// For each document the path of its file, without `.` and `..`.
    paths: Vec<String>,
    /// For each document, whether a service mounts its file.
    mounted: Vec<bool>,
    /// Where the projects' files lie.
    directories: Vec<String>,
    sources: &'a Sources,
}

impl<'a> Files<'a> {
    pub(super) fn of(documents: &'a [Document], sources: &'a Sources, projects: &[Project<'a>]) -> Self {
        let path = |document: &Document| document.source().map_or_else(String::new, |it| path_of(sources, it));
        let paths: Vec<String> = documents.iter().map(path).collect();
        let mut files = Self { documents, mounted: vec![false; paths.len()], paths, directories: Vec::new(), sources };
        files.directories = projects.iter().map(|project| files.directory(project)).collect();
        for project in projects {
            let mounts: Vec<String> = project.services.iter().flat_map(|it| files.mounts(project, it)).collect();
            for (path, mounted) in files.paths.iter().zip(&mut files.mounted) {
                *mounted |= mounts.iter().any(|mount| lies_in(path, mount));
            }
        }
        files
    }

    /// Where a project's file lies; nothing where it lies where it was called.
    pub(super) fn directory(&self, project: &Project<'_>) -> String {
        let path = path_of(self.sources, project.view.span().source);
        path.rsplit_once('/').map_or_else(String::new, |(directory, _)| directory.to_owned())
    }

    /// The path of a project's file.
    pub(super) fn path(&self, project: &Project<'_>) -> String {
        path_of(self.sources, project.view.span().source)
    }

    /// The configurations that a service reads: those in files first, then its own words, which count more.
    pub(super) fn of_service(&self, project: &Project<'a>, service: &Service<'a>) -> Vec<&'a Document> {
        let mounts = self.mounts(project, service);
        let (own, directory) = (project.view.span().source, self.directory(project));
        let (mut files, mut words) = (Vec::new(), Vec::new());
        for ((document, path), mounted) in self.documents.iter().zip(&self.paths).zip(&self.mounted) {
            if matches!(document, Document::Kubernetes(_) | Document::Compose(_) | Document::Other(_)) {
                continue;
            }
            if document.source() == Some(own) {
                let around = document.span().and_then(|span| project.around(span));
                words.extend(around.filter(|it| it.name == service.name).map(|_| document));
                continue;
            }
            let mine = mounts.iter().any(|mount| lies_in(path, mount));
            let near = lies_in(path, &directory) || !self.directories.iter().any(|it| lies_in(path, it));
            if mine || !mounted && near {
                files.push(document);
            }
        }
        files.append(&mut words);
        files
    }

    /// The configurations in files that a service mounts, and no others.
    pub(super) fn mounted_by(&self, project: &Project<'a>, service: &Service<'a>) -> Vec<&'a Document> {
        let mounts = self.mounts(project, service);
        let mine = |path: &String| mounts.iter().any(|mount| lies_in(path, mount));
        self.documents.iter().zip(&self.paths).filter(|(_, path)| mine(path)).map(|(document, _)| document).collect()
    }

    /// Paths of files and directories of the host that a service mounts.
    fn mounts(&self, project: &Project<'_>, service: &Service<'_>) -> Vec<String> {
        let directory = self.directory(project);
        let of_volume = |volume: View<'_>| {
            let path = match volume.word() {
                Some(text) => text.split(':').next().filter(|it| it.starts_with(['.', '/'])),
                None => volume.key("source").word().filter(|_| volume.key("type").word() == Some("bind")),
            };
            path.map(str::to_owned)
        };
        let of_config = |config: View<'_>| {
            let name = config.word().or_else(|| config.key("source").word())?;
            project.view.key("configs").key(name).key("file").word().map(str::to_owned)
        };
        let volumes = service.view.key("volumes").items().filter_map(of_volume);
        let configs = service.view.key("configs").items().filter_map(of_config);
        volumes.chain(configs).map(|path| joined(&directory, &path)).collect()
    }
}
