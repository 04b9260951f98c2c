//! The containers of a bench.

use std::collections::BTreeMap;

use super::share::{self, Share};
use crate::desired::docker::Container;
use crate::model::Bench;
use crate::provider::names::{BENCH_NETWORK, Project};
use crate::provider::service;

/// Where the bench is in its image.
pub const HOME: &str = "/home/frappe/frappe-bench";

/// What a process of a bench does until the bench's document is written.
pub const WAITING: &str = "until grep -qs redis_queue sites/common_site_config.json; do sleep 1; done";

/// One bench, without what lies outside of it.
pub(super) struct Parts<'a> {
    pub(super) project: Project,
    pub(super) bench: &'a Bench,
    pub(super) shares: BTreeMap<String, Share>,
    /// The largest request that nginx takes, as it writes it.
    pub(super) body_size: String,
}

/// What socketio.js is started with: a program that tells it whom to ask, the shell's first argument.
pub(super) const LOADING: &str =
    "printf %s \"$1\" >/tmp/tenantry-realtime.js; exec node -r /tmp/tenantry-realtime.js ";

impl Parts<'_> {
    /// A service on the bench's own network, with its share of the limits.
    fn service(&self, service: &str, image: &str) -> Container {
        let mut container = service::container(&self.project, service, image);
        let share = self.shares.get(service).copied().unwrap_or_default();
        container.memory = share.memory;
        container.nano_cpus = share.nano_cpus;
        container.pids = share.pids;
        service::join(&mut container, &self.project.resource(BENCH_NETWORK), []);
        container
    }

    fn redis(&self, service: &str, options: &[&str]) -> Container {
        let mut redis = self.service(service, &self.bench.redis_image.value);
        redis.command =
            Some(std::iter::once(&"redis-server").chain(options).map(ToString::to_string).collect());
        redis.health = Some(service::health(["redis-cli", "ping"], 0));
        redis.stop_grace = 30;
        redis
    }

    pub(super) fn redis_cache(&self) -> Container {
        let limit = self.bench.cache.value.to_string();
        self.redis(
            "redis-cache",
            &["--maxmemory", &limit, "--maxmemory-policy", "allkeys-lru", "--save", "", "--appendonly", "no"],
        )
    }

    /// Queued jobs are data: never evicted, and written to disk.
    pub(super) fn redis_queue(&self) -> Container {
        let mut redis =
            self.redis("redis-queue", &["--maxmemory-policy", "noeviction", "--appendonly", "yes"]);
        service::mount(&mut redis, "/data", self.project.resource("redis-queue"));
        // It writes where it begins, and not every image begins in its volume.
        redis.working_dir = Some("/data".to_owned());
        redis
    }

    /// A process of Frappe's with the bench's files.
    fn frappe(&self, service: &str, image: &str, command: &[&str]) -> Container {
        let mut container = self.service(service, image);
        container.command = Some(command.iter().map(ToString::to_string).collect());
        // Workers fork, and Python as process 1 reaps nobody.
        container.init = true;
        service::mount(&mut container, &format!("{HOME}/sites"), self.project.resource("sites"));
        service::mount(&mut container, &format!("{HOME}/logs"), self.project.resource("logs"));
        container
    }

    /// A process that ends at once where `common_site_config.json` does not tell it where its Redis is: it waits for that,
    /// which is written once the backend runs.
    fn waiting(&self, service: &str, image: &str, command: &str) -> Container {
        let script = format!("{WAITING}; exec {command}");
        self.frappe(service, image, &["bash", "-c", &script])
    }

    /// Everything that talks to the database.
    pub(super) fn workers(&mut self, image: &str) -> Vec<Container> {
        let queue = |service: &str, queues: &str| {
            let mut worker = self.waiting(service, image, &format!("bench worker --queue {queues}"));
            worker.health = Some(service::health(["wait-for-it", "redis-queue:6379", "-t", "1"], 0));
            // A job that is under way may end: the short queue's timeout, and most jobs of the long one.
            worker.stop_grace = 300;
            worker
        };
        let queues = self.bench.queues.value;
        let mut workers = vec![self.backend(image)];
        workers
            .extend(share::numbered("queue-short", queues.short).map(|name| queue(&name, "short,default")));
        workers.extend(
            share::numbered("queue-long", queues.long).map(|name| queue(&name, "long,default,short")),
        );
        let mut scheduler = self.waiting("scheduler", image, "bench schedule");
        scheduler.health = Some(service::health(["wait-for-it", "redis-queue:6379", "-t", "1"], 0));
        workers.push(scheduler);
        workers
    }

    fn backend(&self, image: &str) -> Container {
        let gunicorn = self.bench.gunicorn.value;
        let program = format!("{HOME}/env/bin/gunicorn");
        let chdir = format!("--chdir={HOME}/sites");
        let threads = format!("--threads={}", gunicorn.threads);
        let workers = format!("--workers={}", gunicorn.workers);
        // Written out: the images' own start script, which reads variables, is younger than Frappe 15's first images.
        let command = [
            program.as_str(),
            &chdir,
            "--bind=0.0.0.0:8000",
            &threads,
            &workers,
            "--worker-class=gthread",
            "--worker-tmp-dir=/dev/shm",
            "--timeout=120",
            "--preload",
            "frappe.app:application",
        ];
        let mut backend = self.frappe("backend", image, &command);
        backend.health = Some(service::health(["wait-for-it", "127.0.0.1:8000", "-t", "1"], 60));
        // gunicorn gives requests under way thirty seconds.
        backend.stop_grace = 40;
        backend
    }

    pub(super) fn websocket(&self, image: &str) -> Container {
        // An argument and no file: Compose puts none into a container whose user the engine's machine does not know.
        let script = format!("{WAITING}; {LOADING}{HOME}/apps/frappe/socketio.js");
        let command = ["bash", "-c", &script, "websocket", include_str!("realtime.js")];
        let mut websocket = self.frappe("websocket", image, &command);
        websocket.health = Some(service::health(["wait-for-it", "127.0.0.1:9000", "-t", "1"], 30));
        websocket
    }

    pub(super) fn frontend(&self, image: &str) -> Container {
        let mut frontend = self.frappe("frontend", image, &["nginx-entrypoint.sh"]);
        frontend.environment = [
            ("BACKEND", "backend:8000"),
            ("SOCKETIO", "websocket:9000"),
            // nginx's own variable: the site is the name that was asked for.
            ("FRAPPE_SITE_NAME_HEADER", "$host"),
            // Only Traefik reaches this port, and it drops what clients claim: its word is the client's address.
            ("UPSTREAM_REAL_IP_ADDRESS", "0.0.0.0/0"),
            ("UPSTREAM_REAL_IP_HEADER", "X-Forwarded-For"),
            ("UPSTREAM_REAL_IP_RECURSIVE", "off"),
            ("PROXY_READ_TIMEOUT", "120"),
            ("CLIENT_MAX_BODY_SIZE", self.body_size.as_str()),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into();
        frontend.health = Some(service::health(["wait-for-it", "127.0.0.1:8080", "-t", "1"], 30));
        frontend
    }
}
