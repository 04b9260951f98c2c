"""Frappe's lock files: `sites/SITE/locks/NAME.lock`, or `config/NAME.lock` for the whole bench."""

import fcntl
import os
import time
from contextlib import contextmanager


class LockTimeoutError(Exception):
    pass


LockTimeoutError.__module__ = "frappe.utils.file_lock"


@contextmanager
def filelock(name: str, directory: str, timeout: float):
    path = os.path.abspath(os.path.join(directory, name + ".lock"))
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o644)
    until = time.monotonic() + timeout
    try:
        while True:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > until:
                    raise LockTimeoutError(
                        f"Failed to aquire lock: {name}. Lock may be held by another process.<br>"
                        f"You can manually remove the lock if you think it's safe: {path}"
                    ) from None
                time.sleep(0.05)
        yield
    finally:
        os.close(descriptor)
