# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.bop_contract.models.capability import SYSTEM, hold, in_own_context
from odoo.addons.bop_contract.rules import seal

from ..rules.acceptance import ACCEPT, ASK, REJECT, Decision, Facts, Reason
from .acceptance_text import reason_sentences
from .bop_acceptance_decision import MODES
from .sale_order import passing

ACCEPTANCE_STATES = [
    ("waiting", "Waiting for acceptance"),
    ("accepted", "Accepted"),
    ("rejected", "Rejected"),
]
#: Where an order came from, as ``rules.acceptance.ORIGINS``.
ORIGINS = [
    ("manual", "Entered by us"),
    ("portal", "Confirmed online"),
    ("website", "Web shop"),
    ("import", "Imported"),
    ("network", "Network"),
]


#: Who may decide how, by the mode of the decision.
DECIDERS = {
    "manual": "bop_customer_order.group_acceptance",
    "override": "bop_customer_order.group_acceptance_manager",
}


class Verdict(NamedTuple):
    """What was decided on one order, on which facts and by which policy."""

    decision: Decision
    facts: Facts
    policy: models.BaseModel


class SaleOrderAcceptance(models.Model):
    """The supplier decides whether an order becomes a contract (S0.31 to S0.33)."""

    _inherit = "sale.order"

    # === FIELDS ===#
    order_origin = fields.Selection(
        selection=ORIGINS,
        string="Origin",
        required=True,
        default="manual",
        copy=False,
        readonly=True,
        help="How the order reached us: the acceptance policy may ask for some origins.",
    )
    acceptance_state = fields.Selection(
        selection=ACCEPTANCE_STATES,
        string="Acceptance",
        copy=False,
        readonly=True,
        index="btree_not_null",
    )
    acceptance_mode = fields.Selection(
        selection=MODES, string="Decided", copy=False, readonly=True
    )
    acceptance_policy_id = fields.Many2one(
        "bop.acceptance.policy",
        string="Policy",
        copy=False,
        readonly=True,
        ondelete="restrict",
    )
    acceptance_amount = fields.Monetary(
        string="Amount Decided",
        currency_field="acceptance_currency_id",
        copy=False,
        readonly=True,
    )
    acceptance_limit = fields.Monetary(
        string="Limit",
        currency_field="acceptance_currency_id",
        copy=False,
        readonly=True,
    )
    acceptance_currency_id = fields.Many2one(
        "res.currency",
        copy=False,
        readonly=True,
        ondelete="restrict",
    )
    acceptance_reasons = fields.Json(
        string="Reason Codes",
        copy=False,
        readonly=True,
        help="Codes with their values.",
    )
    acceptance_reason_text = fields.Text(
        string="Reasons", compute="_compute_acceptance_reason_text"
    )
    acceptance_terms = fields.Char(
        copy=False,
        readonly=True,
        help="Fingerprint of what was put up for acceptance: that and nothing else can"
        " be accepted.",
    )
    acceptance_requested_at = fields.Datetime(
        string="Waiting since", copy=False, readonly=True
    )
    acceptance_decided_at = fields.Datetime(
        string="Decided on", copy=False, readonly=True
    )
    acceptance_decided_by = fields.Many2one(
        "res.users",
        string="Decided by",
        copy=False,
        readonly=True,
        ondelete="restrict",
    )
    rejection_reason = fields.Text(copy=False, readonly=True)
    acceptance_decision_ids = fields.One2many(
        "bop.acceptance.decision", "order_id", string="Acceptance Decisions"
    )

    # === WHAT IS GUARDED ===#
    @api.model
    def _contract_system_fields(self):
        return [
            *super()._contract_system_fields(),
            "order_origin",
            "acceptance_state",
            "acceptance_mode",
            "acceptance_policy_id",
            "acceptance_amount",
            "acceptance_limit",
            "acceptance_currency_id",
            "acceptance_reasons",
            "acceptance_terms",
            "acceptance_requested_at",
            "acceptance_decided_at",
            "acceptance_decided_by",
            "rejection_reason",
        ]

    # === COMPUTE METHODS ===#
    @api.depends("acceptance_state")
    def _compute_business_status(self):
        return super()._compute_business_status()

    def _prepare_business_facts(self):
        return {
            **super()._prepare_business_facts(),
            "waiting": self.acceptance_state == "waiting",
            "rejected": self.acceptance_state == "rejected",
        }

    @api.depends("acceptance_reasons", "acceptance_currency_id")
    @api.depends_context("lang")
    def _compute_acceptance_reason_text(self):
        for order in self:
            order.acceptance_reason_text = reason_sentences(
                self.env, order.acceptance_reasons, order.acceptance_currency_id
            )

    @api.depends("acceptance_state")
    def _compute_is_expired(self):
        """What waits does not expire: the customer agreed in time."""
        waiting = self.filtered(lambda order: order.acceptance_state == "waiting")
        waiting.is_expired = False
        return super(SaleOrderAcceptance, self - waiting)._compute_is_expired()

    # === CRUD METHODS ===#
    def write(self, vals):
        """Cancelling what waits withdraws it; back to a quotation, nothing is decided
        any more.
        """
        state = vals.get("state")
        waiting = self.filtered(lambda order: order.acceptance_state == "waiting")
        decided = self.filtered(
            lambda order: order.acceptance_state and not order.is_contract
        )
        reset = decided if state == "draft" else self.browse()
        reset = reset.filtered(lambda order: order.state != "draft")
        result = super().write(vals)
        if state == "cancel":
            waiting._acceptance_record_withdrawal()
        reset._acceptance_reset()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_decided(self):
        decided = self.env["bop.acceptance.decision"].sudo()
        for row in decided.search([("order_id", "in", self.ids)], limit=1):
            raise UserError(
                self.env._(
                    "%s cannot be deleted: what was decided about its acceptance is kept"
                    " as history. Cancel it instead.",
                    row.order_id.name,
                )
            )

    # === DECIDING ===#
    def _acceptance_decide_all(self, direct: bool = False):
        """Decide by the policies of the customers, and write down what came out.

        :param direct: these orders are in force already; those that are not accepted
            will be refused by the caller
        :return: the accepted ones among these orders
        """
        if not self:
            return self
        orders = in_own_context(self.sudo())
        orders._acceptance_note_origin()
        orders._acceptance_lock_exposure(orders)
        verdicts = orders._acceptance_verdicts()
        by_outcome = {
            outcome: orders.filtered(
                lambda order, outcome=outcome: (
                    verdicts[order.id].decision.outcome == outcome
                )
            )
            for outcome in (ACCEPT, ASK, REJECT)
        }
        asked = by_outcome[ASK]
        new = asked.filtered(lambda order: order.acceptance_state != "waiting")
        with hold(self.env, SYSTEM):
            by_outcome[ACCEPT]._acceptance_write_accepted("auto", verdicts)
            asked._acceptance_write_waiting(verdicts)
            by_outcome[REJECT]._acceptance_write_rejected("auto", "", verdicts)
        if not direct:
            new._acceptance_announce_waiting()
            by_outcome[REJECT]._acceptance_announce_rejection()
        return self.browse(by_outcome[ACCEPT].ids)

    def _acceptance_verdicts(self) -> dict[int, Verdict]:
        """What is decided on each of these orders, by its id."""
        policies = self._acceptance_policies()
        facts = self._acceptance_facts(policies)
        decisions = self._acceptance_decide(facts, policies)
        verdicts = {
            key: Verdict(decision, facts[key], policies[key])
            for key, decision in decisions.items()
        }
        pending = self.filtered(
            lambda order: (
                verdicts[order.id].decision.outcome != ACCEPT
                and not facts[order.id].on_hold
            )
        )
        for order in pending._acceptance_settled():
            decision = verdicts[order.id].decision
            reasons = (*decision.reasons, Reason("settled_at_counter"))
            verdicts[order.id] = verdicts[order.id]._replace(
                decision=replace(decision, outcome=ACCEPT, reasons=reasons)
            )
        return verdicts

    def _acceptance_settled(self):
        """The orders that were carried out before anybody decided: goods that a customer
        paid and took along at the counter cannot wait.
        """
        if "pos_order_line_ids" not in self.env["sale.order.line"]._fields:
            return self.browse()
        return self.filtered(
            lambda order: order.order_line.pos_order_line_ids.order_id.filtered(
                lambda sale: sale.state not in ("draft", "cancel")
            )
        )

    def _acceptance_note_origin(self) -> None:
        """An order that was entered by us can still be confirmed by its customer, and a
        cart is nobody's entry.
        """
        origins = {order: order._acceptance_origin() for order in self}
        changed = {
            order: origin
            for order, origin in origins.items()
            if origin != order.order_origin
        }
        if changed:
            with hold(self.env, SYSTEM):
                for order, origin in changed.items():
                    order.order_origin = origin

    def _acceptance_origin(self) -> str:
        """How this order reached us."""
        self.ensure_one()
        if self.order_origin != "manual":
            return self.order_origin
        if "website_id" in self._fields and self.website_id:
            return "website"
        paid = self.transaction_ids.filtered(
            lambda tx: tx.state in ("pending", "authorized", "done")
        )
        return "portal" if self.signed_by or paid else "manual"

    # === WRITING DOWN ===#
    def _acceptance_write_accepted(
        self, mode: str, verdicts: dict[int, Verdict], note: str = ""
    ) -> None:
        for order in self:
            order.write(
                {
                    **order._prepare_acceptance_vals(verdicts[order.id]),
                    **order._prepare_decided_vals("accepted", mode),
                    "rejection_reason": False,
                }
            )
        self._acceptance_log("accepted", mode, verdicts, note)

    def _acceptance_write_waiting(self, verdicts: dict[int, Verdict]) -> None:
        """Leave these orders waiting. To ask again for the same is nothing new."""
        news = self.browse()
        for order in self:
            values = {
                **order._prepare_acceptance_vals(verdicts[order.id]),
                "acceptance_state": "waiting",
                "acceptance_terms": order._acceptance_fingerprint(),
            }
            if order.acceptance_state != "waiting":
                values.update(order._prepare_asked_vals())
            asked = ("acceptance_state", "acceptance_terms", "acceptance_reasons")
            if any(order[name] != values[name] for name in asked):
                news |= order
            order.write(values)
        news._acceptance_log("waiting", "auto", verdicts)

    def _prepare_asked_vals(self) -> dict[str, object]:
        self.ensure_one()
        return {
            "acceptance_mode": False,
            "acceptance_decided_at": False,
            "acceptance_decided_by": False,
            "acceptance_requested_at": fields.Datetime.now(),
            "acceptance_escalated_at": False,
            "rejection_reason": False,
        }

    def _acceptance_write_rejected(
        self, mode: str, reason: str, verdicts: dict[int, Verdict]
    ) -> None:
        for order in self:
            order.write(
                {
                    **order._prepare_acceptance_vals(verdicts[order.id]),
                    **order._prepare_decided_vals("rejected", mode),
                    "rejection_reason": reason,
                }
            )
        self._acceptance_log("rejected", mode, verdicts, reason)

    def _prepare_acceptance_vals(self, verdict: Verdict) -> dict[str, object]:
        self.ensure_one()
        decision = verdict.decision
        return {
            "acceptance_policy_id": verdict.policy.id,
            "acceptance_amount": float(decision.amount),
            "acceptance_limit": float(decision.limit or 0),
            "acceptance_currency_id": self._acceptance_currency(verdict.policy).id,
            "acceptance_reasons": decision.to_dict()["reasons"],
        }

    def _prepare_decided_vals(self, state: str, mode: str) -> dict[str, object]:
        return {
            "acceptance_state": state,
            "acceptance_mode": mode,
            "acceptance_decided_at": fields.Datetime.now(),
            "acceptance_decided_by": self.env.uid,
        }

    def _acceptance_log(
        self,
        outcome: str,
        mode: str,
        verdicts: dict[int, Verdict] | None = None,
        note: str = "",
    ) -> None:
        """Add an event of each of these orders to the log."""
        rows = [
            order._prepare_decision_vals(
                outcome, mode, (verdicts or {}).get(order.id), note
            )
            for order in self
        ]
        self.env["bop.acceptance.decision"].sudo().create(rows)

    def _prepare_decision_vals(
        self, outcome: str, mode: str, verdict: Verdict | None, note: str
    ) -> dict[str, object]:
        self.ensure_one()
        request = self.offer_request_ids[:1] if self.is_offer else None
        return {
            "order_id": self.predecessor_id.id if request else self.id,
            "change_request_id": request.id if request else False,
            "company_id": self.company_id.id,
            "outcome": outcome,
            "mode": mode,
            "policy_id": self.acceptance_policy_id.id,
            "amount": self.acceptance_amount,
            "limit": self.acceptance_limit,
            "currency_id": self.acceptance_currency_id.id,
            "reasons": self.acceptance_reasons,
            "facts": verdict.facts.to_dict() if verdict else False,
            "user_id": self.env.uid,
            "date": fields.Datetime.now(),
            "note": note or False,
        }

    def _acceptance_fingerprint(self) -> str:
        """Hash of what this order says now."""
        self.ensure_one()
        payload = self._prepare_seal_payload("acceptance")
        return seal.seal_hash(seal.canonical_json(payload), "")

    def _acceptance_reset(self) -> None:
        """A quotation again: as if nobody had decided. The log remembers."""
        if not self:
            return
        names = [
            name
            for name in self._contract_system_fields()
            if name.startswith("acceptance_") or name == "rejection_reason"
        ]
        orders = in_own_context(self.sudo())
        orders._acceptance_close_activities()
        with hold(self.env, SYSTEM):
            orders.write(dict.fromkeys(names, False))

    def _acceptance_record_withdrawal(self) -> None:
        """These orders do not wait any more: they were taken back before anybody
        decided.
        """
        if not self:
            return
        orders = in_own_context(self.sudo())
        with hold(self.env, SYSTEM):
            orders._acceptance_log("withdrawn", "manual")
        orders._acceptance_reset()

    # === DECISIONS OF PEOPLE ===#
    def _acceptance_check_decider(self, mode: str) -> None:
        """Whether the user may decide on these orders in this way.

        :raises AccessError: not in the group, or not on these orders
        """
        if not self.env.user.has_group(DECIDERS[mode]):
            group = self.env.ref(DECIDERS[mode]).sudo()
            raise AccessError(
                self.env._(
                    "Deciding on the acceptance of %(orders)s needs the role “%(role)s”."
                    " Ask your administrator, or someone who has it.",
                    orders=", ".join(self.sudo().mapped("name")),
                    role=group.full_name,
                )
            )
        self.with_user(self.env.user).check_access("write")

    def _acceptance_check_waiting(self) -> None:
        """:raises UserError: nothing is to be decided on one of these orders"""
        for order in self:
            if order.acceptance_state != "waiting":
                raise UserError(
                    self.env._(
                        "%(order)s does not wait for acceptance (%(status)s). Reload it"
                        " to see what became of it.",
                        order=order.name,
                        status=dict(
                            order._fields["business_status"]._description_selection(
                                self.env
                            )
                        )[order.business_status],
                    )
                )

    def _acceptance_check_unchanged(self) -> None:
        """:raises UserError: an order says something else than what was put up for
        acceptance
        """
        for order in self:
            if order.acceptance_terms != order._acceptance_fingerprint():
                raise UserError(
                    self.env._(
                        "%s was edited while it waited for acceptance. Confirm it again,"
                        " so that it is decided upon as it is now.",
                        order.name,
                    )
                )

    def _acceptance_check_free(self) -> None:
        """:raises UserError: an order is on credit hold; nothing could be delivered or
        procured for it
        """
        held = self._credit_hold_map()
        for order in self:
            if order.id in held:
                raise UserError(
                    self.env._(
                        "%s cannot be accepted: it is on credit hold. Have the hold"
                        " released first.",
                        order.name,
                    )
                )

    def _acceptance_accept(self, mode: str = "manual", note: str = ""):
        """Accept orders that wait: they come into force now. ``override`` also accepts
        orders that were rejected.

        :param mode: ``manual`` | ``override``
        :param note: why; needed to override
        :return: the orders in force afterwards
        :raises AccessError: the user may not
        :raises UserError: nothing to accept, edited meanwhile, on hold, no reason
        """
        self._acceptance_check_decider(mode)
        orders = in_own_context(self.sudo())
        if mode == "override":
            orders._acceptance_prepare_override(note)
        else:
            orders._acceptance_check_waiting()
        orders._acceptance_check_free()
        orders._acceptance_check_unchanged()
        orders._acceptance_lock_exposure(orders)
        with hold(self.env, SYSTEM):
            orders._acceptance_write_accepted(mode, orders._acceptance_verdicts(), note)
        return self._acceptance_put_in_force()

    def _acceptance_prepare_override(self, note: str) -> None:
        """Let rejected orders wait again, so that they can be accepted.

        :raises UserError: no reason is given, or a change that is closed
        """
        if not (note or "").strip():
            raise UserError(
                self.env._("Say why the rule is overridden: it is kept with the order.")
            )
        rejected = self.filtered(
            lambda order: (
                order.acceptance_state == "rejected" and order.state == "cancel"
            )
        )
        for order in rejected.filtered("is_offer"):
            order._contract_request_of_offer()
        verdicts = rejected._acceptance_verdicts()
        rejected.write({"state": "draft"})
        with hold(self.env, SYSTEM):
            rejected._acceptance_write_reopened(verdicts)
        self._acceptance_check_waiting()

    def _acceptance_write_reopened(self, verdicts: dict[int, Verdict]) -> None:
        for order in self:
            order.write(
                {
                    **order._prepare_acceptance_vals(verdicts[order.id]),
                    "acceptance_state": "waiting",
                    "acceptance_terms": order._acceptance_fingerprint(),
                }
            )

    def _acceptance_put_in_force(self):
        """Confirm accepted orders, apply accepted changes.

        :return: the orders in force afterwards
        """
        offers = self.filtered("is_offer")
        in_force = self - offers
        with passing(self):
            for offer in offers:
                in_force |= offer._contract_request_of_offer()._apply()
            own = in_own_context(self - offers)
            if own:
                own.action_confirm()
        (self & in_force)._acceptance_finish()
        return in_force

    def _acceptance_reject(self, reason: str) -> None:
        """Reject orders that wait (S2.6): they are cancelled, a change is off the
        table, and the customer is told.

        :raises AccessError: the user may not
        :raises UserError: no reason is given, or an order does not wait
        """
        self._acceptance_check_decider("manual")
        orders = in_own_context(self.sudo())
        orders._acceptance_check_waiting()
        if not (reason or "").strip():
            raise UserError(
                self.env._("Say why: the customer is told, and it is kept.")
            )
        with hold(self.env, SYSTEM):
            orders._acceptance_write_rejected(
                "manual", reason.strip(), orders._acceptance_verdicts()
            )
        orders._acceptance_announce_rejection()

    def _acceptance_withdraw(self) -> None:
        """The customer takes back an order that waits: he can until it is accepted.

        :raises UserError: an order does not wait
        """
        orders = in_own_context(self.sudo())
        orders._acceptance_check_waiting()
        offers = orders.filtered("is_offer")
        for offer in offers:
            offer._contract_request_of_offer()._withdraw()
        (orders - offers)._action_cancel()
