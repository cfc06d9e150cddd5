# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""How an Odoo process of this project is started: configuration file, environment,
command.
"""

import os
from collections.abc import Sequence
from pathlib import Path

from . import console, odoo_source, paths, postgres


def write_configuration() -> None:
    """Write ``.dev/odoo.rc`` for the server that is used now.

    It holds no password: libpq takes PGPASSWORD from the environment.
    """
    database = postgres.environment()
    addons = [*odoo_source.addons_paths(), *([paths.ROOT] if paths.addons() else [])]
    options = {
        "addons_path": ",".join(map(str, addons)),
        "data_dir": paths.DATA_DIR,
        "db_host": database.get("PGHOST"),
        "db_port": database.get("PGPORT"),
        "db_user": database.get("PGUSER"),
        "http_interface": "127.0.0.1",
        "max_cron_threads": 1,
        "limit_time_real": 1200,
        "limit_time_cpu": 1200,
    }
    lines = [f"{key} = {value}\n" for key, value in options.items() if value]
    paths.DATA_DIR.mkdir(parents=True, exist_ok=True)
    paths.ODOO_RC.write_text("[options]\n" + "".join(lines))


def environment() -> dict[str, str]:
    """Return the environment of a child process that runs Odoo or its tests."""
    tools = [str(paths.VENV_BIN)]
    path = os.pathsep.join([*tools, os.environ.get("PATH", "")])
    # Compiled modules are kept, whatever the caller does with those of his own: without
    # them a server takes twice as long to start.
    inherited = {
        name: value
        for name, value in os.environ.items()
        if name != "PYTHONDONTWRITEBYTECODE"
    }
    return {
        **inherited,
        **postgres.environment(),
        "PATH": path,
        "PYTHONPATH": str(odoo_source.home()),
        "ODOO_RC": str(paths.ODOO_RC),
        "PYTHONPYCACHEPREFIX": str(paths.DEV / "pycache"),
        "PYTHONWARNINGS": "ignore",
        "OPENBLAS_NUM_THREADS": "1",
    }


def command(*words: object, script: Path | None = None) -> list[str]:
    """Return the command line of an Odoo sub-command with this project's configuration.

    :param script: what to run in place of the module ``odoo``
    """
    program = ["-m", "odoo"] if script is None else [str(script)]
    return [str(paths.PYTHON), *program, *(str(word) for word in words)]


def run(words: Sequence[object], log: str, **options) -> None:
    """Run an Odoo command to its end, with its output in ``.dev/logs/<log>``."""
    console.run(command(*words), log=log, env=environment(), cwd=paths.DEV, **options)
