# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.bop_contract.models.capability import SYSTEM, hold, in_own_context
from odoo.addons.bop_contract.rules import seal

from ..rules.acceptance import ACCEPT, ASK, REJECT, Decision, Facts, Reason
from .acceptance_text import reason_sentences
from .bop_acceptance_decision import MODES
from .sale_order_acceptance_facts import Rulebook

ACCEPTANCE_STATES = [
    ("waiting", "Waiting for acceptance"),
    ("accepted", "Accepted"),
    ("rejected", "Rejected"),
]
#: Limits and reasons are no customer's business, although he may read his order.
INSIDERS = "base.group_user"
#: Where an order came from, as ``rules.acceptance.ORIGINS``.
ORIGINS = [
    ("manual", "Entered by us"),
    ("portal", "Confirmed online"),
    ("website", "Web shop"),
    ("import", "Imported"),
    ("network", "Network"),
]


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
        selection=MODES,
        string="Decided",
        copy=False,
        readonly=True,
        groups=INSIDERS,
    )
    acceptance_policy_id = fields.Many2one(
        "bop.acceptance.policy",
        string="Policy",
        copy=False,
        groups=INSIDERS,
        readonly=True,
        ondelete="restrict",
    )
    acceptance_amount = fields.Monetary(
        string="Amount Decided",
        currency_field="acceptance_currency_id",
        copy=False,
        groups=INSIDERS,
        readonly=True,
    )
    acceptance_limit = fields.Monetary(
        string="Limit",
        currency_field="acceptance_currency_id",
        copy=False,
        groups=INSIDERS,
        readonly=True,
    )
    acceptance_currency_id = fields.Many2one(
        "res.currency",
        copy=False,
        groups=INSIDERS,
        readonly=True,
        ondelete="restrict",
    )
    acceptance_reasons = fields.Json(
        string="Reason Codes",
        copy=False,
        groups=INSIDERS,
        readonly=True,
        help="Codes with their values.",
    )
    acceptance_reason_text = fields.Text(
        string="Reasons",
        compute="_compute_acceptance_reason_text",
        groups=INSIDERS,
    )
    acceptance_terms = fields.Char(
        copy=False,
        groups=INSIDERS,
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
        groups=INSIDERS,
        readonly=True,
        ondelete="restrict",
    )
    rejection_reason = fields.Text(copy=False, readonly=True)
    acceptance_decision_ids = fields.One2many(
        "bop.acceptance.decision",
        "order_id",
        string="Acceptance Decisions",
        groups=INSIDERS,
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
        rulebook = orders._acceptance_rulebook()
        orders._acceptance_lock_exposure(orders, rulebook)
        verdicts = orders._acceptance_verdicts(rulebook)
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
        if new and not direct:
            new._acceptance_announce_waiting()
        if by_outcome[REJECT] and not direct:
            by_outcome[REJECT]._acceptance_announce_rejection()
        return self.browse(by_outcome[ACCEPT].ids)

    def _acceptance_verdicts(
        self, rulebook: Rulebook | None = None, by_people: bool = False
    ) -> dict[int, Verdict]:
        """What is decided on each of these orders, by its id.

        :param by_people: see :meth:`_acceptance_judge`
        """
        rulebook = rulebook or self._acceptance_rulebook()
        verdicts = {
            key: Verdict(decision, facts, rulebook.policies[key])
            for key, (decision, facts) in self._acceptance_judge(
                rulebook=rulebook, by_people=by_people
            ).items()
        }
        pending = self.filtered(
            lambda order: (
                verdicts[order.id].decision.outcome != ACCEPT
                and not verdicts[order.id].facts.on_hold
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
            "acceptance_decided_by": mode != "auto" and self.env.uid,
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
