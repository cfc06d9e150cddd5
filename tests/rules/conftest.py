# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Load the rules of the addons without Odoo.

Importing ``bop_contract`` would execute its models. Registering the folder as a
bare package first makes ``bop_contract.rules`` importable on its own.
"""

import sys
from pathlib import Path
from types import ModuleType

from hypothesis import settings

HERE = Path(__file__).parent

for rules in HERE.parents[1].glob("bop_*/rules"):
    addon = ModuleType(rules.parent.name)
    addon.__path__ = [str(rules.parent)]
    sys.modules.setdefault(addon.__name__, addon)
sys.path.insert(0, str(HERE))

settings.register_profile("rules", deadline=None, database=None)
settings.load_profile("rules")
