"""What gunicorn serves: requests are answered from the database of the site that they name."""

import argparse
import os
import signal
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from standin_bench import requests


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    free: threading.Semaphore

    def answer(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length) if length else b""
        with self.free:
            status, kind, text = requests.answer(self.command, self.path, self.headers, body)
        data = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)

    do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = answer

    def log_message(self, *_) -> None:
        pass


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128


def serve() -> None:
    parser = argparse.ArgumentParser(allow_abbrev=False)
    parser.add_argument("--chdir", default=".")
    parser.add_argument("--bind", default="127.0.0.1:8000")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--timeout", type=int, default=30)
    parser.add_argument("--preload", action="store_true")
    parser.add_argument("--worker-class")
    parser.add_argument("--worker-tmp-dir")
    parser.add_argument("application")
    options = parser.parse_args()
    os.chdir(options.chdir)
    host, _, port = options.bind.rpartition(":")
    Handler.free = threading.Semaphore(options.threads * options.workers)
    server = Server((host, int(port)), Handler)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: threading.Thread(target=server.shutdown).start())
    print(f"[INFO] Listening at: http://{options.bind} ({os.getpid()})", flush=True)
    server.serve_forever(poll_interval=0.1)
