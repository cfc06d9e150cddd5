# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.addons.bop_contract.tests.guard_common import GuardHelpers

from .common import PurchaseCase


class GuardCase(GuardHelpers, PurchaseCase):
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
            user_id=cls.buyer.id,
            note="Ring twice",
        )
        cls.line = cls.order.order_line[0]
        cls.env.flush_all()

    def _people(self, records):
        """``records`` as seen by each person who may try: buyer, manager,
        administrator, and the superuser.
        """
        admin = self.env.ref("base.user_admin")
        admin.group_ids |= self.env.ref("purchase.group_purchase_manager")
        users = self.buyer | self.purchase_manager | admin
        return [(user.login, records.with_user(user)) for user in users] + [
            ("superuser", records.sudo())
        ]
