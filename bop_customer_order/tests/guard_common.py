# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import Command

from odoo.addons.bop_contract.tests.guard_common import GuardHelpers

from .common import ContractCase


class GuardCase(GuardHelpers, ContractCase):
    """A contract with two positions, the people who may try to change it, and what
    tells whether they did.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other_partner = cls.env["res.partner"].create({"name": "Someone Else"})
        cls.order = cls._make_order(
            (cls.desk, 10),
            (cls.chair, 5),
            user_id=cls.salesman.id,
            client_order_ref="PO 77",
        )
        cls.line = cls.order.order_line[0]
        cls.env.flush_all()

    def _people(self, records):
        """``records`` as seen by each person who may try: salesperson, manager,
        administrator, and the superuser.
        """
        users = self.salesman | self.sales_manager | self.env.ref("base.user_admin")
        users.filtered(lambda user: user != self.salesman).group_ids |= self.env.ref(
            "sales_team.group_sale_manager"
        )
        return [(user.login, records.with_user(user)) for user in users] + [
            ("superuser", records.sudo())
        ]

    def _make_customized_order(self):
        value = Command.create({"name": "Text", "is_custom": True})
        attribute = {
            "name": "Engraving",
            "create_variant": "no_variant",
            "value_ids": [value],
        }
        attribute = self.env["product.attribute"].create(attribute)
        line = {
            "attribute_id": attribute.id,
            "value_ids": [Command.set(attribute.value_ids.ids)],
        }
        template = self.env["product.template"].create(
            {"name": "Pen", "attribute_line_ids": [Command.create(line)]}
        )
        choice = template.attribute_line_ids.product_template_value_ids
        self.assertEqual(choice.name, "Text")
        custom = {
            "custom_product_template_attribute_value_id": choice.id,
            "custom_value": "Grace",
        }
        position = {
            "product_id": template.product_variant_id.id,
            "product_custom_attribute_value_ids": [Command.create(custom)],
        }
        order = self._make_order(confirm=False)
        order.order_line = [Command.create(position)]
        order.action_confirm()
        return order, order.order_line.product_custom_attribute_value_ids
