# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).


def post_init_hook(env):
    """Orders confirmed before this addon came are contracts too: guarded at once, sealed in the background."""
    companies = env["res.company"].search([("bop_contracts", "=", True)])
    env["res.company"]._bop_guard_orders(companies)
