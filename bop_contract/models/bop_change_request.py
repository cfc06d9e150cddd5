# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..rules import diff, workflow
from .capability import SYSTEM, hold, holds, in_own_context

STATES = [
    ("draft", "Draft"),
    ("proposed", "Proposed"),
    ("accepted", "Accepted"),
    ("applied", "Applied"),
    ("rejected", "Rejected"),
    ("countered", "Countered"),
    ("withdrawn", "Withdrawn"),
    ("expired", "Expired"),
    ("failed", "Failed"),
]


class BopChangeRequest(models.AbstractModel):
    """The wish to change a contract. It refers to an offer that carries the new terms
    (S2.20, S2.21), and is the memory of what became of it.

    The concrete model defines ``order_id``, ``offer_id`` and ``successor_id`` (to the
    order model).
    """

    _name = "bop.change.request"
    _description = "Change Request"
    _inherit = ["mail.thread"]
    _order = "id desc"
    _check_company_auto = True

    name = fields.Char(
        string="Number", required=True, readonly=True, copy=False, default="/"
    )
    state = fields.Selection(
        selection=STATES,
        required=True,
        readonly=True,
        copy=False,
        default="draft",
        tracking=True,
        index=True,
    )
    is_open = fields.Boolean(compute="_compute_is_open", store=True, index=True)
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True
    )
    initiator = fields.Selection(
        selection=[("supplier", "Us"), ("customer", "The customer")],
        required=True,
        default="customer",
        string="Asked for by",
    )
    consent = fields.Selection(
        selection=[
            ("phone", "By phone"),
            ("email", "By e-mail"),
            ("paper", "On paper"),
            ("portal", "Signed online"),
            ("api", "By a connected system"),
        ],
        string="Customer agreed",
        help="How the other party agreed to the change.",
    )
    consent_note = fields.Char(string="Who agreed, where to find it")
    reason = fields.Text()
    base_hash = fields.Char(
        readonly=True,
        copy=False,
        help="Seal of the contract when the offer was made; of an order that nobody has"
        " accepted, the hash of the document that the customer sent.",
    )
    base_terms = fields.Json(
        readonly=True,
        copy=False,
        help="What an order that nobody has accepted said when the offer was made.",
    )
    difference = fields.Json(
        readonly=True, copy=False, help="Terms that changed, as applied."
    )
    fulfilment = fields.Json(
        readonly=True,
        copy=False,
        help="What each position had delivered and billed at the moment of the change.",
    )
    closed_at = fields.Datetime(readonly=True, copy=False)
    closed_by = fields.Many2one("res.users", readonly=True, copy=False)
    failure = fields.Text(readonly=True, copy=False)

    # === COMPUTE METHODS ===#
    @api.depends("state")
    def _compute_is_open(self):
        for request in self:
            request.is_open = request.state in workflow.OPEN

    # === CRUD METHODS ===#
    @api.model_create_multi
    def create(self, vals_list):
        """Number a new request; only “Change order” makes one.

        :raises UserError: made in any other way
        """
        if not holds(SYSTEM):
            raise UserError(
                self.env._("Change requests are made with “Change order” on an order.")
            )
        for vals in vals_list:
            vals["name"] = (
                self.env["ir.sequence"]
                .with_company(vals["company_id"])
                .next_by_code("bop.change.request")
                or "/"
            )
        return super().create(vals_list)

    def write(self, vals):
        """Let people write what they know about an open request, and nothing else.

        :raises UserError: names the fields, or the closed request
        """
        system = set(vals) - self._get_editable_fields()
        if system and not holds(SYSTEM):
            labels = ", ".join(
                self._fields[name]._description_string(self.env)
                for name in sorted(system)
                if name in self._fields
            )
            raise UserError(
                self.env._(
                    "%(request)s: %(fields)s cannot be edited.",
                    request=self[:1].name,
                    fields=labels,
                )
            )
        if not holds(SYSTEM):
            self._check_open()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(
            self.env._(
                "A change request cannot be deleted: it is the history of the order."
                " Discard it instead."
            )
        )

    @api.model
    def _get_editable_fields(self) -> set[str]:
        """Fields people may write while the request is open."""
        return {
            "reason",
            "consent",
            "consent_note",
            "initiator",
            "message_main_attachment_id",
        }

    # === ACTION METHODS ===#
    def action_apply(self):
        """Apply at once what the other party agreed to: the offer becomes the successor
        of the order.

        :return: action that opens the order in force
        :raises UserError: not feasible, stale, or decided already; nothing has changed
            then
        """
        self.ensure_one()
        return self._apply()._get_records_action(name=self.env._("Order"))

    def action_withdraw(self):
        """Discard the offer. The order stays as it is; this request remains as history."""
        for request in self:
            request.check_access("write")
            request.order_id.check_access("write")
            request._check_open()
            request._withdraw()
        return True

    # === BUSINESS METHODS ===#
    def _apply(self):
        """Accept and apply this request.

        :return: the order in force afterwards; the unchanged order when the change has
            to be accepted by a person first
        """
        self.ensure_one()
        self.check_access("write")
        self.order_id.check_access("write")
        return in_own_context(self)._apply_offer().with_env(self.env)

    def _apply_offer(self):
        """The steps of :meth:`_apply`, under the lock of the order."""
        base = self.order_id.sudo()
        base._contract_lock()
        self.invalidate_recordset()
        base._contract_check_current()
        self._check_open()
        self._check_base()
        self._check_offer()
        if not self._is_accepted():
            return base
        with hold(self.env, SYSTEM):
            if self.state != "accepted":
                self._advance("accepted")
            self.sudo().write(self._prepare_record_vals())
            result = base._contract_succeed(self.offer_id)
            self._advance("applied")
            if result != base:
                self.sudo().successor_id = result
            self._announce(base, result)
        return result

    def _is_accepted(self) -> bool:
        """Hook: whether this change may be applied now. If not, nothing moves, and the
        request stays open until somebody decides.
        """
        return True

    def _prepare_record_vals(self) -> dict[str, object]:
        """What this request remembers for ever: the difference, and what was delivered
        and billed when it was applied.
        """
        base, offer = self.order_id.sudo(), self.offer_id.sudo()
        return {
            "difference": (
                diff.diff(base._contract_terms(), offer._contract_terms()).to_dict()
            ),
            "fulfilment": [
                {
                    "position": line.position_uid,
                    "label": line.display_name,
                    **dict(
                        zip(
                            ("ordered", "delivered", "billed"),
                            line._contract_quantities(),
                            strict=True,
                        )
                    ),
                }
                for line in base._contract_lines()
                if not line.display_type
            ],
        }

    def _withdraw(self) -> None:
        offer = self.offer_id.sudo()
        with hold(self.env, SYSTEM):
            self._advance("withdrawn")
            self.sudo().offer_id = False
            offer.with_context(active_test=False).unlink()
        self.order_id.sudo().message_post(
            body=self.env._(
                "%(request)s was discarded; %(order)s stays as it is.",
                request=self.name,
                order=self.order_id.name,
            )
        )

    def _advance(self, state: str) -> None:
        """Make a transition of the workflow table.

        :raises UserError: the table does not have it
        """
        for request in self.sudo():
            try:
                workflow.check(workflow.CHANGE_REQUEST, request.state, state)
            except workflow.TransitionError:
                request._refuse_state()
            final = (
                {"closed_at": fields.Datetime.now(), "closed_by": self.env.uid}
                if state in workflow.FINAL
                else {}
            )
            with hold(self.env, SYSTEM):
                request.write({"state": state, **final})

    # === CHECKS ===#
    def _check_open(self) -> None:
        for request in self:
            if not request.is_open:
                request._refuse_state()

    def _refuse_state(self) -> None:
        self.ensure_one()
        label = dict(self._fields["state"]._description_selection(self.env))[self.state]
        raise UserError(
            self.env._(
                "%(request)s for %(order)s is closed already (%(state)s). Start again"
                " with “Change order” if you still need the change.",
                request=self.name,
                order=self.order_id.name,
                state=label,
            )
        )

    def _check_base(self) -> None:
        """The offer must have been made for the contract as it is now."""
        if self.base_hash != self.order_id.sudo()._contract_base_hash():
            raise UserError(
                self.env._(
                    "The offer of %(request)s was made for an older state of %(order)s."
                    " Discard it and use “Change order” again.",
                    request=self.name,
                    order=self.order_id.name,
                )
            )

    def _check_offer(self) -> None:
        """The offer must say something new, and be feasible.

        :raises UserError: lists every obstacle and what to do about it
        """
        base, offer = self.order_id.sudo(), self.offer_id.sudo()
        assessment = base._contract_assess(offer)
        if not assessment.feasible:
            sentences = [
                base._contract_finding_text(finding) for finding in assessment.obstacles
            ]
            raise UserError(
                self.env._(
                    "%(order)s cannot be changed like this:\n%(obstacles)s",
                    order=base.name,
                    obstacles="\n".join(f"• {text}" for text in sentences),
                )
            )
        if self._has_to_differ() and base._contract_delta(offer).is_empty:
            raise UserError(
                self.env._(
                    "%(offer)s changes nothing. Edit it first, or discard it.",
                    offer=offer.name,
                )
            )

    def _has_to_differ(self) -> bool:
        """Hook: whether the offer has to say something else than its order."""
        return True

    # === MESSAGES ===#
    def _announce(self, base, result) -> None:
        """Tell both versions' followers what became of them."""
        if self.base_terms:
            self._announce_negotiated(base)
            return
        if result == base:
            base.message_post(
                body=self.env._(
                    "Cancelled by %s: every position is 0.", self._get_html_link()
                )
            )
            return
        base.message_post(
            body=self.env._(
                "Superseded by %(successor)s (%(request)s).",
                successor=result._get_html_link(),
                request=self._get_html_link(),
            )
        )
        result.message_post(
            body=self.env._(
                "Supersedes %(order)s (%(request)s).",
                order=base._get_html_link(),
                request=self._get_html_link(),
            )
        )

    def _announce_negotiated(self, order) -> None:
        """Tell the followers of an order what came of the negotiation about it."""
        link = self._get_html_link()
        unchanged = diff.LineCode.UNCHANGED.value
        is_as_ordered = not self.difference["header"] and all(
            line["code"] == unchanged for line in self.difference["lines"]
        )
        order.message_post(
            body=(
                self.env._("In force as it was ordered first (%s).", link)
                if is_as_ordered
                else self.env._(
                    "In force as both sides agreed (%s), instead of as it was ordered.",
                    link,
                )
            )
        )
