# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Every caller of ``sale.order.action_confirm`` in Odoo 19, and what becomes of an order
that has to wait:

=============================================== ========================================
caller                                          where it is tried, or why it is right
=============================================== ========================================
sale: button and list, ``action_confirm``       test_acceptance
sale: portal signature, ``_validate_order``     TestSignedOrders
sale: ``payment.transaction._post_process``     TestPaidOrders: done, authorized, pending,
(``_check_amount_and_confirm_order``)           automatic invoice then and later
sale: demo data, XML ``<function>``             same method; nothing configured accepts
sale_loyalty: ``_validate_order``               calls sale's; loyalty's own code around
                                                ``action_confirm`` does not run
sale_crm, sale_management, sale_mrp, delivery,  extend ``action_confirm`` or
sale_gelato, partnership, l10n_it_edi_doi,      ``_action_confirm``: they stand behind the
event_sale, event_booth_sale, sale_purchase,    gate (test_acceptance: no code of another
repair, sale_stock, website_sale_slides         addon runs)
sale_project: task and project with a line of   TestOtherApps: the task keeps its line, the
a draft order, ``_ensure_sale_order_linked``    order waits
sale_project, sale_timesheet: orders created    TestOtherApps: created, and waits
from a project, a task or an employee
website_sale: order of 0, ``/shop/payment/      TestOtherApps: a cart that waits is no cart
validate`` (``_validate_order``)                any more, and of origin website
website_sale_collect: pay on site               pending transaction, as TestPaidOrders
website_event_sale, website_event_booth_sale:   as a cart of 0: ``action_confirm`` on a cart;
free tickets and booths                         no return value is read
event_sale: registrations                       TestOtherApps: not confirmed before the order
pos_sale: ``pos.order.sync_from_ui``            TestOtherApps: what was handed over at the
                                                counter is accepted, the rest waits
base_automation, server actions, XML-RPC        call the same method of the registry
state written or created, import                test_acceptance_access
confirming an offer                             test_acceptance_change
=============================================== ========================================

