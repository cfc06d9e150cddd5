# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.addons.bop_contract.models.guard import drop_triggers

from .models import acceptance_sql


def post_init_hook(env):
    """Orders confirmed before this addon came are contracts too: guarded at once,
    sealed in the background.
    """
    companies = env["res.company"].search([("bop_contracts", "=", True)])
    env["res.company"]._bop_guard_orders(companies)


def uninstall_hook(env):
    """Take the triggers off the tables of orders: without the columns of this addon
    they would refuse every change.
    """
    order, lines = env["sale.order"], env["sale.order.line"]
    details = [table for table, _column in lines._contract_detail_tables()]
    drop_triggers(env.cr, [order._table, lines._table, *details])
    acceptance_sql.drop_functions(env.cr)
