# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import TransactionCase, new_test_user

from odoo.addons.bop_contract.tests.chain_common import ChainHelpers

#: A signature: one pixel.
PIXEL = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAA"
    "AABJRU5ErkJggg=="
)


class ContractCase(ChainHelpers, TransactionCase):
    """A company with a warehouse, stock, a customer and products; helpers that read
    like what a salesperson does.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # An invitation to each user takes almost half of what making him takes.
        quiet = {"tracking_disable": True, "no_reset_password": True}
        cls.env = cls.env(context={**cls.env.context, **quiet})
        cls.company = cls.env.company
        cls.company.bop_contracts = True
        cls.warehouse = cls.env["stock.warehouse"].search(
            [("company_id", "=", cls.company.id)], limit=1
        )
        cls.stock = cls.warehouse.lot_stock_id
        # Without an address nobody is written to: a mail with the order takes as long
        # as a confirmation. The tests of mails give him one.
        cls.partner = cls.env["res.partner"].create(
            {"name": "Nordwind Werkzeuge", "city": "Zürich"}
        )
        cls.vendor = cls.env["res.partner"].create({"name": "Südhandel"})
        cls.tax = cls.env["account.tax"].create(
            {"name": "Test VAT 15", "amount": 15.0, "type_tax_use": "sale"}
        )
        cls.desk = cls._make_product("Desk", 100.0, policy="order")
        cls.chair = cls._make_product("Chair", 40.0, policy="delivery")
        cls.lamp = cls._make_product("Lamp", 25.0, policy="order")
        cls.shelf = cls._make_product("Shelf", 60.0, policy="delivery")
        cls.salesman = new_test_user(
            cls.env,
            login="bop_sales",
            groups="sales_team.group_sale_salesman",
            company_id=cls.company.id,
        )
        cls.sales_manager = new_test_user(
            cls.env,
            login="bop_manager",
            groups="sales_team.group_sale_manager",
            company_id=cls.company.id,
        )

    @classmethod
    def _make_product(cls, name, price, policy="order", quantity=1000.0, **values):
        product = cls.env["product.product"].create(
            {
                "name": name,
                "default_code": name.upper(),
                "type": "consu",
                "is_storable": True,
                "list_price": price,
                "invoice_policy": policy,
                "taxes_id": [Command.set(cls.tax.ids)],
                **values,
            }
        )
        if quantity and product.is_storable:
            cls.env["stock.quant"]._update_available_quantity(
                product, cls.stock, quantity
            )
        return product

    @classmethod
    def _make_order(cls, *items, confirm=True, **values):
        """An order for (product, quantity[, price])."""
        lines = [
            Command.create(
                {
                    "product_id": item[0].id,
                    "product_uom_qty": item[1],
                    **({"price_unit": item[2]} if len(item) > 2 else {}),
                }
            )
            for item in items
        ]
        order = cls.env["sale.order"].create(
            {"partner_id": cls.partner.id, "order_line": lines, **values}
        )
        if confirm:
            order.action_confirm()
        return order

    def _deliver(self, order, quantities=None):
        """Validate the open outgoing transfers, step by step; {product: quantity}
        delivers part and leaves a back-order.
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

    def _invoice(self, order, post=True, final=True):
        invoice = order._create_invoices(final=final)
        if post:
            invoice.action_post()
        return invoice

    def _can_be_written_to(self):
        """Let the customer have an e-mail address."""
        self.partner.email = "buy@nordwind.example"

    def _documents(self, order):
        """Everything that was delivered, billed, purchased, produced or done for this
        order.
        """
        found = {
            "stock.move": order.order_line.move_ids,
            "stock.picking": order.picking_ids,
            "account.move": order.invoice_ids,
            "account.move.line": order.order_line.invoice_lines,
        }
        for model in (
            "purchase.order.line",
            "mrp.production",
            "project.task",
            "project.milestone",
            "project.project",
        ):
            if model in self.env and "sale_line_id" in self.env[model]._fields:
                found[model] = self.env[model].search(
                    [("sale_line_id", "in", order.order_line.ids)]
                )
        if "so_line" in self.env["account.analytic.line"]._fields:
            domain = [("so_line", "in", order.order_line.ids)]
            found["account.analytic.line"] = self.env["account.analytic.line"].search(
                domain
            )
        return found

    def _open_demand(self, order):
        """{product: quantity} that is still to leave for the customer."""
        leaving = self._open_moves(order).filtered(
            lambda move: (
                move.location_final_id or move.location_dest_id
            )._is_outgoing()
        )
        return {
            product: sum(own.mapped("product_qty"))
            for product in leaving.product_id
            for own in [
                leaving.filtered(
                    lambda move, product=product: move.product_id == product
                )
            ]
        }

    def _finish(self, order):
        """Deliver and bill to the end; assert that exactly the order is delivered and
        its total billed.
        """
        for _round in range(10):
            if not self._deliver(order):
                break
        self.assertFalse(self._open_moves(order), "deliveries do not come to an end")
        order.invoice_ids.filtered(lambda move: move.state == "draft").action_post()
        if order.invoice_status == "to invoice":
            self._invoice(order)
        for line in order._contract_lines().filtered(
            lambda line: not line.display_type
        ):
            if line.product_id.type == "consu":
                self.assertEqual(
                    line.qty_delivered, line.product_uom_qty, line.display_name
                )
            self.assertEqual(line.qty_invoiced, line.product_uom_qty, line.display_name)
        self.assertAlmostEqual(self._billed(order), order.amount_total)
        self.assertTrue(order._contract_verify()["valid"], order._contract_verify())

    def _billed(self, order):
        """Total of all posted invoices less credit notes, in the currency of the order."""
        posted = order.invoice_ids.filtered(lambda move: move.state == "posted")
        return sum(posted.mapped("amount_total_in_currency_signed"))

    def _return(self, order, product, quantity, move=None):
        """The customer sends goods back, to be refunded: of one ``move``, or of the
        first delivery of the product.
        """
        delivered = order.order_line.move_ids.filtered(
            lambda m: m.state == "done" and m.product_id == product
        )
        move = move or delivered[:1]
        context = {"active_id": move.picking_id.id, "active_model": "stock.picking"}
        wizard = self.env["stock.return.picking"].with_context(**context).create({})
        for line in wizard.product_return_moves:
            line.write(
                {
                    "quantity": quantity if line.move_id == move else 0.0,
                    "to_refund": True,
                }
            )
        returned = self.env["stock.picking"].browse(
            wizard.action_create_returns()["res_id"]
        )
        for back in returned.move_ids:
            back.write({"quantity": back.product_uom_qty, "picked": True})
        returned._action_done()
        return returned

    def _assert_refused(self, order, changes, text):
        """The change is refused with ``text``, and nothing has moved."""
        request = self._change(order, changes, apply=False)
        before, documents = self._sums(order), self._documents(order)
        demand = self._open_demand(order)
        with self.assertRaisesRegex(UserError, text), self.cr.savepoint():
            request._apply()
        self.env.invalidate_all()
        self.assertEqual(
            (self._sums(order), self._documents(order), self._open_demand(order)),
            (before, documents, demand),
        )
        self.assertEqual(
            (order.state, order.is_contract, order.successor_id),
            ("sale", True, self.env["sale.order"]),
        )
        return request

    def _assert_owns_nothing(self, order):
        """A superseded order has no delivery, invoice, purchase or production of its
        own.
        """
        self.assertFalse(order.picking_ids, "the predecessor owns a picking")
        self.assertFalse(order.invoice_ids, "the predecessor owns an invoice")
        self.assertFalse(
            self.env["stock.move"].search(
                [("sale_line_id", "in", order.order_line.ids)]
            )
        )
        if (
            "purchase.order.line" in self.env
            and "sale_line_id" in self.env["purchase.order.line"]._fields
        ):
            self.assertFalse(
                self.env["purchase.order.line"].search(
                    [("sale_line_id", "in", order.order_line.ids)]
                )
            )
        if (
            "mrp.production" in self.env
            and "sale_line_id" in self.env["mrp.production"]._fields
        ):
            self.assertFalse(
                self.env["mrp.production"].search(
                    [("sale_line_id", "in", order.order_line.ids)]
                )
            )

    def _recompute_all(self, order):
        """Forget what was copied and let Odoo compute it again."""
        lines = order.order_line
        for name in (
            "qty_delivered",
            "qty_invoiced",
            "qty_to_invoice",
            "invoice_status",
            "untaxed_amount_invoiced",
        ):
            self.env.add_to_compute(lines._fields[name], lines)
        self.env.flush_all()
