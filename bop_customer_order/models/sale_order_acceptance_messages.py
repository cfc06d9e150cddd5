# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Who is told what about acceptance: the approver has something to do, the insiders read
the reasons, the customer reads what became of his order.
"""

from __future__ import annotations

from datetime import timedelta

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.bop_contract.models.capability import SYSTEM, hold, in_own_context

ASK = "bop_customer_order.mail_activity_type_acceptance"
ESCALATION = "bop_customer_order.mail_activity_type_acceptance_escalation"
APPROVERS = "bop_customer_order.group_acceptance"
MANAGERS = "bop_customer_order.group_acceptance_manager"


class SaleOrderAcceptanceMessages(models.Model):
    _inherit = "sale.order"

    acceptance_escalated_at = fields.Datetime(copy=False, readonly=True)

    @api.model
    def _contract_system_fields(self):
        return [*super()._contract_system_fields(), "acceptance_escalated_at"]

    # === WHAT BECAME OF IT ===#
    def _acceptance_announce_waiting(self) -> None:
        """Tell everybody concerned that these orders wait, each one once."""
        self._acceptance_note_reasons()
        for order in self:
            order._acceptance_schedule(ASK, order._acceptance_approver())
        self._acceptance_leave_cart()
        self._acceptance_tell_customer("mail_template_acceptance_waiting")

    def _acceptance_announce_rejection(self) -> None:
        """Close rejected orders, and tell their customers."""
        self._acceptance_close_activities()
        self._acceptance_note_reasons()
        self._acceptance_tell_customer("mail_template_acceptance_rejected")
        self._propose_offers()
        self._action_cancel()
        self._acceptance_note_payments()

    def _acceptance_finish(self) -> None:
        """What is left to do for orders that waited and are in force now."""
        orders = in_own_context(self.sudo())
        orders._acceptance_close_activities()
        orders._acceptance_bill_payments()
        if not self.env.context.get("send_email"):
            orders._acceptance_tell_customer("mail_template_acceptance_accepted")

    # === INSIDERS ===#
    def _acceptance_note_reasons(self) -> None:
        for order in self:
            label = dict(
                order._fields["acceptance_state"]._description_selection(self.env)
            )[order.acceptance_state]
            order.message_post(
                body=_listing(label, (order.acceptance_reason_text or "").split("\n")),
                subtype_xmlid="mail.mt_note",
            )

    def _acceptance_note_payments(self) -> None:
        """Money that came in for an order that was rejected has to go back."""
        for order in self:
            paid = order.transaction_ids.filtered(
                lambda tx: tx.state in ("pending", "authorized", "done")
            )
            if paid:
                order.message_post(
                    body=self.env._(
                        "The customer has paid for this order already (%s): give the"
                        " money back.",
                        ", ".join(paid.mapped("reference")),
                    ),
                    subtype_xmlid="mail.mt_note",
                )

    # === ACTIVITIES ===#
    def _acceptance_schedule(self, activity_type: str, user) -> None:
        """Give ``user`` the task to decide."""
        self.ensure_one()
        if not user:
            return
        self.activity_schedule(
            activity_type,
            date_deadline=self._acceptance_deadline().date(),
            note=_listing("", (self.acceptance_reason_text or "").split("\n")),
            user_id=user.id,
        )

    def _acceptance_deadline(self):
        """When a decision is overdue."""
        self.ensure_one()
        asked = self.acceptance_requested_at or fields.Datetime.now()
        return asked + timedelta(days=self.company_id.acceptance_escalation_days)

    def _acceptance_approver(self):
        """Who is asked: the salesperson if he may decide, else whom the company names,
        else the first who may.
        """
        self.ensure_one()
        approvers = self._acceptance_group_users(APPROVERS)
        chosen = self.user_id | self.company_id.acceptance_approver_id
        return ((chosen & approvers) or approvers)[:1]

    def _acceptance_group_users(self, group: str):
        """People in ``group`` who work in the company of this order."""
        self.ensure_one()
        users = self.env.ref(group).sudo().all_user_ids
        return users.filtered(
            lambda user: user.active and self.company_id in user.company_ids
        ).sorted("id")

    def _acceptance_close_activities(self) -> None:
        self.activity_unlink([ASK, ESCALATION])

    @api.model
    def _cron_escalate_acceptance(self) -> None:
        """Ask a manager as well when an order waits for longer than its company wants."""
        waiting = self.search(
            [
                ("acceptance_state", "=", "waiting"),
                ("acceptance_escalated_at", "=", False),
            ]
        )
        now = fields.Datetime.now()
        for order in waiting.filtered(
            lambda order: order._acceptance_deadline() <= now
        ):
            managers = order._acceptance_group_users(MANAGERS)
            order._acceptance_schedule(ESCALATION, managers[:1])
            with hold(self.env, SYSTEM):
                order.acceptance_escalated_at = now

    # === THE CUSTOMER ===#
    def _acceptance_tell_customer(self, template: str) -> None:
        """Tell the customers what became of their orders, in their languages. A change
        that we want ourselves is no news to its customer before he is asked.
        """
        mail = self.env.ref(f"bop_customer_order.{template}", raise_if_not_found=False)
        for order in self.filtered("partner_id.email"):
            own_wish = order.is_offer and order.offer_request_ids[:1].initiator
            if own_wish != "supplier":
                order._acceptance_send_mail(mail)

    def _acceptance_send_mail(self, template) -> None:
        """Send a mail to the customer. That it cannot be written (no program for the
        document, a mistake in the template) does not undo what was decided.
        """
        self.ensure_one()
        self.env.flush_all()
        try:
            # One that flushes would also run what is to be done once, before the commit.
            with self.env.cr.savepoint(flush=False):
                self._send_order_notification_mail(template)
        except UserError as error:
            self.env.invalidate_all(flush=False)
            self.message_post(
                body=self.env._(
                    "The customer could not be told: %s Tell him yourself.", str(error)
                ),
                subtype_xmlid="mail.mt_note",
            )

    def _acceptance_leave_cart(self) -> None:
        """What was ordered in the shop is a cart no longer, although it is not in force
        yet: the shop would offer it to its customer again.
        """
        if "website_id" not in self._fields:
            return
        carts = self.filtered(lambda order: order.website_id and order.state == "draft")
        carts.with_context(tracking_disable=True).write({"state": "sent"})

    # === PORTAL ===#
    def _has_to_be_signed(self):
        """Nothing is left to the customer to do while an order waits."""
        return self.acceptance_state != "waiting" and super()._has_to_be_signed()

    def _has_to_be_paid(self):
        return self.acceptance_state != "waiting" and super()._has_to_be_paid()

    # === PAYMENTS ===#
    def _acceptance_bill_payments(self) -> None:
        """Odoo bills a paid order as soon as the payment is in. This one was not in
        force then, so it is done now.
        """
        for order in self:
            order.transaction_ids._acceptance_invoice_late()


def _listing(title: str, sentences: list[str]) -> Markup:
    items = Markup().join(
        Markup("<li>%s</li>") % sentence for sentence in sentences if sentence
    )
    return Markup("%s<ul>%s</ul>") % (title, items)
