//! What people do to a sandbox behind our back, a line each:
//!
//! | line | what it does |
//! |---|---|
//! | `stop bench.b/container/backend` | the container stops |
//! | `remove OBJECT` | a container, network or volume goes, with what is in it |
//! | `unmark OBJECT` | its mark goes: it is a stranger's |
//! | `double OBJECT` | a second container of the same mark, created and not started |
//! | `memory OBJECT BYTES` | another limit |
//! | `environment OBJECT NAME=VALUE` | a variable more |
//! | `disconnect OBJECT NETWORK` | the container leaves a network |
//! | `busy OBJECT RUN:STEP` | a command of an interrupted run still works in the container |
//! | `image REFERENCE` | the engine loses an image |
//! | `write VOLUME-OBJECT PATH TEXT` | a file in a volume (`\n` is a line's end) |
//! | `delete VOLUME-OBJECT PATH` | the files below a path of a volume go |
//! | `drop OBJECT` | a database or an account (`site.s/schema`) goes; its row in the table of marks stays |
//! | `forget OBJECT` | its row in the table of marks goes |
//! | `connections OBJECT N` | another limit of an account |
//! | `unfinished OBJECT` | in the database nobody has a password and nothing is scheduled: `new-site` never ended |
//! | `uninstalled OBJECT APP` | Frappe no longer lists an app in the database |
//! | `stranger NAME IMAGE` | somebody's container of that name |
//! | `other-fleet ID` | another fleet's mark is on the host |
//! | `spoil` | the host's world can no longer be read |
//! | `empty` | an engine with nothing on it answers in the host's place |
//! | `forget hosts` | nothing is remembered of the hosts, as on another machine |
//!
//! `on host.h2 ` before a line names another host than the first.

use std::path::Path;

use tenantry::desired::ObjectId;
use tenantry::desired::content::Content;
use tenantry::desired::docker::File;
use tenantry::sandbox::Sandbox;
use tenantry::sandbox::state::{Instance, Mark, Marked, Phase, State, Stored};

/// Does what the lines say to the sandboxes below a directory.
pub(super) fn run(sandboxes: &Path, fleet: &str, first: &str, lines: &str) -> Result<(), String> {
    for line in lines.lines().filter(|line| !line.trim().is_empty()) {
        let (host, line) = match line.strip_prefix("on ").and_then(|rest| rest.split_once(' ')) {
            Some((host, line)) => (host, line),
            None => (first, line),
        };
        let file = sandboxes.join(fleet).join(format!("{host}.json"));
        if line == "spoil" {
            #[expect(clippy::disallowed_methods, reason = "a test spoils a world")]
            std::fs::write(&file, "{ no world").map_err(|error| error.to_string())?;
            continue;
        }
        if line == "forget hosts" {
            let known = sandboxes.with_file_name(fleet).join("hosts.json");
            std::fs::remove_file(&known).map_err(|error| format!("{}: {error}", known.display()))?;
            continue;
        }
        if line == "empty" {
            let done = Sandbox::file(&file).edit(|state| *state = State::default());
            done.map_err(|error| error.to_string())?;
            continue;
        }
        let done = Sandbox::file(&file).edit(|state| Hand { state, fleet }.act(line));
        done.map_err(|error| error.to_string())?.map_err(|why| format!("`{line}`: {why}"))?;
    }
    Ok(())
}

struct Hand<'a> {
    state: &'a mut State,
    fleet: &'a str,
}

