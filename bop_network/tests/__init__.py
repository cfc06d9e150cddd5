# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import test_access
from . import test_evidence
from . import test_http
from . import test_keys
from . import test_messages
from . import test_queues
from . import test_tours
