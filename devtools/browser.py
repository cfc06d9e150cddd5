# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Chromium for the tours. Odoo skips a tour without a browser; here that is an error."""

import fcntl
import os
import shutil

from . import paths
from .console import DevError, digest, run, step

# The names under which Odoo's test framework looks for a browser.
NAMES = ("google-chrome", "chromium", "chromium-browser", "google-chrome-stable")
ADVICE = "Install Chromium (`apt install chromium`) and run the command again."


def found() -> bool:
    """Tell whether a browser that Odoo's tests can drive is on the path."""
    return any(shutil.which(name) for name in NAMES)


def ensure() -> None:
    """Install Chromium with apt when no browser is there; who asks meanwhile waits."""
    paths.DEV.mkdir(exist_ok=True)
    with (paths.DEV / "browser.lock").open("w") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        step("Chromium", digest([NAMES]), _install, found)


def _install() -> None:
    if found():
        return
    if not shutil.which("apt-get"):
        raise DevError(
            f"The tours need a browser and this machine has no apt. {ADVICE}"
        )
    prefix = _root_prefix()
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    install = ["install", "--yes", "--no-install-recommends", "chromium"]
    for words in (["update"], install):
        command = [*prefix, "apt-get", *words]
        run(command, log="chromium.log", advice=ADVICE, env=environment)


def _root_prefix() -> list[str]:
    if not os.geteuid():
        return []
    if (
        shutil.which("sudo")
        and not run(["sudo", "-n", "true"], raises=False).returncode
    ):
        return ["sudo", "-n"]
    raise DevError(f"The tours need a browser and only root can install it. {ADVICE}")
