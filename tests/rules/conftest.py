# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The rules are found without Odoo by ``tests/conftest.py``; here only how hypothesis
runs.
"""

import sys
from pathlib import Path

from hypothesis import settings

# With importlib mode, pytest does not put the folder of a test on the path.
sys.path.insert(0, str(Path(__file__).parent))

settings.register_profile("rules", deadline=None, database=None, max_examples=60)
settings.load_profile("rules")
