# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Ask Peppol's own rules about the documents that tests have sent.

The checker is no part of this project: ``BOP_PEPPOL`` names the folder of its program
``check_ubl.py``, which needs the package ``saxonche``. Without it nothing is asked.
"""

import importlib.util
import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Collection
from pathlib import Path

#: How many documents were checked so far.
checked = 0


def findings(bodies: Collection[bytes]) -> str:
    """What the checker says of documents, when it refuses one of them.

    It runs by itself, since it brings a virtual machine of its own.
    """
    global checked
    folder = os.environ.get("BOP_PEPPOL")
    if not folder or not bodies or not importlib.util.find_spec("saxonche"):
        return ""
    with tempfile.TemporaryDirectory() as place:
        files = [Path(place, f"{number}.xml") for number in range(len(bodies))]
        for file, body in zip(files, bodies, strict=True):
            file.write_bytes(body)
        checker = [sys.executable, str(Path(folder, "check_ubl.py"))]
        done = subprocess.run(
            [*checker, *map(str, files)],
            capture_output=True,
            text=True,
            check=False,
            preexec_fn=_without_limit,
        )
    checked += len(bodies)
    return "" if done.returncode == 0 else done.stdout + done.stderr


def _without_limit() -> None:
    """Odoo limits the memory of its processes; the checker reserves more than it uses."""
    _soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (hard, hard))
