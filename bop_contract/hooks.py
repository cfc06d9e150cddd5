# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from .models.guard import drop_guards


def uninstall_hook(env):
    """Take the triggers and their functions out of the database, with every trigger
    that other addons built on them.
    """
    drop_guards(env.cr)
