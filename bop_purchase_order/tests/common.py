# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import Command
from odoo.tests import TransactionCase, new_test_user

from odoo.addons.bop_contract.tests.chain_common import ChainHelpers


class PurchaseCase(ChainHelpers, TransactionCase):
    """A company with a warehouse, a vendor and products; helpers that read like what a
    buyer does.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context={**cls.env.context, "tracking_disable": True})
        cls.company = cls.env.company
        cls.company.bop_contracts = True
        cls.company.po_double_validation = "one_step"
        cls.company.po_lock = "edit"
        cls.warehouse = cls.env["stock.warehouse"].search(
            [("company_id", "=", cls.company.id)], limit=1
        )
        cls.partner = cls.env["res.partner"].create(
            {"name": "Südhandel", "city": "Basel"}
        )
        cls.tax = cls.env["account.tax"].create(
            {"name": "Test VAT 15", "amount": 15.0, "type_tax_use": "purchase"}
        )
        cls.desk = cls._make_product("Desk", 100.0, control="purchase")
        cls.chair = cls._make_product("Chair", 40.0, control="receive")
        cls.lamp = cls._make_product("Lamp", 25.0, control="purchase")
        cls.shelf = cls._make_product("Shelf", 60.0, control="receive")
        cls.buyer = new_test_user(
            cls.env,
            login="bop_buyer",
            groups="purchase.group_purchase_user",
            company_id=cls.company.id,
        )
        cls.purchase_manager = new_test_user(
            cls.env,
            login="bop_purchase_manager",
            groups="purchase.group_purchase_manager",
            company_id=cls.company.id,
        )

    @classmethod
    def _make_product(cls, name, cost, control="purchase", **values):
        return cls.env["product.product"].create(
            {
                "name": name,
                "default_code": name.upper(),
                "type": "consu",
                "is_storable": True,
                "standard_price": cost,
                "purchase_method": control,
                "supplier_taxes_id": [Command.set(cls.tax.ids)],
                **values,
            }
        )

    @classmethod
    def _make_order(cls, *items, confirm=True, **values):
        """An order for (product, quantity[, price])."""
        lines = [
            Command.create(
                {
                    "product_id": item[0].id,
                    "product_qty": item[1],
                    "price_unit": (
                        item[2] if len(item) > 2 else item[0].standard_price
                    ),
                }
            )
            for item in items
        ]
        order = cls.env["purchase.order"].create(
            {"partner_id": cls.partner.id, "order_line": lines, **values}
        )
        if confirm:
            order.button_confirm()
        return order

    def _receive(self, order, quantities=None):
        """Validate the open receipts, step by step; {product: quantity} receives part
        and leaves a back-order.
        """
        pickings = order.picking_ids.filtered(
            lambda picking: picking.state not in ("done", "cancel")
        )
        for picking in pickings:
            for move in picking.move_ids.filtered(
                lambda move: move.state not in ("done", "cancel")
            ):
                move.quantity = (
                    move.product_uom_qty
                    if quantities is None
                    else quantities.get(move.product_id, 0)
                )
                move.picked = bool(move.quantity)
            picking.with_context(skip_backorder=True)._action_done()
        return pickings

    def _bill(self, order, quantities=None, post=True, refund=False):
        """Bill what Odoo proposes, or {product: quantity}."""
        order.action_create_invoice()
        bill = order.invoice_ids.filtered(lambda move: move.state == "draft")[-1:]
        bill.invoice_date = "2026-01-15"
        for line in bill.invoice_line_ids if quantities is not None else ():
            line.quantity = quantities.get(line.product_id, 0)
        if refund:
            bill.action_switch_move_type()
        if post:
            bill.action_post()
        return bill

    # === LAW 2 ===#
    def _documents(self, order):
        """Everything that was received, billed, or waits for this order."""
        lines = order.order_line
        return {
            "stock.move": lines.move_ids,
            "waiting stock.move": lines.move_dest_ids,
            "stock.picking": order.picking_ids,
            "account.move": order.invoice_ids,
            "account.move.line": lines.invoice_lines,
        }

    def _assert_owns_nothing(self, order):
        """A superseded order has no receipt, bill or waiting delivery of its own."""
        for name, records in self._documents(order).items():
            self.assertFalse(records, f"the predecessor owns a {name}")
        self.assertFalse(order.reference_ids)

    def _recompute_all(self, order):
        """Forget what was copied and let Odoo compute it again."""
        lines = order.order_line
        for record, names in (
            (lines, ("qty_received", "qty_invoiced", "qty_to_invoice")),
            (order, ("invoice_status", "receipt_status", "picking_ids", "invoice_ids")),
        ):
            for name in names:
                self.env.add_to_compute(record._fields[name], record)
        self.env.flush_all()