impl Hand<'_> {
    fn act(&mut self, line: &str) -> Result<(), String> {
        let (verb, rest) = line.split_once(' ').ok_or("no object")?;
        let (object, rest) = rest.split_once(' ').unwrap_or((rest, ""));
        match verb {
            "stop" => self.container(object)?.phase = Phase::Exited(137),
            "pause" => self.container(object)?.phase = Phase::Paused,
            "restarts" => self.container(object)?.phase = Phase::Restarting,
            "remove" => self.remove(object)?,
            "unmark" => self.unmark(object)?,
            "double" => {
                let mut twin = self.container(object)?.clone();
                twin.phase = Phase::Created;
                twin.container.name.push_str("-tenantry-new");
                let mark = Some(Mark { fleet: self.fleet.to_owned(), identity: object.to_owned() });
                let id = self.state.new_id();
                self.state.containers.insert(id, Marked { mark, thing: Box::new(twin) });
            }
            "memory" => self.container(object)?.container.memory = rest.parse().ok(),
            "environment" => {
                let (name, value) = rest.split_once('=').ok_or("NAME=VALUE")?;
                self.container(object)?.container.environment.insert(name.to_owned(), value.to_owned());
            }
            "disconnect" => {
                self.container(object)?.container.networks.remove(rest).ok_or("it is not on it")?;
            }
            "connect" => {
                let container = &mut self.container(object)?.container;
                let names = [container.service.clone()].into();
                container.networks.insert(rest.to_owned(), names);
            }
            "busy" => self.container(object)?.busy.push(format!("tenantry:{rest}")),
            "image" => {
                self.state.images.remove(object).then_some(()).ok_or("no such image")?;
            }
            "write" => {
                let (path, text) = rest.split_once(' ').ok_or("PATH TEXT")?;
                let content = Content::Text(text.replace("\\n", "\n"));
                let file = File { content, mode: 0o644, uid: 1000, gid: 1000 };
                self.volume(object)?.files.insert(path.to_owned(), file);
            }
            "delete" => {
                (self.volume(object)?.delete(rest) > 0).then_some(()).ok_or("no such file")?;
            }
            "drop" | "forget" => self.drop(object, verb == "forget")?,
            "connections" => {
                let name = self.name(object)?;
                let limit = rest.parse().map_err(|_| "a number")?;
                let account = self.databases().find_map(|databases| databases.accounts.get_mut(&name));
                account.ok_or("no such account")?.connections = limit;
            }
            "unfinished" | "uninstalled" => {
                let name = self.name(object)?;
                let database = self.databases().find_map(|databases| databases.schemas.get_mut(&name));
                let database = database.ok_or("no such database")?;
                if verb == "unfinished" {
                    database.has_administrator = false;
                    database.scheduler = false;
                } else {
                    database.installed.retain(|app| app != rest);
                }
            }
            "stranger" => self.stranger(object, rest)?,
            "other-fleet" => {
                self.state.other_fleets.insert(object.to_owned());
            }
            _ => return Err("nobody knows how to do that".to_owned()),
        }
        Ok(())
    }

    fn container(&mut self, object: &str) -> Result<&mut Instance, String> {
        let id = id(object)?;
        let found = self.state.containers.values_mut().find(|one| one.is(self.fleet, &id));
        found.map(|one| &mut *one.thing).ok_or_else(|| "no such container".to_owned())
    }

    fn volume(&mut self, object: &str) -> Result<&mut Stored, String> {
        let id = id(object)?;
        let found = self.state.volumes.values_mut().find(|one| one.is(self.fleet, &id));
        found.map(|one| &mut one.thing).ok_or_else(|| "no such volume".to_owned())
    }

    fn databases(&mut self) -> impl Iterator<Item = &mut tenantry::sandbox::state::Databases> {
        self.state.volumes.values_mut().map(|volume| &mut volume.thing.databases)
    }

    /// The name that an object has in its server.
    fn name(&mut self, object: &str) -> Result<String, String> {
        let (id, fleet) = (id(object)?, self.fleet.to_owned());
        let found = self.databases().find_map(|databases| databases.marks.get(&fleet)?.get(&id).cloned());
        found.ok_or_else(|| "no such mark".to_owned())
    }

    fn remove(&mut self, object: &str) -> Result<(), String> {
        let (id, fleet, state) = (id(object)?, self.fleet, &mut *self.state);
        let before = state.containers.len() + state.networks.len() + state.volumes.len();
        state.containers.retain(|_, one| !one.is(fleet, &id));
        state.networks.retain(|_, one| !one.is(fleet, &id));
        state.volumes.retain(|_, one| !one.is(fleet, &id));
        let after = state.containers.len() + state.networks.len() + state.volumes.len();
        (after < before).then_some(()).ok_or_else(|| "no such thing".to_owned())
    }

    fn unmark(&mut self, object: &str) -> Result<(), String> {
        let (id, fleet, state) = (id(object)?, self.fleet, &mut *self.state);
        let containers =
            state.containers.values_mut().filter(|one| one.is(fleet, &id)).map(|one| &mut one.mark);
        let networks = state.networks.values_mut().filter(|one| one.is(fleet, &id)).map(|one| &mut one.mark);
        let volumes = state.volumes.values_mut().filter(|one| one.is(fleet, &id)).map(|one| &mut one.mark);
        let marks: Vec<_> = containers.chain(networks).chain(volumes).collect();
        if marks.is_empty() {
            return Err("no such thing".to_owned());
        }
        for mark in marks {
            *mark = None;
        }
        Ok(())
    }

    fn drop(&mut self, object: &str, only_mark: bool) -> Result<(), String> {
        let name = self.name(object)?;
        let (id, fleet) = (id(object)?, self.fleet.to_owned());
        for databases in self.databases() {
            if only_mark {
                databases.marks.get_mut(&fleet).and_then(|marks| marks.remove(&id));
            } else if object.ends_with("/schema") {
                databases.schemas.remove(&name);
            } else {
                databases.accounts.remove(&name);
            }
        }
        Ok(())
    }

    fn stranger(&mut self, name: &str, image: &str) -> Result<(), String> {
        let some = self.state.containers.values().next().ok_or("there is no container to take after")?;
        let mut thing = some.thing.clone();
        name.clone_into(&mut thing.container.name);
        image.clone_into(&mut thing.container.image);
        thing.container.networks.clear();
        let id = self.state.new_id();
        self.state.containers.insert(id, Marked { mark: None, thing });
        Ok(())
    }
}

fn id(object: &str) -> Result<ObjectId, String> {
    object.parse().map_err(|error| format!("{error}"))
}
