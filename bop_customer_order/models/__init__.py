# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import res_company
from . import res_partner
from . import sale_change_request
from . import sale_order
from . import sale_order_line
from . import sale_order_terms
from . import sale_order_links
from . import sale_order_succession
from . import sale_order_impact
from . import sale_order_views
from . import sale_order_api
from . import sale_report
from . import stock_move
from . import stock_picking
from . import account_move_line
