"""A private Elasticsearch for tests: ``python -m tests.services.elasticsearch COMMAND…`` runs a command against it.

The server is the real one, put together from the jars Maven Central publishes; ``elasticsearch_node/`` holds what that
takes. The jars are kept under ``.cache``, so only the first start fetches them. It listens on 127.0.0.1 only, its data
lives in a temporary folder, and it is stopped when the command ends. The modules that are not published are missing
from it: Painless, reindex and delete by query, scaled_float, most analysis filters, and ``GET /``.
"""

import fcntl
import hashlib
import http.client
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

VERSION = "8.19.21"
OLDEST_JAVA = 17
SOURCES = Path(__file__).parent / "elasticsearch_node"
CACHE = Path(__file__).resolve().parents[2] / ".cache"
HTTP_MODULE = "transport-netty4"
HTTP_MODULE_JARS = ("transport-netty4-", "netty-", "elasticsearch-ssl-config-")
SECONDS_TO_START = 120
SECONDS_TO_STOP = 30


class Unavailable(Exception):
    """No Elasticsearch can be started here; the message says why."""


class Node:
    """One server on a data folder and a port of its own, which it keeps over ``kill()`` and a second ``start()``.

    ``heap`` is Java's, such as ``2g``; without it ``ELASTICSEARCH_HEAP`` counts, else one gigabyte. The caller owns
    the folder. As a context manager it starts the server and stops it.
    """

    def __init__(self, folder: Path, *, port: int | None = None, heap: str | None = None) -> None:
        self.folder = folder
        self.port = port or free_port()
        self.heap = heap or os.environ.get("ELASTICSEARCH_HEAP", "1g")
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> Path:
        return self.folder / "server.log"

    def start(self) -> None:
        """Return when the server answers and every index can be searched; else raise ``Unavailable`` with its log."""
        home = built_home()
        temporary = self.folder / "tmp"
        temporary.mkdir(parents=True, exist_ok=True)
        command = [
            program("java"), f"-Xms{self.heap}", f"-Xmx{self.heap}", f"-Djava.io.tmpdir={temporary}",
            "-cp", f"{home / 'classes'}:{home / 'lib'}/*", "Node",
            str(home), str(self.folder / "data"), str(self.folder / "logs"), str(self.port),
        ]  # fmt: skip
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                command, cwd=self.folder, stdin=subprocess.PIPE, stdout=log, stderr=subprocess.STDOUT
            )
        try:
            self._wait_until_ready()
        except BaseException:
            self.kill()
            raise

    def kill(self) -> None:
        """End the server as a crash would, without a chance to write anything."""
        if self.process is not None:
            self.process.kill()
            self._reap()

    def stop(self) -> None:
        """End the server in an orderly way."""
        if self.process is None:
            return
        assert self.process.stdin is not None
        self.process.stdin.close()
        try:
            self.process.wait(timeout=SECONDS_TO_STOP)
        except subprocess.TimeoutExpired:
            self.process.kill()
        self._reap()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _reap(self) -> None:
        assert self.process is not None
        assert self.process.stdin is not None
        self.process.wait()
        self.process.stdin.close()
        self.process = None

    def _wait_until_ready(self) -> None:
        assert self.process is not None
        last = time.monotonic() + SECONDS_TO_START
        while time.monotonic() < last:
            if self.process.poll() is not None:
                raise Unavailable(f"Elasticsearch ended while it started:\n{self._end_of_log()}")
            try:
                # Yellow is as good as it gets with one server: every index is there, without a replica.
                with urllib.request.urlopen(
                    f"{self.url}/_cluster/health?wait_for_status=yellow&timeout=1s", timeout=10
                ) as answer:
                    if not json.load(answer)["timed_out"]:
                        return
            except (OSError, http.client.HTTPException):
                pass
            time.sleep(0.1)
        raise Unavailable(f"Elasticsearch was not ready in {SECONDS_TO_START} seconds:\n{self._end_of_log()}")

    def _end_of_log(self) -> str:
        return self.log.read_text(errors="replace")[-4000:]


