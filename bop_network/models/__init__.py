# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import bop_digital
from . import bop_peer
from . import bop_peer_pairing
from . import bop_message
from . import bop_message_outbox
from . import bop_message_inbox
from . import bop_digital_keys
from . import bop_digital_views
from . import bop_message_views
from . import bop_refusal
from . import res_config_settings
