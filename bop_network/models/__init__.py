# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import bop_digital
from . import bop_peer
from . import bop_peer_pairing
from . import bop_message
from . import bop_message_outbox
from . import bop_message_inbox
from . import bop_refusal
