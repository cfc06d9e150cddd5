# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import ValidationError
from odoo.tests import tagged

from odoo.addons.bop_contract.models import succession_sql

from .common import ContractCase


@tagged("post_install", "-at_install", "bop_apps")
class TestLinkRegistry(ContractCase):
    """Whatever points at an order or its line is in the link registry, or is named
    before it stays behind.
    """

    def _foreign_keys(self):
        """(table, column) of all foreign keys to orders and their lines, as PostgreSQL
        has them.
        """
        self.env.cr.execute("""
            SELECT referring.relname, attribute.attname
              FROM pg_constraint key
              JOIN pg_class referring ON referring.oid = key.conrelid
              JOIN pg_attribute attribute ON attribute.attrelid = key.conrelid AND attribute.attnum = ANY(key.conkey)
             WHERE key.contype = 'f' AND key.confrelid IN ('sale_order'::regclass, 'sale_order_line'::regclass)
            """)
        return set(self.env.cr.fetchall())

    def _transient_tables(self):
        """Tables of wizards, with their relation tables: nothing of them outlives the
        day.
        """
        wizards = [model for model in self.env.values() if model._transient]
        fields = [field for model in wizards for field in model._fields.values()]
        return {model._table for model in wizards} | {
            f.relation for f in fields if f.store and f.type == "many2many"
        }

    def _registered(self):
        """(table, column) of what the code of this addon registers."""
        order = self.env["sale.order"]
        links = [
            link
            for link in order._contract_links()
            if order._contract_link_field(link) is not None
        ]
        return {succession_sql.link_place(order, link)[:2] for link in links}

    def test_every_foreign_key_to_orders_and_lines_is_registered(self):
        wizards = self._transient_tables()
        found = {
            (table, column)
            for table, column in self._foreign_keys()
            if table not in wizards
        }
        self.assertGreater(len(found), 10)
        self.assertEqual(sorted(found - self._registered()), [])

    def test_the_registry_finds_a_foreign_key_that_is_not_registered(self):
        self.env.cr.execute(
            "CREATE TABLE bop_unknown (id serial, its_order integer REFERENCES"
            " sale_order)"
        )
        self.assertIn(
            ("bop_unknown", "its_order"), self._foreign_keys() - self._registered()
        )

    def test_the_field_registry_of_odoo_knows_no_unregistered_reference_either(self):
        unknown = self.env["sale.order"]._contract_unknown_links()
        self.assertEqual(
            [
                link
                for link in unknown
                if not self.env[link.model]._fields[link.field].manual
            ],
            [],
        )

    # === FIELDS NOBODY HERE KNOWS ===#
    def _make_field(self, kind, target):
        return self.env["ir.model.fields"].create(
            {
                "name": f"x_bop_{kind}",
                "model_id": self.env["ir.model"]._get_id("res.partner.category"),
                "field_description": "Made by an administrator",
                "ttype": kind,
                "relation": target,
            }
        )

    def _make_tag(self, field, records):
        value = records.id if field.ttype == "many2one" else [(6, 0, records.ids)]
        return self.env["res.partner.category"].create(
            {"name": "Fair", field.name: value}
        )

    def _left_behind(self, order):
        offer = self._change(order, {self.desk: 12}, apply=False).offer_id
        return [
            row["text"] for row in offer.change_impact if row["code"] == "left_behind"
        ]

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
