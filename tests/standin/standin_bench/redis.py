"""The few words of Redis' protocol that are needed."""

import socket
from urllib.parse import urlparse


class RedisError(Exception):
    pass


class ConnectionLost(Exception):
    """Its name in a traceback is the real one's."""


ConnectionLost.__module__, ConnectionLost.__qualname__ = "redis.exceptions", "ConnectionError"


class Redis:
    def __init__(self, url: str):
        at = urlparse(url)
        self.address = (at.hostname or "127.0.0.1", at.port or 6379)
        try:
            self.socket = socket.create_connection(self.address, timeout=5)
        except OSError as error:
            raise ConnectionLost(
                f"Error {error.errno} connecting to {at.hostname}:{at.port}. {error.strerror}."
            ) from error
        self.file = self.socket.makefile("rb")
        if at.password:
            self.ask("AUTH", at.password)

    def ask(self, *words: object, timeout: float = 5):
        self.socket.settimeout(timeout)
        parts = [str(word).encode() for word in words]
        text = b"*%d\r\n" % len(parts) + b"".join(b"$%d\r\n%s\r\n" % (len(p), p) for p in parts)
        try:
            self.socket.sendall(text)
            return self._answer()
        except OSError as error:
            raise ConnectionLost(f"Error while reading from {self.address[0]}: {error}") from error

    def _answer(self):
        line = self.file.readline()
        if not line:
            raise ConnectionLost("Connection closed by server.")
        kind, rest = line[:1], line[1:-2]
        if kind == b"+":
            return rest.decode()
        if kind == b"-":
            raise RedisError(rest.decode())
        if kind == b":":
            return int(rest)
        if kind == b"$":
            return None if rest == b"-1" else self.file.read(int(rest) + 2)[:-2].decode()
        return None if rest == b"-1" else [self._answer() for _ in range(int(rest))]


def demand(conf: dict) -> None:
    """Both must answer."""
    for key in ("redis_cache", "redis_queue"):
        Redis(conf[key]).ask("PING")


def queue_name(queue: str) -> str:
    return f"rq:queue:home-frappe-frappe-bench:{queue}"


def enqueue(conf: dict, queue: str, job: str) -> None:
    Redis(conf["redis_queue"]).ask("LPUSH", queue_name(queue), job)


def clear_cache(conf: dict) -> None:
    """Frappe's cache may be away: then nothing is cleared."""
    try:
        redis = Redis(conf["redis_cache"])
        for key in redis.ask("KEYS", f"{conf['db_name']}|*") or []:
            redis.ask("DEL", key)
    except ConnectionLost:
        pass
