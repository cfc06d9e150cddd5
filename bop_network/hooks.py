# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from .models import append_only, key_store


def uninstall_hook(env):
    """Leave no trigger behind, and no secret."""
    append_only.drop(env.cr)
    key_store.drop(env.cr)
    env.cr.execute("DROP TABLE IF EXISTS bop_network_counter")
