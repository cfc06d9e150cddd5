# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Start a real Odoo server on loopback, wait until it answers, and stop it."""

import contextlib
import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from . import odoo, paths
from .console import DevError

START_SECONDS = 180
STOP_SECONDS = 20
POLL_SECONDS = 0.1


@dataclass
class OdooServer:
    """A running server.

    :param url: address without a slash at the end
    :param database: the only database it serves
    """

    url: str
    database: str
    log: Path
    process: subprocess.Popen
    extra: Sequence[str] = ()
    script: Path | None = None

    @property
    def port(self) -> int:
        """Return the TCP port it listens on."""
        return int(self.url.rsplit(":", 1)[1])

    def wait(self) -> None:
        """Return once the server answers; raise when it ended or took too long."""
        deadline = time.monotonic() + START_SECONDS
        while not self.answers():
            if self.process.poll() is not None:
                raise DevError(f"The Odoo server ended at its start.\n{self.tail()}")
            if time.monotonic() > deadline:
                raise DevError(
                    f"No answer from {self.url} in {START_SECONDS} s.\n{self.tail()}"
                )
            time.sleep(POLL_SECONDS)

    def answers(self) -> bool:
        """Tell whether the server answers a health check, the database included."""
        address = f"{self.url}/web/health?db_server_status=1"
        try:
            with urllib.request.urlopen(address, timeout=5) as reply:
                return reply.status == 200
        except (urllib.error.URLError, OSError):
            return False

    def tail(self, lines: int = 30) -> str:
        """Return the end of the log."""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])

    def stop(self) -> None:
        """Ask the server to end, and end it when it does not."""
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self.kill()

    def kill(self) -> None:
        """End the server at once, as a power cut would (``kill -9`` of all its
        processes).
        """
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def restart(self) -> None:
        """Start the server again on the same port and database, and wait for it."""
        self.stop()
        self.process = _launch(
            self.database, self.port, self.log, self.extra, self.script
        )
        self.wait()


def start(
    database: str,
    *,
    port: int | None = None,
    extra: Sequence[str] = (),
    script: Path | None = None,
) -> OdooServer:
    """Start a server for one database and wait until it answers.

    :param port: TCP port on loopback; a free one by default
    :param extra: more options of the Odoo command line
    :param script: what to run in place of the module ``odoo``
    """
    server = launch(database, port=port, extra=extra, script=script)
    try:
        server.wait()
    except BaseException:
        server.kill()
        raise
    return server


def launch(
    database: str,
    *,
    port: int | None = None,
    extra: Sequence[str] = (),
    script: Path | None = None,
) -> OdooServer:
    """Start a server, which does not answer yet; options as for :func:`start`."""
    port = port or free_port()
    paths.LOGS.mkdir(parents=True, exist_ok=True)
    log = paths.LOGS / f"server-{database}-{port}.log"
    process = _launch(database, port, log, extra, script)
    return OdooServer(f"http://127.0.0.1:{port}", database, log, process, extra, script)


@contextlib.contextmanager
def serving(database: str, **options) -> Iterator[OdooServer]:
    """Give a running server that is stopped in the end; options as for :func:`start`."""
    server = start(database, **options)
    try:
        yield server
    finally:
        server.stop()


@contextlib.contextmanager
def serving_all(
    databases: Sequence[str], ports: Sequence[int | None]
) -> Iterator[list[OdooServer]]:
    """Give a running server for each database; they start at the same time, and all are
    stopped in the end.
    """
    with contextlib.ExitStack() as stack:
        servers = []
        for name, port in zip(databases, ports, strict=True):
            servers.append(launch(name, port=port))
            stack.callback(servers[-1].stop)
        for server in servers:
            server.wait()
        yield servers


def free_port() -> int:
    """Return a TCP port on loopback that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _launch(
    database: str, port: int, log: Path, extra: Sequence[str], script: Path | None
) -> subprocess.Popen:
    only = ["-d", database, f"--db-filter=^{database}$"]
    words = odoo.command("server", *only, *extra, script=script)
    words += [f"--http-port={port}", "--no-database-list"]
    with log.open("ab") as stream:
        # A group of its own, so that `kill` reaches its workers and Ctrl-C reaches only
        # us.
        return subprocess.Popen(
            words,
            env=odoo.environment(),
            cwd=paths.DEV,
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