No caller reads anything but the truth of the result; orders keep Odoo's state draft or
sent, so what asks for ``state == 'sale'`` afterwards (automatic invoice, deliveries)
leaves them alone.
"""

from unittest.mock import patch

from odoo import Command
from odoo.tests import HttpCase, tagged

from odoo.addons.account_payment.tests.common import AccountPaymentCommon

from .common import PIXEL
from .decision_common import DecisionCase


@tagged("post_install", "-at_install")
class TestSignedOrders(DecisionCase, HttpCase):
    """The customer signs our quotation on the portal."""

    def _sign(self, order):
        order.action_quotation_sent()
        self.authenticate(None, None)
        return self.make_jsonrpc_request(
            f"/my/orders/{order.id}/accept",
            {
                "access_token": order._portal_ensure_token(),
                "name": "Anna Buyer",
                "signature": PIXEL,
            },
        )

    def test_a_signed_order_above_the_limit_waits_and_its_customer_is_told(self):
        self._can_be_written_to()
        order = self._make_big_order(require_signature=True, require_payment=False)
        answer = self._sign(order)
        self.assertIn("sign_ok", answer["redirect_url"])
        self._assert_waits(order)
        self.assertEqual(
            (order.signed_by, order.order_origin), ("Anna Buyer", "portal")
        )
        subjects = [message.subject or "" for message in order.message_ids]
        self.assertTrue(any("Order received" in subject for subject in subjects))
        page = self.url_open(answer["redirect_url"]).text
        self.assertIn("waiting for our acceptance", page)
        self.assertNotIn("has been confirmed", page)

    def test_a_signed_order_within_the_limit_is_in_force(self):
        order = self._make_order(
            (self.desk, 5), confirm=False, require_signature=True, require_payment=False
        )
        self._sign(order)
        self._assert_in_force(order)

    def test_a_policy_can_ask_for_orders_confirmed_online(self):
        self.policy.ask_origin_portal = True
        order = self._make_order(
            (self.desk, 5), confirm=False, require_signature=True, require_payment=False
        )
        self._sign(order)
        self._assert_waits(order)
        self.assertIn("origin", self._codes(order))

    def test_what_waits_cannot_be_signed_again(self):
        order = self._make_waiting_order(require_signature=True, require_payment=False)
        answer = self.make_jsonrpc_request(
            f"/my/orders/{order.id}/accept",
            {
                "access_token": order._portal_ensure_token(),
                "name": "Anna Buyer",
                "signature": PIXEL,
            },
        )
        self.assertIn("error", answer)


@tagged("post_install", "-at_install")
class TestPaidOrders(DecisionCase, AccountPaymentCommon):
    """The customer pays online."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["ir.config_parameter"].set_param("sale.automatic_invoice", "True")
        cls.env["ir.config_parameter"].set_param("sale.async_emails", "True")
        cls.provider.journal_id.inbound_payment_method_line_ids.filtered(
            lambda line: line.payment_provider_id == cls.provider
        ).payment_account_id = cls.inbound_payment_method_line.payment_account_id

    def _pay(self, order, state="done"):
        transaction = self._create_transaction(
            "redirect",
            amount=order.amount_total,
            currency_id=order.currency_id.id,
            partner_id=order.partner_id.id,
            reference=f"{order.name} {state}",
            sale_order_ids=[Command.set(order.ids)],
            state=state,
        )
        transaction._post_process()
        return transaction

    def _subjects(self, order):
        return [message.subject or "" for message in order.message_ids]

    def test_a_paid_order_above_the_limit_waits_and_is_not_billed(self):
        order = self._make_big_order(require_payment=True)
        transaction = self._pay(order)
        self._assert_waits(order)
        self.assertEqual(order.order_origin, "portal")
        self.assertFalse(transaction.invoice_ids)
        self.assertTrue(transaction.payment_id)

    def test_the_bill_follows_when_the_order_is_accepted(self):
        order = self._make_big_order(require_payment=True)
        transaction = self._pay(order)
        order.with_user(self.approver).action_accept_order()
        self._assert_in_force(order, "manual")
        self.assertEqual(transaction.invoice_ids, order.invoice_ids)
        self.assertEqual(order.invoice_ids.state, "posted")
        self.assertIn(order.invoice_ids.payment_state, ("paid", "in_payment"))
        self.assertEqual(order.invoice_ids.amount_residual, 0)

    def test_a_paid_order_within_the_limit_is_billed_at_once(self):
        order = self._make_order((self.desk, 5), confirm=False, require_payment=True)
        transaction = self._pay(order)
        self._assert_in_force(order)
        self.assertEqual(len(transaction.invoice_ids), 1)

    def test_a_payment_that_changes_the_decision_bills_once(self):
        order = self._make_waiting_order(require_payment=True)
        self.policy.order_limit = 5000
        transaction = self._pay(order)
        self._assert_in_force(order)
        self.assertEqual(transaction.invoice_ids, order.invoice_ids)
        self.assertEqual(len(order.invoice_ids), 1)

    def test_authorized_and_pending_payments_end_in_waiting_too(self):
        self.provider.support_manual_capture = "full_only"
        for state in ("authorized", "pending"):
            with self.subTest(state=state):
                order = self._make_big_order(require_payment=True)
                self._pay(order, state)
                if state == "pending":
                    order.action_confirm()
                self._assert_waits(order)

    def test_an_order_rejected_after_payment_says_that_the_money_goes_back(self):
        order = self._make_big_order(require_payment=True)
        self._pay(order)
        order.with_user(self.approver)._acceptance_reject("Out of desks.")
        self.assertTrue(
            order.message_ids.filtered(lambda m: "give the money back" in m.body)
        )

    def test_no_mail_says_that_an_order_is_confirmed_while_it_waits(self):
        self._can_be_written_to()
        order = self._make_big_order(require_payment=True)
        with patch.object(type(order), "_send_order_confirmation_mail") as confirmed:
            self._pay(order)
        confirmed.assert_not_called()
        self._assert_waits(order)


