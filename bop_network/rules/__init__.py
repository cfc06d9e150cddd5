# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The rules of the wire, as pure functions: no Odoo, no network, no clock."""
