# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.addons.bop_contract.models.guard import drop_triggers


def post_init_hook(env):
    """Orders confirmed before this addon came are contracts too: guarded at once,
    sealed in the background.
    """
    companies = env["res.company"].search([("bop_contracts", "=", True)])
    env["purchase.order"]._contract_guard_existing(companies)
    env.ref("bop_purchase_order.cron_seal_orders")._trigger()


def uninstall_hook(env):
    """Take the triggers off the tables of orders: without the columns of this addon
    they would refuse every change.
    """
    order, lines = env["purchase.order"], env["purchase.order.line"]
    details = [table for table, _column in lines._contract_detail_tables()]
    drop_triggers(env.cr, [order._table, lines._table, *details])
