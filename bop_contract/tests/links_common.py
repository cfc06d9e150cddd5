# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What the tests of the link registry of every kind of order have in common."""

from odoo.addons.bop_contract.models import succession_sql


class LinkHelpers:
    """Compare the registry of ``self._order_model`` with what is in the database."""

    _order_model = ""

    def _foreign_keys(self):
        """(table, column) of all foreign keys to orders and their lines, as PostgreSQL
        has them.
        """
        order = self.env[self._order_model]
        query = """
            SELECT referring.relname, attribute.attname
              FROM pg_constraint key
              JOIN pg_class referring ON referring.oid = key.conrelid
              JOIN pg_attribute attribute ON attribute.attrelid = key.conrelid AND attribute.attnum = ANY(key.conkey)
             WHERE key.contype = 'f' AND key.confrelid IN (%s::regclass, %s::regclass)
            """
        tables = [order._table, order._contract_line_model()._table]
        self.env.cr.execute(query, tables)
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
        order = self.env[self._order_model]
        links = [
            link
            for link in order._contract_links()
            if order._contract_link_field(link) is not None
        ]
        return {succession_sql.link_place(order, link)[:2] for link in links}

    def _assert_all_registered(self, more_than):
        wizards = self._transient_tables()
        found = {
            (table, column)
            for table, column in self._foreign_keys()
            if table not in wizards
        }
        self.assertGreater(len(found), more_than)
        self.assertEqual(sorted(found - self._registered()), [])

    def _assert_no_unknown_field(self):
        unknown = self.env[self._order_model]._contract_unknown_links()
        self.assertEqual(
            [
                link
                for link in unknown
                if not self.env[link.model]._fields[link.field].manual
            ],
            [],
        )

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
