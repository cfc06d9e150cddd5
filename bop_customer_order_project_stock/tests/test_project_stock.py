# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import Command
from odoo.tests import tagged

from odoo.addons.bop_customer_order.tests.common import ContractCase


@tagged("post_install", "-at_install")
class TestProjectStock(ContractCase):
    def test_goods_taken_for_a_project_are_billed_but_no_term(self):
        """Without the bridge, validating the picking is refused: no line can be added
        to a contract.
        """
        order = self._make_order((self.desk, 1))
        project = self.env["project.project"].create(
            {
                "name": "Fitting",
                "allow_billable": True,
                "partner_id": self.partner.id,
                "reinvoiced_sale_order_id": order.id,
            }
        )
        self.lamp.expense_policy = "sales_price"
        picking_type = self.warehouse.out_type_id
        picking_type.analytic_costs = True
        picking = self.env["stock.picking"].create(
            {
                "partner_id": self.partner.id,
                "picking_type_id": picking_type.id,
                "location_id": self.stock.id,
                "location_dest_id": self.partner.property_stock_customer.id,
                "project_id": project.id,
                "move_ids": [
                    Command.create(
                        {
                            "product_id": self.lamp.id,
                            "product_uom_qty": 2,
                            "location_id": self.stock.id,
                            "location_dest_id": self.partner.property_stock_customer.id,
                        }
                    )
                ],
            }
        )
        picking.action_confirm()
        picking.move_ids.quantity = 2
        picking.button_validate()
        self.assertEqual(picking.state, "done")
        extra = order.order_line.filtered(lambda line: line.product_id == self.lamp)
        self.assertTrue(extra, "the goods were re-invoiced")
        self.assertTrue(all(extra.mapped("is_execution")))
        self.assertTrue(order._contract_verify()["valid"])
