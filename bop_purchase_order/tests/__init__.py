# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import test_access
from . import test_api
from . import test_guard
from . import test_guard_sql
from . import test_links
from . import test_performance
from . import test_property
from . import test_seal
from . import test_succession
from . import test_supply
from . import test_tours
from . import test_vendor
from . import test_vendor_bills
from . import test_vendor_shipments
from . import test_terms_in
