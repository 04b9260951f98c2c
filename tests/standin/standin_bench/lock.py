"""Frappe's lock files: `sites/SITE/locks/NAME.lock`, or `config/NAME.lock` for the whole bench."""

import fcntl
import os
import time
from contextlib import contextmanager, suppress


class LockTimeoutError(Exception):
    pass


LockTimeoutError.__module__ = "frappe.utils.file_lock"


@contextmanager
def filelock(name: str, directory: str, timeout: float):
    path = os.path.abspath(os.path.join(directory, name + ".lock"))
    until = time.monotonic() + timeout
    while (descriptor := _acquire(path)) is None:
        if time.monotonic() > until:
            raise LockTimeoutError(
                f"Failed to aquire lock: {name}. Lock may be held by another process.<br>"
                f"You can manually remove the lock if you think it's safe: {path}"
            )
        time.sleep(0.05)
    try:
        yield
    finally:
        with suppress(OSError):
            os.unlink(path)
        os.close(descriptor)


def _acquire(path: str) -> int | None:
    """As the `filelock` of Frappe 15.105 (3.20.4) does it: who lets go removes the file."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o644)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    if os.fstat(descriptor).st_nlink == 0:
        os.close(descriptor)
        return None
    return descriptor
