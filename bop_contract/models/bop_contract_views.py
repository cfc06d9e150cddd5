# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What the screens of a contract need: sentences, counts, buttons, and views without
edits the guard would refuse.
"""

from __future__ import annotations

from odoo import api, fields, models
from odoo.tools import format_date
from odoo.tools.safe_eval import safe_eval

from ..rules import exchange

#: Neither adding nor removing positions is offered on a contract. A domain on the
#: order, as the x2many widgets take it.
NOT_A_CONTRACT = [("is_contract", "=", False)]


class BopContractViews(models.AbstractModel):
    _inherit = "bop.contract"

    # === FIELDS ===#
    version_text = fields.Char(
        compute="_compute_version_text",
        help="Which version this is, and who accepted it when, in one sentence.",
    )
    version_notice = fields.Char(
        compute="_compute_version_notice",
        help=(
            "Why this is not the order to work with; what is in force follows as a"
            " link."
        ),
    )
    version_count = fields.Integer(string="Versions", compute="_compute_version_count")
    change_request_count = fields.Integer(
        string="Number of Change Requests", compute="_compute_change_request_count"
    )

    # === COMPUTE METHODS ===#
    @api.depends(
        "is_contract", "contract_version", "root_id", "accepted_at", "accepted_by"
    )
    @api.depends_context("lang", "uid")
    def _compute_version_text(self):
        for order in self:
            order.version_text = (
                order._contract_version_text() if order.is_contract else False
            )

    def _contract_version_text(self) -> str:
        self.ensure_one()
        values = {
            "version": self.contract_version,
            "root": self.sudo().root_id.name or self.name,
            "date": format_date(self.env, self.accepted_at),
            "user": self._contract_accepter(),
        }
        if self.contract_version > 1:
            return self.env._(
                "Version %(version)s of %(root)s, accepted on %(date)s by %(user)s",
                **values,
            )
        return self.env._("Accepted on %(date)s by %(user)s", **values)

    def _contract_accepter(self) -> str:
        """Who brought this order into force: a person, the vendor's acceptance that came
        over the network, or the system.
        """
        order = self.sudo()
        by_vendor = order.twin_role == exchange.CUSTOMER and order.accepted_by == (
            self.env.ref("base.user_root")
        )
        return (order.twin_partner_id if by_vendor else order.accepted_by).name or ""

    @api.depends(
        "is_offer",
        "is_open_offer",
        "successor_id",
        "predecessor_id",
        "offer_network",
    )
    @api.depends_context("lang", "uid")
    def _compute_version_notice(self):
        for order in self:
            order.version_notice = order._contract_notice()

    def _contract_notice(self) -> str | bool:
        self.ensure_one()
        order = self.sudo()
        if order.is_open_offer:
            return self._contract_offer_notice()
        if order.is_offer:
            return self._contract_closed_notice()
        if order.successor_id:
            successor = order.successor_id
            return self.env._(
                "%(order)s was superseded on %(date)s by %(user)s. In force is",
                order=order.name,
                date=format_date(self.env, successor.accepted_at),
                user=successor.with_env(self.env)._contract_accepter(),
            )
        return False

    @api.depends("root_id")
    def _compute_version_count(self):
        roots = self.sudo().root_id
        groups = self.sudo()._read_group(
            [("root_id", "in", roots.ids), ("is_contract", "=", True)],
            ["root_id"],
            ["__count"],
        )
        counts = {root.id: count for root, count in groups}
        for order in self:
            order.version_count = counts.get(order.sudo().root_id.id, 0)

    @api.depends("change_request_ids")
    def _compute_change_request_count(self):
        for order in self:
            order.change_request_count = len(order.change_request_ids)

    @api.depends("is_offer", "successor_id", "predecessor_id")
    def _compute_current_version_id(self):
        for order in self:
            version = order.predecessor_id if order.is_offer else order
            order.current_version_id = version._contract_current()

    @api.depends("change_request_ids.is_open")
    def _compute_open_offer_id(self):
        for order in self:
            order.open_offer_id = order.change_request_ids.filtered("is_open")[
                :1
            ].offer_id

    # === VIEWS ===#
    @api.model
    def _get_view(self, view_id=None, view_type="form", **options):
        """Every field that is guarded is read-only on a contract, wherever a view of
        whichever addon shows it.
        """
        arch, view = super()._get_view(view_id, view_type, **options)
        if view_type in ("form", "list"):
            self._contract_lock_view(arch)
        return arch, view

    @api.model
    def _contract_lock_view(self, arch) -> None:
        guarded = set(self._contract_guarded_fields())
        for node in arch.iter("field"):
            if next(node.iterancestors("field"), None) is not None:
                continue
            if node.get("name") in guarded:
                _add_readonly(node, self, "is_contract")
            elif node.get("name") == self._contract_line_field:
                self._contract_lock_lines(node)

    @api.model
    def _contract_lock_lines(self, lines_node) -> None:
        """Lines that Odoo added to carry the order out stay editable, as the guard has
        it.
        """
        lines = self._contract_line_model()
        guarded = set(lines._contract_guarded_fields())
        options = safe_eval(
            lines_node.get("options") or "{}", {"true": True, "false": False}
        )
        lines_node.set(
            "options",
            repr({**options, "create": NOT_A_CONTRACT, "delete": NOT_A_CONTRACT}),
        )
        for node in lines_node.iterdescendants("field"):
            if (
                next(node.iterancestors("field")) is lines_node
                and node.get("name") in guarded
            ):
                _add_readonly(node, lines, "parent.is_contract and not is_execution")

    # === ACTION METHODS ===#
    def action_open_versions(self):
        """Open all versions of this order as a list.

        :return: action
        """
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Versions of %s", self._contract_root().name),
            "res_model": self._name,
            "view_mode": "list,form",
            "domain": [
                ("root_id", "=", self._contract_root().id),
                ("is_contract", "=", True),
            ],
            "context": {"create": False},
        }

    def action_open_change_requests(self):
        """Open all change requests for this order; the only one opens at once.

        :return: action
        """
        self.ensure_one()
        requests = self.change_request_ids
        action = requests._get_records_action(name=self.env._("Change Requests"))
        return {**action, "context": {"create": False}}

    def action_open_predecessor(self):
        """Open the version before this one.

        :return: action
        """
        return self.predecessor_id._get_records_action()

    def action_open_successor(self):
        """Open the version that superseded this one.

        :return: action
        """
        return self.successor_id._get_records_action()

    def action_review_change(self):
        """Show what applying this offer does, and ask how the other party agreed.

        :return: action that opens the change request as a dialog
        :raises UserError: this order is no open offer
        """
        self.ensure_one()
        request = self._contract_request_of_offer()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Apply %s", request.name),
            "res_model": request._name,
            "res_id": request.id,
            "views": [(self._contract_apply_form().id, "form")],
            "target": "new",
        }

    def action_discard_offer(self):
        """Discard this offer and show the order in its place.

        :return: action that replaces the one on screen
        """
        return replace_current(self.action_discard_change())

    def _contract_apply_form(self):
        """The form of the dialog in which a change request is applied."""
        raise NotImplementedError

    def action_verify_contracts(self):
        """Verify these orders and tell the result.

        :return: action that shows a notification; one about tampering stays until it is
            closed
        """
        results = [order._contract_verify() for order in self if order.is_contract]
        breaches = [
            breach
            for order in self
            if order.is_contract
            for breach in order._contract_breach_rows()
        ]
        orders = ", ".join(sorted({breach["order"] for breach in breaches}))
        message = (
            self.env._(
                "Tampered with: %s. Open the tab “Versions” of the order and press"
                " “Verify” for the details.",
                orders,
            )
            if breaches
            else self.env._(
                "%s contracts verified. Each says what was sealed.", len(results)
            )
        )
        params = {
            "type": "danger" if breaches else "success",
            "message": message,
            "sticky": bool(breaches),
        }
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": params,
        }


def _add_readonly(node, model: models.BaseModel, condition: str) -> None:
    """Make a field of a view read-only under ``condition`` as well; one that always is
    stays so.
    """
    given = node.get("readonly")
    field = model._fields.get(node.get("name"))
    if (
        field is None
        or (given or "").lower() in ("1", "true")
        or (given is None and field.readonly)
    ):
        return
    node.set(
        "readonly",
        (
            f"({given}) or ({condition})"
            if given and given not in ("0", "False")
            else condition
        ),
    )


def replace_current(action: dict[str, object]) -> dict[str, object]:
    """An action that takes the place of the one on screen: its record is about to be
    gone, or to be another one.
    """
    return {
        "type": "ir.actions.client",
        "tag": "bop_contract.replace_current",
        "params": {"next": action},
    }
