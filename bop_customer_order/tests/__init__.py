# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import test_change_request
from . import test_succession
from . import test_tours
