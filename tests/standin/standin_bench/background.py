"""`bench worker` and `bench schedule`."""

import json
import os
import signal
import sys
import time

from standin_bench import config, database, pace, redis
from standin_bench.lock import LockTimeoutError, filelock
from standin_bench.options import Options

_stopping = False


def _stop_on_signals() -> None:
    def stop(*_):
        global _stopping
        _stopping = True

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)


def worker(words: list[str]) -> None:
    options = Options("worker", words, ["--burst", "--quiet"], ["--queue", "--strategy"])
    queues = [redis.queue_name(name) for name in (options.get("--queue") or "short,default,long").split(",")]
    # Where no configuration names the queue this is Frappe's own default, at which nobody is, and the end.
    server = redis.Redis(config.common()["redis_queue"])
    server.ask("PING")
    _stop_on_signals()
    name = f"rq:worker:{os.uname().nodename}.{os.getpid()}"
    server.ask("SADD", "rq:workers", name)
    print(f"Worker {name} started: {' '.join(queues)}", flush=True)
    while not _stopping:
        try:
            found = server.ask("BRPOP", *queues, 1, timeout=5)
            if found:
                _execute(json.loads(found[1]))
        except (redis.ConnectionLost, redis.RedisError) as error:
            print(f"Could not connect to Redis instance: {error} Retrying in 1 seconds...", flush=True)
            time.sleep(1)
            try:
                server = redis.Redis(config.common()["redis_queue"])
            except redis.ConnectionLost:
                pass
    server.ask("SREM", "rq:workers", name)


def _execute(job: dict) -> None:
    site = job["site"]
    print(f"Job {job['method']} of {site}", flush=True)
    time.sleep(job.get("after", 0))
    # The index is written where the site was, whether it is still there or not.
    os.makedirs(os.path.join(site, "indexes"), exist_ok=True)
    try:
        conf = config.demand_site(site)
        connection = database.connect(conf)
        database.run(connection, "SELECT COUNT(*) FROM tabUser")
        connection.close()
    except Exception as error:
        print(f"Job {job['method']} of {site} failed: {type(error).__name__}: {error}", flush=True)


def schedule(words: list[str]) -> None:
    Options("schedule", words)
    tick = float(config.common().get("scheduler_tick_interval") or 240) / 20
    redis.Redis(config.common()["redis_queue"]).ask("PING")
    _stop_on_signals()
    try:
        with filelock("scheduler_process", os.path.join(config.BENCH, "config"), timeout=0):
            _tick_for_ever(tick)
    except LockTimeoutError:
        sys.exit(0)


def _tick_for_ever(tick: float) -> None:
    last = time.monotonic()
    while not _stopping:
        time.sleep(0.2)
        if time.monotonic() - last < pace.scaled(tick):
            continue
        last = time.monotonic()
        for site in config.sites():
            try:
                conf = config.of_site(site)
                if conf.get("maintenance_mode") or conf.get("pause_scheduler"):
                    continue
                connection = database.connect(conf)
                if database.single(connection, "enable_scheduler") == "1":
                    redis.enqueue(conf, "long", json.dumps({"site": site, "method": "scheduled"}))
                connection.close()
            except Exception as error:
                print(f"{site}: {type(error).__name__}: {error}", flush=True)
