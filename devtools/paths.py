# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Where things lie. Everything ``./dev`` makes is below ``.dev`` and can be thrown
away.
"""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DEV = Path(os.environ.get("BOP_DEV_HOME") or ROOT / ".dev").resolve()
STAMPS = DEV / "stamps"
LOGS = DEV / "logs"
RESULTS = DEV / "results"
VENV = DEV / "venv"
VENV_BIN = VENV / "bin"
PYTHON = VENV_BIN / "python"
ODOO = DEV / "odoo"
ODOO_RC = DEV / "odoo.rc"
DATA_DIR = DEV / "data"
NODE_MODULES = DEV / "lint"


def addons() -> list[str]:
    """Return the names of this project's addons, sorted."""
    return sorted(path.parent.name for path in ROOT.glob("*/__manifest__.py"))
