"""Which process holds a message, and whether it still runs: what a killed run held need not wait for its lease."""

import os
import platform
from pathlib import Path


def this_process() -> str:
    """A name that no other process has had: the machine, the process id, and when it started."""
    return f"{_machine()} {os.getpid()} {_started(os.getpid())}"[:120]


def is_gone(holder: str) -> bool:
    """Whether a holder ran on this machine and runs no more. Of other machines nobody here can tell: False."""
    machine, _, rest = holder.rpartition(" ")[0].rpartition(" ")
    started = holder.rpartition(" ")[2]
    if machine != _machine() or not rest.isdigit():
        return False
    pid = int(rest)
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        pass  # somebody else's, so there is one of that number
    return _started(pid) != started


def _machine() -> str:
    """The host and, where the system tells, which of its sets of process ids: two containers may share a name."""
    try:
        ids = os.readlink("/proc/self/ns/pid")
    except OSError:
        ids = ""
    return f"{platform.node()[:60]}{ids}".replace(" ", "") or "?"


def _started(pid: int) -> str:
    """When a process started, in ticks since boot; ``?`` where the system does not tell, which then decides nothing."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return "?"
    # proc(5): the name in parentheses may hold anything; of what follows, the state is first. A zombie runs no more.
    fields = stat.rpartition(")")[2].split()
    return "gone" if fields[0] in ("Z", "X") else fields[19]
