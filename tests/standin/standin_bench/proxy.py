"""What nginx does in a frontend: files from disk, all else to gunicorn and to the websocket server.

Like nginx it looks its upstreams up when it starts, ends when it cannot, and never looks again."""

import http.client
import os
import re
import select
import signal
import socket
import sys
import threading
from http.server import BaseHTTPRequestHandler

from standin_bench.web import Server

SITES = "/home/frappe/frappe-bench/sites"


def _upstream(variable: str) -> tuple[str, int]:
    host, _, port = os.environ.get(variable, "").rpartition(":")
    try:
        return socket.gethostbyname(host), int(port)
    except (OSError, ValueError):
        sys.exit(f'nginx: [emerg] host not found in upstream "{host}:{port}"')


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    backend: tuple[str, int]
    socketio: tuple[str, int]

    def answer(self) -> None:
        host = (self.headers.get("Host") or "").rsplit(":", 1)[0].lower()
        name = os.environ.get("FRAPPE_SITE_NAME_HEADER") or "$host"
        site = host if name == "$host" else name
        if self.path.startswith("/socket.io"):
            return self._tunnel()
        if self.path.startswith(("/assets/", "/files/")):
            return self._file(site)
        limit = os.environ.get("CLIENT_MAX_BODY_SIZE") or "50m"
        most = int(re.sub(r"\D", "", limit)) * (1024 * 1024 if limit.endswith("m") else 1)
        length = int(self.headers.get("Content-Length") or 0)
        if length > most:
            self.close_connection = True
            return self._send(413, b"413 Request Entity Too Large")
        body = self.rfile.read(length) if length else None
        headers = {key: value for key, value in self.headers.items() if key.lower() != "connection"}
        headers |= {"Host": host, "X-Frappe-Site-Name": site}
        timeout = float(os.environ.get("PROXY_READ_TIMEOUT") or 120)
        upstream = http.client.HTTPConnection(*self.backend, timeout=timeout)
        try:
            upstream.request(self.command, self.path, body, headers)
            found = upstream.getresponse()
            self._send(found.status, found.read(), found.headers.get("Content-Type"))
        except TimeoutError:
            self._send(504, b"504 Gateway Time-out")
        except (OSError, http.client.HTTPException):
            self._send(502, b"502 Bad Gateway")
        finally:
            upstream.close()

    do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = answer

    def _send(self, status: int, data: bytes, kind: str | None = None) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind or "text/html")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)

    def _file(self, site: str) -> None:
        base = SITES if self.path.startswith("/assets/") else os.path.join(SITES, site, "public")
        path = os.path.realpath(base + self.path.split("?")[0])
        try:
            if ".." in self.path:
                raise FileNotFoundError
            with open(path, "rb") as file:
                self._send(200, file.read(), "application/octet-stream")
        except OSError:
            self._send(404, b"404 Not Found")

    def _tunnel(self) -> None:
        """Copies both ways until one side ends."""
        self.close_connection = True
        try:
            upstream = socket.create_connection(self.socketio, timeout=5)
        except OSError:
            return self._send(502, b"502 Bad Gateway")
        head = f"{self.requestline}\r\n{self.headers}".replace("\r\n", "\n").replace("\n", "\r\n")
        upstream.sendall(head.encode())
        while True:
            for end in select.select([self.connection, upstream], [], [])[0]:
                data = end.recv(65536)
                if not data:
                    return upstream.close()
                (upstream if end is self.connection else self.connection).sendall(data)

    def log_message(self, *_) -> None:
        pass

    def version_string(self) -> str:
        return "nginx"


def serve() -> None:
    Handler.backend = _upstream("BACKEND")
    Handler.socketio = _upstream("SOCKETIO")
    server = Server(("0.0.0.0", 8080), Handler)
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGQUIT):
        signal.signal(number, lambda *_: threading.Thread(target=server.shutdown).start())
    server.serve_forever(poll_interval=0.1)
