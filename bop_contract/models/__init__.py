# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import res_company
from . import res_config_settings
from . import bop_guarded
from . import bop_contract_seal
from . import bop_idempotency_key
from . import bop_contract
from . import bop_contract_line
from . import bop_contract_link
from . import bop_contract_sealing
from . import bop_contract_offer
from . import bop_contract_delta
from . import bop_contract_succession
from . import bop_contract_views
from . import bop_contract_comparison
from . import bop_change_request
from . import bop_trader
