# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""How hypothesis runs here, and where the helpers of these tests are."""

import sys
from pathlib import Path

from hypothesis import settings

# With importlib mode, pytest does not put the folder of a test on the path.
sys.path.insert(0, str(Path(__file__).parent))

settings.register_profile("network", deadline=None, database=None, max_examples=100)
settings.load_profile("network")
