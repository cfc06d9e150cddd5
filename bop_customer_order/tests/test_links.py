# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import ValidationError
from odoo.tests import tagged

from odoo.addons.bop_contract.tests.links_common import LinkHelpers

from .common import ContractCase


@tagged("post_install", "-at_install", "bop_apps")
class TestLinkRegistry(LinkHelpers, ContractCase):
    """Whatever points at an order or its line is in the link registry, or is named
    before it stays behind.
    """

    _order_model = "sale.order"

    def test_every_foreign_key_to_orders_and_lines_is_registered(self):
        self._assert_all_registered(more_than=10)

    def test_the_registry_finds_a_foreign_key_that_is_not_registered(self):
        self.env.cr.execute(
            "CREATE TABLE bop_unknown (id serial, its_order integer REFERENCES"
            " sale_order)"
        )
        self.assertIn(
            ("bop_unknown", "its_order"), self._foreign_keys() - self._registered()
        )

    def test_the_field_registry_of_odoo_knows_no_unregistered_reference_either(self):
        self._assert_no_unknown_field()

    # === FIELDS NOBODY HERE KNOWS ===#
    def test_an_unknown_reference_is_named_in_the_impact_and_stays(self):
        field = self._make_field("many2one", "sale.order")
        order = self._make_order((self.desk, 10))
        tag = self._make_tag(field, order)
        warnings = self._left_behind(order)
        self.assertEqual(len(warnings), 1)
        self.assertIn(self.env["res.partner.category"]._description, warnings[0])
        successor = order._contract_open_request()._apply()
        self.assertNotEqual(successor, order)
        self.assertEqual(tag[field.name], order)

    def test_a_registered_reference_to_a_line_follows_and_is_not_named(self):
        field = self._make_field("many2many", "sale.order.line")
        self.env["bop.contract.link"].create({"field_id": field.id})
        order = self._make_order((self.desk, 10))
        tag = self._make_tag(field, order.order_line)
        self.assertEqual(self._left_behind(order), [])
        successor = order._contract_open_request()._apply()
        tag.invalidate_recordset()
        self.assertEqual(tag[field.name], successor.order_line)

    def test_only_a_stored_reference_to_an_order_or_line_can_be_registered(self):
        name = self.env["ir.model.fields"]._get("res.partner", "name")
        with self.assertRaisesRegex(ValidationError, "choose a stored reference"):
            self.env["bop.contract.link"].create({"field_id": name.id})
