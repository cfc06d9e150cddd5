# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Shared by the tests of the documents: how hypothesis runs."""

import sys
from pathlib import Path

from hypothesis import settings

HERE = Path(__file__).parent
# With importlib mode, pytest puts no folder on the path.
sys.path[:0] = [str(HERE), str(HERE.parent / "rules")]

settings.register_profile("rules", deadline=None, database=None, max_examples=60)
settings.load_profile("rules")
