# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import test_flow
from . import test_flow_counter
from . import test_flow_gaps
from . import test_flow_obstacles
from . import test_flow_random
from . import test_trader
from . import test_translation
