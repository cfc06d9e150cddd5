# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import re

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import new_test_user

from .common import ContractCase


class CreditHoldCase(ContractCase):
    """A credit controller, a warehouse worker and helpers to hold and release."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.controller = new_test_user(
            cls.env,
            login="bop_credit",
            groups="bop_customer_order.group_credit",
            company_id=cls.company.id,
        )
        cls.worker = new_test_user(
            cls.env,
            login="bop_stock",
            groups="stock.group_stock_user",
            company_id=cls.company.id,
        )

    def _hold(self, target, reason="Three reminders without an answer", user=None):
        """Put a customer or an order on hold, as the credit controller."""
        user = user or self.controller
        target.with_user(user).place_credit_hold(reason)
        self.env.invalidate_all()
        return (
            target._credit_hold_map(self.company)[target.id]
            if (target._name == "res.partner")
            else target._credit_hold_map()[target.id]
        )

    def _unhold(self, target, note="Paid today"):
        target.with_user(self.controller).release_credit_hold(note)
        self.env.invalidate_all()

    def _ready(self, order):
        """The open transfers of an order with everything picked."""
        pickings = order.picking_ids.filtered(
            lambda picking: picking.state not in ("done", "cancel")
        )
        for move in pickings.move_ids.filtered(lambda move: move.state != "cancel"):
            move.quantity = move.product_uom_qty
            move.picked = True
        return pickings

    def _assert_not_delivered(self, pickings, text="credit hold"):
        """Validating is refused in each way Odoo validates, and nothing has moved."""
        ways = (
            lambda: pickings.with_context(skip_backorder=True).button_validate(),
            lambda: pickings._action_done(),
            lambda: pickings.move_ids._action_done(),
        )
        for way in ways:
            with (
                self.assertRaisesRegex(UserError, re.escape(text)),
                self.cr.savepoint(),
            ):
                way()
            self.env.invalidate_all()
            self.assertNotIn("done", pickings.mapped("state"))

    def _launch(self, order):
        """Procure the goods of an order, as the code of some other addon may do."""
        line = order.order_line
        procurement = self.env["stock.rule"].Procurement(
            line.product_id,
            line.product_uom_qty,
            line.product_uom_id,
            self.partner.property_stock_customer,
            line.name,
            order.name,
            self.company,
            {
                "sale_line_id": line.id,
                "warehouse_id": self.warehouse,
                "route_ids": line.product_id.route_ids,
            },
        )
        self.env["stock.rule"].run([procurement])

    def _days_ago(self, days):
        return fields.Date.subtract(fields.Date.today(), days=days)
