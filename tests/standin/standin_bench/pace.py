"""How long things take, and where a test asked for something to go wrong.

The real thing needs 0.5 to 1.5 s for a cold start, half a minute for a site and two for ERPNext. Here it is about a
twentieth; STANDIN_BENCH_PACE, or a number in sites/.standin/pace, multiplies that. The other files of sites/.standin
name, one a line, the steps or apps that they are about."""

import os
import signal
import time

SWITCHES = "/home/frappe/frappe-bench/sites/.standin"


def switch(name: str) -> list[str] | None:
    """The lines of a switch, nothing when it is off."""
    try:
        with open(os.path.join(SWITCHES, name)) as file:
            return file.read().split()
    except FileNotFoundError:
        return None


def _factor() -> float:
    lines = switch("pace") or [os.environ.get("STANDIN_BENCH_PACE", "1")]
    return float(lines[0])


def scaled(seconds: float) -> float:
    return seconds * _factor()


def spend(seconds: float) -> None:
    time.sleep(scaled(seconds))


def step(name: str) -> None:
    """A place where a command can be held (`hold-at`: until the name is taken out again), killed (`die-at`) or ask what
    nobody can answer (`ask-at`)."""
    if name in (switch("hold-at") or []):
        with open(os.path.join(SWITCHES, "reached"), "a") as file:
            file.write(name + "\n")
        while name in (switch("hold-at") or []):
            time.sleep(0.05)
    if name in (switch("die-at") or []):
        os.kill(os.getpid(), signal.SIGKILL)
    if name in (switch("ask-at") or []):
        input("Shall the sample data be made? [y/N]: ")
