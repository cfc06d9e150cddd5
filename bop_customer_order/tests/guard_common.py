# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import Command
from odoo.exceptions import UserError

from .common import ContractCase

OTHER_TIME = {"date": "2031-01-02", "datetime": "2031-01-02 03:04:05"}
OTHER_TEXT = {"char", "text", "html"}


class GuardCase(ContractCase):
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

    def _facts(self, order):
        """Everything an order says: terms, master records and totals."""
        order.env.invalidate_all()
        return (
            order._contract_terms().to_dict(),
            order.sudo()._contract_anchors(),
            order.amount_total,
            order.state,
        )

    def _assert_refused(self, order, call, *words, way="Change order"):
        """``call`` is refused by a message that names the order, ``words`` and the way,
        and nothing has changed.
        """
        before = self._facts(order)
        with self.assertRaises(UserError) as caught:
            call()
        message = str(caught.exception)
        for word in (order.name, *words, way):
            self.assertIn(word, message)
        self.assertEqual(self._facts(order), before)

    def _other_value(self, record, name):
        """A value for ``write`` that differs from what ``record`` has in the field
        ``name``.
        """
        field, value = record._fields[name], record[name]
        if field.type in OTHER_TEXT:
            return "Something else"
        if field.type in OTHER_TIME:
            return OTHER_TIME[field.type]
        if field.type in ("integer", "float", "monetary"):
            return value + 1
        if field.type == "boolean":
            return not value
        if field.type == "selection":
            return next(key for key in field.get_values(record.env) if key != value)
        if field.type == "many2one":
            return self._other_record(record, field)
        if field.type == "many2many":
            return (
                [Command.clear()]
                if value
                else [Command.link(self._other_record(record, field))]
            )
        return {"other": 1} if field.type == "json" else False

    def _other_record(self, record, field):
        others = self.env[field.comodel_name].sudo().with_context(active_test=False)
        return others.search([("id", "not in", record[field.name].ids)], limit=1).id

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
