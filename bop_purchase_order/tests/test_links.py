# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import tagged

from odoo.addons.bop_contract.tests.links_common import LinkHelpers

from .common import PurchaseCase


@tagged("post_install", "-at_install", "bop_apps")
class TestLinkRegistry(LinkHelpers, PurchaseCase):
    """Whatever points at a purchase order or its line is in the link registry, or is
    named before it stays behind.
    """

    _order_model = "purchase.order"

    def test_every_foreign_key_to_orders_and_lines_is_registered(self):
        self._assert_all_registered(more_than=10)

    def test_the_field_registry_of_odoo_knows_no_unregistered_reference_either(self):
        self._assert_no_unknown_field()

    def test_an_unknown_reference_is_named_in_the_impact_and_stays(self):
        field = self._make_field("many2one", "purchase.order")
        order = self._make_order((self.desk, 10))
        tag = self._make_tag(field, order)
        warnings = self._left_behind(order)
        self.assertEqual(len(warnings), 1)
        self.assertIn(self.env["res.partner.category"]._description, warnings[0])
        order._contract_open_request()._apply()
        self.assertEqual(tag[field.name], order)

    def test_a_registered_reference_to_a_line_follows_and_is_not_named(self):
        field = self._make_field("many2many", "purchase.order.line")
        self.env["bop.contract.link"].create({"field_id": field.id})
        order = self._make_order((self.desk, 10))
        tag = self._make_tag(field, order.order_line)
        self.assertEqual(self._left_behind(order), [])
        successor = order._contract_open_request()._apply()
        tag.invalidate_recordset()
        self.assertEqual(tag[field.name], successor.order_line)
