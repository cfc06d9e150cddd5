# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import res_company
from . import purchase_change_request
from . import purchase_order
from . import purchase_order_line
from . import purchase_order_terms
from . import purchase_order_vendor
from . import purchase_order_agreed
from . import purchase_order_links
from . import stock_move
from . import stock_rule
from . import purchase_order_network
