//! `host`: a machine with an engine.

use super::table::{block, choice};
use crate::source::Spanned;
use crate::value::{Bytes, Endpoint, Name, NanoCpus, Word};

block! {
    /// A machine with an engine.
    Host = "host" ["name"] {
        /// Its name.
        name: Option<Spanned<Name>> = "name" required;
        /// Its first name, when it was renamed.
        id: Option<Spanned<Name>> = "id";
        /// What runs containers there.
        engine: Option<Box<Engine>> = "engine" required;
        /// A label for people.
        region: Option<Spanned<Word>> = "region";
        /// Its processors.
        cpus: Option<Spanned<NanoCpus>> = "cpus";
        /// Its memory.
        memory: Option<Spanned<Bytes>> = "memory";
        /// Whether images may be pulled: `missing` ones, which is the default, or `never`.
        images: Option<Spanned<Images>> = "images";
    }
}

block! {
    /// What runs containers on a host.
    Engine = "engine" ["kind"] {
        /// `docker`, or the embedded `sandbox`.
        kind: Option<Spanned<EngineKind>> = "kind" required;
        /// Where the Docker Engine answers; without it `DOCKER_HOST`, else the local socket.
        at: Option<Spanned<Endpoint>> = "at";
    }
}

choice! {
    /// The engines.
    EngineKind = "an engine" {
        /// A Docker Engine.
        Docker = "docker",
        /// The embedded model of a host.
        Sandbox = "sandbox",
    }
}

choice! {
    /// When images are pulled.
    Images = "a way to get images" {
        /// When the engine does not have them.
        Missing = "missing",
        /// Never: a missing image refuses the plan.
        Never = "never",
    }
}
