# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import ContractCase


@tagged("post_install", "-at_install")
class TestEvents(ContractCase):
    """Integrators learn what happens to an order, once each."""

    def events(self, order):
        """The log of an order, oldest first."""
        log = self.env["bop.event"].search([("res_id", "=", order.id)], order="id")
        return log.filtered(lambda event: event.res_model == "sale.order")

    def test_the_life_of_an_order_is_in_the_log(self):
        order = self._make_order((self.desk, 10))
        self._deliver(order, {self.desk: 4})
        self._invoice(order)
        successor = self._succeed(order, {self.desk: 12})
        self.assertEqual(
            self.events(order).mapped("name"),
            ["accepted", "delivered", "billed", "superseded"],
        )
        delivered, billed, superseded = self.events(order)[1:]
        self.assertEqual(
            delivered.payload["positions"], {order.order_line.position_uid: 4.0}
        )
        self.assertEqual(billed.payload["kind"], "bill")
        self.assertEqual(superseded.payload["successor"], successor.name)

    def test_the_log_is_append_only(self):
        event = self.events(self._make_order((self.desk, 1)))
        with self.assertRaisesRegex(UserError, "never changed"):
            event.write({"name": "billed"})
        with self.assertRaisesRegex(UserError, "never changed"):
            event.unlink()
        with self.assertRaisesRegex(UserError, "written by the system"):
            event.copy()