@tagged("post_install", "-at_install")
class TestOtherApps(DecisionCase):
    """Apps that confirm orders by themselves."""

    def _service(self, **values):
        return self._make_product(
            "Advice", 2000.0, type="service", is_storable=False, **values
        )

    # === PROJECT ===#
    def test_a_task_linked_to_a_quotation_lets_it_wait(self):
        self._need("sale_project")
        order = self._make_order((self._service(), 1), confirm=False)
        project = self.env["project.project"].create(
            {"name": "P", "allow_billable": True, "partner_id": self.partner.id}
        )
        task = self.env["project.task"].create(
            {
                "name": "T",
                "project_id": project.id,
                "partner_id": self.partner.id,
                "sale_line_id": order.order_line.id,
            }
        )
        self._assert_waits(order)
        self.assertEqual(task.sale_line_id, order.order_line)
        order.with_user(self.approver).action_accept_order()
        self._assert_in_force(order, "manual")

    def test_an_order_created_for_employees_of_a_project_waits(self):
        self._need("sale_timesheet")
        line = Command.create({"product_id": self._service().id})
        order = (
            self.env["sale.order"]
            .with_context(create_for_employee_mapping=True)
            .create({"partner_id": self.partner.id, "order_line": [line]})
        )
        self._assert_waits(order)

    # === SHOP ===#
    def _cart(self, *items):
        website = self.env["website"].search([], limit=1)
        return self._make_order(*items, confirm=False, website_id=website.id)

    def test_a_cart_that_waits_is_no_cart_any_more(self):
        self._need("website_sale")
        order = self._cart((self.desk, 20))
        order._validate_order()
        self._assert_waits(order)
        self.assertEqual((order.state, order.order_origin), ("sent", "website"))
        self.assertFalse(order.is_abandoned_cart)

    def test_a_free_order_of_the_shop_waits_when_the_policy_asks(self):
        self._need("website_sale")
        self.policy.always_ask = True
        order = self._cart((self.desk, 1, 0.0))
        order.order_line.price_unit = 0
        order.action_confirm()
        self._assert_waits(order)

    # === EVENTS ===#
    def test_seats_of_an_order_that_waits_are_not_confirmed(self):
        self._need("event_sale")
        product = self._make_product(
            "Seat", 2000.0, type="service", is_storable=False, service_tracking="event"
        )
        event = self.env["event.event"].create(
            {
                "name": "Fair",
                "date_begin": "2030-01-01",
                "date_end": "2030-01-02",
                "event_ticket_ids": [
                    Command.create({"name": "Seat", "product_id": product.id})
                ],
            }
        )
        seat = Command.create(
            {
                "product_id": product.id,
                "event_id": event.id,
                "event_ticket_id": event.event_ticket_ids.id,
            }
        )
        order = self._make_order(confirm=False, order_line=[seat])
        self.assertIs(order.action_confirm(), True)
        self._assert_waits(order)
        self.assertFalse(
            self.env["event.registration"].search(
                [("sale_order_id", "=", order.id), ("state", "=", "open")]
            )
        )
        order.with_user(self.approver).action_accept_order()
        self._assert_in_force(order, "manual")

    # === POINT OF SALE ===#
    def _at_counter(self, order, state):
        """The order is settled at a counter."""
        config = self.env["pos.config"].create({"name": "Counter"})
        config.open_ui()
        line = order.order_line[0]
        values = {
            "product_id": line.product_id.id,
            "qty": line.product_uom_qty,
            "price_unit": line.price_unit,
            "price_subtotal": line.price_subtotal,
            "price_subtotal_incl": line.price_total,
            "sale_order_line_id": line.id,
            "sale_order_origin_id": order.id,
        }
        return self.env["pos.order"].create(
            {
                "session_id": config.current_session_id.id,
                "company_id": self.company.id,
                "partner_id": order.partner_id.id,
                "amount_tax": 0,
                "amount_total": order.amount_total,
                "amount_paid": order.amount_total,
                "amount_return": 0,
                "state": state,
                "lines": [Command.create(values)],
            }
        )

    def test_what_was_handed_over_at_the_counter_is_accepted(self):
        self._need("pos_sale")
        order = self._make_big_order()
        self._at_counter(order, "paid")
        order.action_confirm()
        self._assert_in_force(order)
        self.assertIn("settled_at_counter", self._codes(order))

    def test_what_is_not_paid_at_the_counter_yet_waits(self):
        self._need("pos_sale")
        order = self._make_big_order()
        self._at_counter(order, "draft")
        order.action_confirm()
        self._assert_waits(order)
