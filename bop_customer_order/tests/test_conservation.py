# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import os

from odoo import Command
from odoo.tests import tagged

from .common import ContractCase

EXPECTED = (
    "event_booth_sale",
    "pos_sale",
    "repair",
    "sale_expense",
    "sale_loyalty",
    "sale_mrp",
    "sale_purchase_stock",
    "sale_timesheet",
    "stock_delivery",
    "stock_dropshipping",
)


@tagged("post_install", "-at_install")
class TestConservation(ContractCase):
    """What applying a change must not do, whatever the change is."""

    def test_what_was_copied_is_what_odoo_computes(self):
        order = self._make_order((self.desk, 10), (self.chair, 5), (self.lamp, 4))
        self._deliver(order, {self.desk: 4, self.chair: 2})
        self._invoice(order)
        successor = self._succeed(order, {self.desk: 12, self.lamp: 6})
        names = [
            "qty_delivered",
            "qty_invoiced",
            "qty_to_invoice",
            "invoice_status",
            "untaxed_amount_invoiced",
            "untaxed_amount_to_invoice",
            "price_subtotal",
            "price_total",
            "state",
            "position_status",
            "position_billing",
        ]
        header = [
            "amount_untaxed",
            "amount_total",
            "invoice_status",
            "delivery_status",
            "fulfilment_status",
            "billing_status",
        ]
        for version in (order, successor):
            self.env.invalidate_all()
            before = (version.order_line.read(names), version.read(header))
            for records, fields in ((version.order_line, names), (version, header)):
                for name in fields:
                    self.env.add_to_compute(records._fields[name], records)
            self.env.flush_all()
            self.env.invalidate_all()
            self.assertEqual(
                (version.order_line.read(names), version.read(header)),
                before,
                version.name,
            )

    def test_parity_alone_makes_no_delivery_purchase_or_invoice(self):
        order = self._make_order((self.desk, 10), (self.chair, 5))
        self._deliver(order, {self.desk: 4})
        self._invoice(order)
        counted = (
            "stock.move",
            "stock.picking",
            "account.move",
            "account.move.line",
            "purchase.order.line",
        )
        models = [self.env[name] for name in counted if name in self.env]
        before = [model.search_count([]) for model in models]
        successor = self._succeed(order, header={"client_order_ref": "PO 4711"})
        self.assertEqual([model.search_count([]) for model in models], before)
        self.assertEqual(successor.client_order_ref, "PO 4711")
        self.assertFalse(order.client_order_ref)

    def test_payments_and_their_order_stay_together(self):
        order = self._make_order((self.desk, 10))
        provider = self.env["payment.provider"].search(
            [("company_id", "=", self.company.id)], limit=1
        )
        method = (
            self.env["payment.method"]
            .with_context(active_test=False)
            .search([], limit=1)
        )
        transaction = self.env["payment.transaction"].create(
            {
                "provider_id": provider.id,
                "payment_method_id": method.id,
                "reference": "bop-test",
                "amount": order.amount_total,
                "currency_id": order.currency_id.id,
                "partner_id": self.partner.id,
                "sale_order_ids": [Command.set(order.ids)],
            }
        )
        successor = self._succeed(order, {self.desk: 12})
        self.assertEqual(
            (transaction.sale_order_ids, successor.transaction_ids),
            (successor, transaction),
        )

    def test_what_was_delivered_and_billed_at_the_change_is_remembered(self):
        order = self._make_order((self.desk, 10))
        self._deliver(order, {self.desk: 4})
        self._invoice(order)
        successor = self._succeed(order, {self.desk: 12})
        self.assertEqual(
            (order.order_line.superseded_delivered, order.order_line.superseded_billed),
            (4, 10),
        )
        request = self.env["sale.change.request"].search(
            [("successor_id", "=", successor.id)]
        )
        self.assertEqual(
            [
                (row["ordered"], row["delivered"], row["billed"])
                for row in request.fulfilment
            ],
            [(10, 4, 10)],
        )
        self._finish(successor)
        self.assertEqual(
            (order.order_line.superseded_delivered, order.order_line.superseded_billed),
            (4, 10),
        )


@tagged("post_install", "-at_install", "bop_apps")
class TestEveryApp(ContractCase):
    def test_wide_no_app_is_missing_where_all_scenarios_have_to_run(self):
        if not os.environ.get("BOP_WIDE"):
            self.skipTest("BOP_WIDE is not set: this database may have fewer apps")
        installed = self.env["ir.module.module"]._installed()
        self.assertEqual([name for name in EXPECTED if name not in installed], [])
