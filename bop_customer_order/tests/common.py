# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import Command
from odoo.tests import TransactionCase, new_test_user


class ContractCase(TransactionCase):
    """A company with a warehouse, stock, a customer and products; helpers that read like what a salesperson does."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context={**cls.env.context, "tracking_disable": True})
        cls.company = cls.env.company
        cls.company.bop_contracts = True
        cls.warehouse = cls.env["stock.warehouse"].search([("company_id", "=", cls.company.id)], limit=1)
        cls.stock = cls.warehouse.lot_stock_id
        cls.partner = cls.env["res.partner"].create({"name": "Nordwind Werkzeuge", "city": "Zürich", "email": "buy@nordwind.example"})
        cls.vendor = cls.env["res.partner"].create({"name": "Südhandel"})
        cls.tax = cls.env["account.tax"].create({"name": "Test VAT 15", "amount": 15.0, "type_tax_use": "sale"})
        cls.desk = cls._make_product("Desk", 100.0, policy="order")
        cls.chair = cls._make_product("Chair", 40.0, policy="delivery")
        cls.lamp = cls._make_product("Lamp", 25.0, policy="order")
        cls.shelf = cls._make_product("Shelf", 60.0, policy="delivery")
        cls.salesman = new_test_user(cls.env, login="bop_sales", groups="sales_team.group_sale_salesman", company_id=cls.company.id)
        cls.sales_manager = new_test_user(cls.env, login="bop_manager", groups="sales_team.group_sale_manager", company_id=cls.company.id)

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
            cls.env["stock.quant"]._update_available_quantity(product, cls.stock, quantity)
        return product

    @classmethod
    def _make_order(cls, *items, confirm=True, **values):
        """An order for (product, quantity[, price])."""
        lines = [
            Command.create({"product_id": item[0].id, "product_uom_qty": item[1], **({"price_unit": item[2]} if len(item) > 2 else {})})
            for item in items
        ]
        order = cls.env["sale.order"].create({"partner_id": cls.partner.id, "order_line": lines, **values})
        if confirm:
            order.action_confirm()
        return order

    def _deliver(self, order, quantities=None):
        """Validate the open outgoing transfers, step by step; {product: quantity} delivers part and leaves a back-order."""
        pickings = order.picking_ids.filtered(lambda picking: picking.state not in ("done", "cancel"))
        for picking in pickings:
            for move in picking.move_ids.filtered(lambda move: move.state not in ("done", "cancel")):
                move.quantity = move.product_uom_qty if quantities is None else quantities.get(move.product_id, 0)
                move.picked = bool(move.quantity)
            picking.with_context(skip_backorder=True)._action_done()
        return pickings

    def _invoice(self, order, post=True, final=True):
        invoice = order._create_invoices(final=final)
        if post:
            invoice.action_post()
        return invoice

    def _change(self, order, changes=None, new=(), header=None, apply=True):
        """Change order: {product or line: values} on its offer, plus new (product, quantity[, price]); apply it.

        :return: the successor, or the open request when it is not applied
        """
        request = order._contract_request_change()
        offer = request.offer_id
        for key, values in (changes or {}).items():
            lines = offer.order_line.filtered(
                lambda line, key=key: line.predecessor_line_id == key if key._name == "sale.order.line" else line.product_id == key
            )
            lines.write(values if isinstance(values, dict) else {"product_uom_qty": values})
        for item in new:
            offer.write(
                {
                    "order_line": [
                        Command.create(
                            {"product_id": item[0].id, "product_uom_qty": item[1], **({"price_unit": item[2]} if len(item) > 2 else {})}
                        )
                    ]
                }
            )
        if header:
            offer.write(header)
        return request._apply() if apply else request

    def _line(self, order, product):
        return order.order_line.filtered(lambda line: line.product_id == product and not line.is_execution)

    def _sums(self, order):
        """Delivered and billed quantity per product over all versions of the order."""
        lines = order._contract_chain().order_line.filtered(lambda line: not line.display_type)
        return {
            product: (sum(own.mapped("qty_delivered")), sum(own.mapped("qty_invoiced")))
            for product in lines.product_id
            for own in [lines.filtered(lambda line, product=product: line.product_id == product)]
        }

    def _assert_owns_nothing(self, order):
        """A superseded order has no delivery, invoice, purchase or production of its own."""
        self.assertFalse(order.picking_ids, "the predecessor owns a picking")
        self.assertFalse(order.invoice_ids, "the predecessor owns an invoice")
        self.assertFalse(self.env["stock.move"].search([("sale_line_id", "in", order.order_line.ids)]))
        if "purchase.order.line" in self.env and "sale_line_id" in self.env["purchase.order.line"]._fields:
            self.assertFalse(self.env["purchase.order.line"].search([("sale_line_id", "in", order.order_line.ids)]))
        if "mrp.production" in self.env and "sale_line_id" in self.env["mrp.production"]._fields:
            self.assertFalse(self.env["mrp.production"].search([("sale_line_id", "in", order.order_line.ids)]))

    def _recompute_all(self, order):
        """Forget what was copied and let Odoo compute it again."""
        lines = order.order_line
        for name in ("qty_delivered", "qty_invoiced", "qty_to_invoice", "invoice_status", "untaxed_amount_invoiced"):
            self.env.add_to_compute(lines._fields[name], lines)
        self.env.flush_all()