@contextmanager
def running() -> Iterator[str]:
    """The URL of the server in ``ELASTICSEARCH_TEST_URL``, else of a fresh one that is stopped at the end."""
    if url := os.environ.get("ELASTICSEARCH_TEST_URL"):
        yield url
        return
    folder = Path(tempfile.mkdtemp(prefix="cho-ocop-es-"))
    try:
        with Node(folder) as node:
            yield node.url
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def free_port() -> int:
    """A port of 127.0.0.1 that nothing listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def program(name: str) -> str:
    """The path of a program; raises ``Unavailable`` where it is missing."""
    if found := shutil.which(name):
        return found
    raise Unavailable(f"{name} was not found; Elasticsearch needs Java {OLDEST_JAVA} or newer (a JDK) and Maven")


def built_home() -> Path:
    """The folder with the server's jars, put together by the first process that asks."""
    require_java()
    sources = [SOURCES / "pom.xml", SOURCES / "Node.java"]
    digest = hashlib.sha256(b"".join(source.read_bytes() for source in sources)).hexdigest()[:8]
    home = CACHE / f"elasticsearch-{VERSION}" / digest
    home.parent.mkdir(parents=True, exist_ok=True)
    with (home.parent / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not home.exists():
            with tempfile.TemporaryDirectory(prefix="build-", dir=home.parent) as scratch:
                build(Path(scratch) / "home")
                (Path(scratch) / "home").rename(home)
    return home


def require_java() -> None:
    """Raise ``Unavailable`` unless the Java on the path is new enough."""
    said = subprocess.run([program("java"), "-version"], capture_output=True, text=True, check=False).stderr
    version = re.search(r'version "(\d+)', said)
    if version is None or int(version[1]) < OLDEST_JAVA:
        raise Unavailable(f"Java {OLDEST_JAVA} or newer is needed; java -version says {said.strip()!r}")


def build(home: Path) -> None:
    """Fetch the jars into an absent folder and compile the main class; raises ``Unavailable``."""
    maven, compiler = program("mvn"), program("javac")
    print(f"Fetching Elasticsearch {VERSION} into .cache (about 40 MB, once) …", file=sys.stderr)
    library, module, classes = home / "lib", home / "modules" / HTTP_MODULE, home / "classes"
    for folder in (library, module, classes):
        folder.mkdir(parents=True)
    run(
        maven, "--batch-mode", "--quiet", "--strict-checksums", "--file", str(SOURCES / "pom.xml"),
        "dependency:copy-dependencies", f"-DoutputDirectory={library}", "-DincludeScope=runtime",
    )  # fmt: skip
    for jar in library.iterdir():
        if jar.name.startswith(HTTP_MODULE_JARS):
            jar.rename(module / jar.name)
    with zipfile.ZipFile(module / f"{HTTP_MODULE}-{VERSION}.jar") as jar:
        descriptor = jar.read(f"META-INF/es-plugins/{HTTP_MODULE}/plugin-descriptor.properties").decode()
    # Named modules are looked up on Java's module path, but all of this is on the class path.
    descriptor = re.sub(r"^modulename=.*\n", "", descriptor, flags=re.MULTILINE)
    (module / "plugin-descriptor.properties").write_text(descriptor)
    run(compiler, "-cp", f"{library}/*", "-d", str(classes), str(SOURCES / "Node.java"))


def run(*command: str) -> None:
    """Run a step of the build; raises ``Unavailable`` with what it said."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Unavailable(f"{command[0]} failed: {(done.stdout + done.stderr).strip()[-2000:]}")


def main() -> int:
    try:
        with running() as url:
            return subprocess.run(
                sys.argv[1:], env={**os.environ, "ELASTICSEARCH_TEST_URL": url}, check=False
            ).returncode
    except Unavailable as error:
        required = os.environ.get("REQUIRE_SERVICES") == "1"
        print(f"{'FAILED' if required else 'SKIPPED'}: the tests on Elasticsearch: {error}", file=sys.stderr)
        return 1 if required else 0


if __name__ == "__main__":
    sys.exit(main())
