# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Get Odoo 19: a checkout that is there, else Debian's package unpacked, else a git
clone.
"""

import os
import shutil
from pathlib import Path

from . import apt, paths
from .console import DevError, digest, run, step

REPOSITORY = "https://github.com/odoo/odoo.git"
BRANCH = "19.0"
# Debian's package replaces third-party files by links to other packages. Those come
# from a stable suite: sid ships a Font Awesome that no longer has the file names of
# version 4 that Odoo loads.
LINKED_SUITE = "trixie"
LINKED = (
    "fonts-dejavu-core",
    "fonts-font-awesome",
    "fonts-glyphicons-halflings",
    "fonts-inconsolata",
    "fonts-montserrat",
    "fonts-ocr-b",
    "fonts-roboto-unhinted",
    "libjs-jquery",
    "libjs-jquery-form",
    "libjs-underscore",
)
PACKAGES = ("odoo-19/sid", *(f"{name}/{LINKED_SUITE}" for name in LINKED))
# Debian removed this file (its licence is unclear) but the manifest of `mail` still
# names it; without it the browser logs an error, and every tour fails on that.
REMOVED = "mail/static/lib/selfie_segmentation/selfie_segmentation.js"


def home() -> Path:
    """Return the folder that has to be on ``PYTHONPATH`` so that ``import odoo`` works."""
    given = os.environ.get("ODOO_HOME")
    if given:
        return Path(given).expanduser().resolve()
    clone = paths.ODOO / "clone"
    return (
        clone if clone.exists() else paths.ODOO / "root/usr/lib/python3/dist-packages"
    )


def addons_paths() -> list[Path]:
    """Return the folder that holds Odoo's own addons, in a list that is empty when
    there is none.

    Debian's package has all of them below ``odoo/addons`` and a second copy beside it;
    a checkout has only ``base`` there, which Odoo finds by itself.
    """
    found = [
        path
        for path in (home() / "odoo/addons", home() / "addons")
        if (path / "web").is_dir()
    ]
    return found[:1]


def release() -> str:
    """Return a text that changes whenever the Odoo source changes."""
    package = sorted((paths.ODOO / "debs").glob("odoo-19_*.deb"))
    if os.environ.get("ODOO_HOME") or not package:
        head = home() / ".git/HEAD"
        return digest(
            [
                str(home()),
                home() / "odoo/release.py",
                *([head] if head.is_file() else []),
            ]
        )
    return package[0].name


def ensure() -> None:
    """Make Odoo's source available; does nothing when it already is."""
    if os.environ.get("ODOO_HOME"):
        _check_given()
        return
    step("Odoo 19", digest([*PACKAGES, REMOVED]), _fetch, lambda: bool(addons_paths()))


def _check_given() -> None:
    if not (home() / "odoo/release.py").exists() or not addons_paths():
        raise DevError(
            f"ODOO_HOME={home()} holds no Odoo. Unset it or name an Odoo 19 checkout."
        )
    if "(19, 0" not in (home() / "odoo/release.py").read_text():
        raise DevError(
            f"ODOO_HOME={home()} is not Odoo 19.0. Check out branch {BRANCH} there."
        )


def _fetch() -> None:
    if apt.available():
        _fetch_with_apt()
    elif shutil.which("git"):
        target = paths.ODOO / "clone"
        shutil.rmtree(target, ignore_errors=True)
        advice = "Set ODOO_HOME to an Odoo 19 checkout instead."
        run(
            ["git", "clone", "--depth=1", "-b", BRANCH, REPOSITORY, target],
            advice=advice,
        )
    else:
        raise DevError(
            "Neither apt nor git is here. Set ODOO_HOME to an Odoo 19 checkout."
        )


def _fetch_with_apt() -> None:
    debs, root = paths.ODOO / "debs", paths.ODOO / "root"
    shutil.rmtree(debs, ignore_errors=True)
    shutil.rmtree(root, ignore_errors=True)
    lists = apt.PrivateLists(paths.ODOO / "apt", ("sid", LINKED_SUITE))
    lists.update()
    apt.unpack(lists.download(PACKAGES, debs), root)
    addons = root / "usr/lib/python3/dist-packages/odoo/addons"
    _restore_removed(addons)
    _check_links(addons)
    shutil.rmtree(paths.ODOO / "apt", ignore_errors=True)


def _restore_removed(addons: Path) -> None:
    target = addons / REMOVED
    target.parent.mkdir(parents=True, exist_ok=True)
    target.touch()


def _check_links(addons: Path) -> None:
    dangling = [
        path for path in addons.rglob("*") if path.is_symlink() and not path.exists()
    ]
    if dangling:
        names = ", ".join(str(path.relative_to(addons)) for path in dangling[:5])
        raise DevError(
            f"{len(dangling)} links of the Odoo package lead nowhere ({names}). "
        )
