# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Fetch Debian packages of another suite without touching the system.

apt itself fetches and verifies them, with lists, caches and a source list of our own
and the machine's mirror, proxy and keys.
"""

import shutil
from collections.abc import Sequence
from pathlib import Path

from .console import DevError, output, run

KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")


def available() -> bool:
    """Tell whether this machine can fetch Debian packages with apt."""
    return bool(shutil.which("apt-get") and shutil.which("dpkg")) and bool(mirror())


def mirror() -> str:
    """Return the address of the Debian mirror this machine uses, or an empty string."""
    lines = output(
        [
            "apt-get",
            "indextargets",
            "--format",
            "$(ORIGIN)|$(REPO_URI)",
            "Created-By: Packages",
        ]
    ).splitlines()
    if not lines:
        lines = output(
            ["apt-get", "indextargets", "--format", "|$(REPO_URI)"]
        ).splitlines()
    found = [line.partition("|") for line in lines]
    for origin, _sep, address in found:
        if (
            origin in ("", "Debian", "$(ORIGIN)")
            and "security" not in address
            and "debian" in address
        ):
            return address
    return ""


class PrivateLists:
    """Package lists of the given suites in a folder of our own."""

    def __init__(self, folder: Path, suites: Sequence[str]) -> None:
        self.folder = folder
        self.suites = suites

    def _command(self, *words: object) -> list[str]:
        sources = self.folder / "sources.list"
        options = {
            "Dir::State": self.folder / "state",
            "Dir::State::status": "/dev/null",
            "Dir::Cache": self.folder / "cache",
            "Dir::Etc::sourcelist": sources,
            "Dir::Etc::sourceparts": "-",
            "Dir::Etc::preferences": "-",
            "Dir::Etc::preferencesparts": "-",
            "Acquire::Languages": "none",
            # A folder below a home directory cannot be read by the sandbox user of apt.
            "APT::Sandbox::User": "",
        }
        flags = [
            part for key, value in options.items() for part in ("-o", f"{key}={value}")
        ]
        return ["apt-get", *flags, *(str(word) for word in words)]

    def update(self) -> None:
        """Write the source list and fetch the package lists."""
        for name in ("state/lists/partial", "cache/archives/partial"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        signed = f"[signed-by={KEYRING}] " if KEYRING.exists() else ""
        lines = [f"deb {signed}{mirror()} {suite} main\n" for suite in self.suites]
        (self.folder / "sources.list").write_text("".join(lines))
        advice = (
            "Check the network and that the package debian-archive-keyring is"
            " installed."
        )
        run(self._command("update"), log="apt-update.log", advice=advice)

    def download(self, packages: Sequence[str], target: Path) -> list[Path]:
        """Fetch ``packages`` (``name/suite``) into ``target`` and return their files."""
        target.mkdir(parents=True, exist_ok=True)
        run(self._command("download", *packages), log="apt-download.log", cwd=target)
        return sorted(target.glob("*.deb"))


def unpack(packages: Sequence[Path], target: Path) -> None:
    """Extract Debian packages below ``target``; no maintainer script is run."""
    if not packages:
        raise DevError(
            "apt fetched no package. Remove .dev/odoo and run the command again."
        )
    target.mkdir(parents=True, exist_ok=True)
    for package in packages:
        run(["dpkg", "-x", package, target], log="dpkg.log")
