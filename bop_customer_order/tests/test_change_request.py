# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import ContractCase


@tagged("post_install", "-at_install")
class TestChangeRequest(ContractCase):
    """What becomes of a wish to change: every transition of the workflow table that
    people can make.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order = cls._make_order((cls.desk, 10))
        cls.request = cls.order._contract_request_change()
        cls.offer = cls.request.offer_id
        cls.offer.order_line.product_uom_qty = 12

    def test_an_offer_that_is_sent_is_proposed(self):
        self.offer.action_quotation_sent()
        self.assertEqual(
            (self.request.state, self.order.change_pending), ("proposed", True)
        )
        self.assertEqual(self.order.business_status, "active")

    def test_the_customers_signature_is_his_consent_and_applies_the_change(self):
        self.offer.action_quotation_sent()
        self.offer.write(
            {"signed_by": "Frau Brunner", "signed_on": "2026-01-01 10:00:00"}
        )
        self.offer._validate_order()
        self.assertEqual(self.request.state, "applied")
        self.assertEqual(
            (self.request.consent, self.request.consent_note),
            ("portal", "Frau Brunner"),
        )
        self.assertEqual(
            (self.offer.business_status, self.offer.signed_by),
            ("active", "Frau Brunner"),
        )
        self.assertEqual(self.order.successor_id, self.offer)

    def test_a_proposal_the_customer_declines_leaves_the_order_as_it_is(self):
        stored = [
            name
            for name, field in self.order._fields.items()
            if field.store
            and field.column_type
            and name not in ("write_date", "write_uid")
        ]
        before = self.order.read(stored) + self.order.order_line.read(
            ["product_uom_qty", "price_unit", "state"]
        )
        self.offer.action_quotation_sent()
        self.offer._action_cancel()
        self.assertEqual((self.request.state, self.offer.state), ("rejected", "cancel"))
        after = self.order.read(stored) + self.order.order_line.read(
            ["product_uom_qty", "price_unit", "state"]
        )
        self.assertEqual(before, after)
        with self.assertRaisesRegex(UserError, "not an open offer"):
            self.offer.action_draft()

    def test_a_closed_offer_says_what_became_of_it_and_offers_nothing(self):
        offer = self.offer
        self.assertLessEqual(
            {"action_review_change", "action_discard_offer"}, self._offered(offer)
        )
        self.assertIn("nothing is agreed yet", offer.version_notice)
        offer.action_quotation_sent()
        offer._action_cancel()
        acts = [
            offer.action_confirm,
            offer.action_review_change,
            offer.action_apply_change,
            offer.action_discard_offer,
            offer.action_draft,
            offer.action_send_change,
            offer.bop_apply_change,
            lambda: offer.write({"state": "draft"}),
            lambda: offer.write({"state": "sale"}),
        ]
        self._assert_closed(offer, acts, "Rejected")
        self.assertIn(f"{offer.name} was refused on", offer.version_notice)

    def test_a_closed_offer_leads_to_the_version_that_is_in_force_meanwhile(self):
        offer = self.offer
        offer._action_cancel()
        self.assertIn(f"{offer.name} was taken back on", offer.version_notice)
        successor = self._change(self.order, {self.desk: 15})
        self.env.invalidate_all()
        self.assertEqual(offer.current_version_id, successor)
        with self.assertRaisesRegex(UserError, f"on {successor.name} if you"):
            offer.action_confirm()

    def test_discarding_leaves_no_trace_but_history(self):
        offer = self.offer
        self.offer.action_discard_change()
        self.assertFalse(offer.exists())
        self.assertEqual(
            (self.request.state, self.request.order_id), ("withdrawn", self.order)
        )
        self.assertFalse(self.order.change_pending)
        self.assertTrue(
            self.order._contract_request_change(), "a new change can be asked for"
        )

    def test_deleting_or_cancelling_the_offer_withdraws_the_change(self):
        self.offer.unlink()
        self.assertEqual(self.request.state, "withdrawn")
        again = self.order._contract_request_change()
        again.offer_id.action_cancel()
        self.assertEqual(again.state, "withdrawn")

    def test_a_second_change_is_refused_while_one_is_open(self):
        with self.assertRaisesRegex(
            UserError,
            f"{self.order.name} has an open change already.*{self.request.name}",
        ):
            self.order._contract_request_change()
        action = self.order.action_change_order()
        self.assertEqual(
            action["res_id"], self.offer.id, "the button opens the offer that is there"
        )

    def test_an_offer_that_changes_nothing_is_not_applied(self):
        self.offer.order_line.product_uom_qty = 10
        with self.assertRaisesRegex(UserError, "changes nothing"):
            self.request.action_apply()

    def test_quantity_zero_everywhere_cancels_the_order_without_successor(self):
        self.offer.order_line.product_uom_qty = 0
        result = self.request._apply()
        self.assertEqual(result, self.order)
        self.assertEqual(
            (self.order.business_status, self.order.state), ("cancelled", "cancel")
        )
        self.assertFalse(self.order.successor_id)
        self.assertFalse(self.offer.exists())
        self.assertEqual(set(self.order.picking_ids.mapped("state")), {"cancel"})
        self.assertEqual(
            self.order._contract_seals().mapped("event"), ["acceptance", "cancellation"]
        )
        self.assertTrue(self.order._contract_verify()["valid"])

    def test_what_is_delivered_cannot_be_cancelled_away(self):
        self._deliver(self.order, {self.desk: 4})
        self.offer.order_line.product_uom_qty = 0
        with self.assertRaisesRegex(UserError, "4 Units are delivered"):
            self.request._apply()
        self.assertEqual(
            (self.request.state, self.order.business_status), ("draft", "active")
        )

    def test_an_applied_request_remembers_what_changed_and_what_had_been_done(self):
        self._deliver(self.order, {self.desk: 4})
        self.request._apply()
        line = self.request.difference["lines"][0]
        self.assertEqual(
            [
                (c["field"], c["old"], c["new"])
                for c in line["changes"]
                if c["field"] == "quantity"
            ],
            [("quantity", "10", "12")],
        )
        self.assertEqual(
            [
                (f["ordered"], f["delivered"], f["billed"])
                for f in self.request.fulfilment
            ],
            [(10.0, 4.0, 0.0)],
        )
        self.assertEqual(
            (self.request.closed_by, bool(self.request.closed_at)),
            (self.env.user, True),
        )

    def test_a_request_is_neither_edited_nor_deleted_once_it_is_closed(self):
        self.request._apply()
        with self.assertRaisesRegex(UserError, "closed already"):
            self.request.write({"reason": "other"})
        with self.assertRaisesRegex(UserError, "cannot be edited"):
            self.request.write({"state": "draft"})
        with self.assertRaisesRegex(UserError, "cannot be deleted"):
            self.request.unlink()
        with self.assertRaisesRegex(UserError, "was changed already"):
            self.request._apply()
