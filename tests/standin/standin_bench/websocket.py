"""What node does in a bench: listens at the port of the bench's configuration, once the queue is there."""

import os
import signal
import threading
from http.server import BaseHTTPRequestHandler

from standin_bench import config, redis
from standin_bench.web import Server


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        data = b'{"code":0,"message":"Transport unknown"}'
        self.send_response(400)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_) -> None:
        pass


def serve() -> None:
    os.chdir(os.path.join(config.BENCH, "sites"))
    conf = config.common()
    redis.Redis(conf["redis_queue"]).ask("PING")
    server = Server(("0.0.0.0", int(conf.get("socketio_port") or 9000)), Handler)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: threading.Thread(target=server.shutdown).start())
    print(f"Realtime service listening on: ws://0.0.0.0:{conf.get('socketio_port') or 9000}", flush=True)
    server.serve_forever(poll_interval=0.1)
