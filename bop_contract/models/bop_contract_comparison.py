# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Versions for people: the timeline, two versions beside each other, the result of a
verification.
"""

from __future__ import annotations

import json
import re

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import formatLang

from ..rules import diff
from ..rules.terms import Terms, plain
from .terms_text import TermsText

KINDS = {"1": "added", "2": "removed", "3": "changed", "4": "same"}


class BopContractComparison(models.AbstractModel):
    _inherit = "bop.contract"

    # === READ BY THE SCREENS ===#
    def web_contract_versions(self):
        """The timeline of this order: all versions, oldest first, and the open offer,
        if any, as the last.

        :return: ``[{"id", "name", "version", "status", "status_label", "at", "by",
            "request_id", "request", "reason", "consent", "consent_note", "current",
            "offer"}]``; ``at`` in UTC
        """
        self.ensure_one()
        self.check_access("read")
        base = self.sudo().predecessor_id if self.is_offer else self.sudo()
        chain = base._contract_chain()
        origins = {
            request.successor_id: request
            for request in chain.change_request_ids
            if request.successor_id
        }
        rows = [
            version._prepare_version_row(origins.get(version))
            for version in chain
            if version.is_contract
        ]
        pending = chain[-1:].change_request_ids.filtered("is_open")[:1]
        return rows + (
            [pending.offer_id._prepare_version_row(pending)] if pending.offer_id else []
        )

    def web_contract_comparison(self, left_id, right_id):
        """What two versions of this order say, beside each other.

        :param int left_id: id of the older version
        :param int right_id: id of the newer version, or of the open offer
        :return: see :meth:`_contract_compare`
        :raises UserError: one of them is no version of this order
        """
        self.ensure_one()
        known = {row["id"] for row in self.web_contract_versions()}
        if not {left_id, right_id} <= known:
            raise UserError(
                self.env._("Only versions of %s can be compared.", self.name)
            )
        left, right = (self.sudo().browse(order_id) for order_id in (left_id, right_id))
        comparison = self._contract_compare(
            left._contract_agreed_terms(), right._contract_agreed_terms(), right
        )
        comparison["header"].append(left._prepare_total_row(right))
        return comparison

    def web_contract_verify(self):
        """Verify the chain of this order.

        :return: ``{"valid", "versions", "rows": [{"order", "what", "sealed",
            "found"}]}`` in words
        """
        self.ensure_one()
        self.check_access("read")
        rows = self._contract_breach_rows()
        return {
            "valid": not rows,
            "versions": len(self.sudo()._contract_chain()),
            "rows": rows,
        }

    # === THE TIMELINE ===#
    def _prepare_version_row(self, request) -> dict[str, object]:
        """One entry of the timeline. ``request`` is the change request this version
        came from, if any.
        """
        self.ensure_one()
        labels = dict(self._fields["business_status"]._description_selection(self.env))
        is_offer = self.is_offer
        by = self.create_uid.name if is_offer else self._contract_accepter()
        consent = (
            dict(request._fields["consent"]._description_selection(self.env)).get(
                request.consent
            )
            if request
            else ""
        )
        return {
            "id": self.id,
            "name": self.name,
            "version": self.contract_version,
            "status": "offer" if is_offer else self.business_status,
            "status_label": (
                self.env._("Offer")
                if is_offer
                else labels.get(self.business_status, "")
            ),
            "at": (
                fields.Datetime.to_string(
                    self.create_date if is_offer else self.accepted_at
                )
                or ""
            ),
            "by": by or "",
            "request_id": request.id if request else False,
            "request": request.name if request else "",
            "reason": request.reason or "" if request else "",
            "consent": consent or "",
            "consent_note": request.consent_note or "" if request else "",
            "current": not is_offer and not self.successor_id,
            "offer": is_offer,
        }

    # === THE COMPARISON ===#
    def _contract_agreed_terms(self) -> Terms:
        """What was sealed for this version; of an offer, what it says now."""
        self.ensure_one()
        seals = (
            self._contract_seals().filtered(lambda row: row.res_id == self.id)
            if self.is_contract
            else None
        )
        if not seals:
            return self._contract_terms()
        return Terms.from_dict(json.loads(seals[-1].payload)["terms"])

    def _contract_compare(
        self, left: Terms, right: Terms, order=None
    ) -> dict[str, object]:
        """Both terms in words, attribute by attribute.

        :param order: its positions give the reading order; seals keep none
        :return: ``{"header": [row], "lines": [{"uid", "label", "kind", "rows":
            [row]}]}`` with rows ``{"label", "left", "right", "changed"}``; kinds: same,
            changed, cancelled, added, removed
        """
        text = TermsText(self.env)
        changes = diff.diff(left, right)
        changed = {change.field for change in changes.header}
        before, after = left.lines_by_uid, right.lines_by_uid
        places = (
            {
                uid: place
                for place, uid in enumerate(
                    order[self._contract_line_field].mapped("position_uid")
                )
            }
            if order
            else {}
        )
        lines = [
            _compare_line(text, change, before.get(change.uid), after.get(change.uid))
            for change in changes.lines
        ]
        return {
            "header": _rows(
                text, text.header_labels(), plain(left), plain(right), changed
            ),
            "lines": sorted(
                lines, key=lambda line: places.get(line["uid"], len(places))
            ),
        }

    def _prepare_total_row(self, right) -> dict[str, object]:
        texts = [
            formatLang(self.env, order.amount_total, currency_obj=order.currency_id)
            for order in (self, right)
        ]
        return {
            "label": self.env._("Total"),
            "left": texts[0],
            "right": texts[1],
            "changed": texts[0] != texts[1],
        }

    # === VERIFICATION IN WORDS ===#
    def _contract_breach_rows(self) -> list[dict[str, str]]:
        """The breaches that verifying this order finds, in words."""
        self.ensure_one()
        result = self._contract_verify()
        return [
            {
                "order": breach["order"],
                "what": self._contract_breach_text(breach["code"], breach["path"]),
                "sealed": breach["sealed"],
                "found": breach["found"],
            }
            for breach in result["breaches"]
        ]

    def _contract_breach_text(self, code: str, path: str) -> str:
        """What a breach is about, for people; a code of another addon is shown as it
        is.
        """
        _ = self.env._
        sentences = {
            "unsealed": _("This version has no seal."),
            "sequence": _("A seal is missing or was added."),
            "previous_hash": _("The seal does not follow the one before it."),
            "hash": _("The seal was altered: its hash does not fit its text."),
            "payload": _("The text of the seal cannot be read."),
        }
        return sentences.get(code) or self._contract_path_text(path) or code

    def _contract_path_text(self, path: str) -> str:
        """Words for a place in the terms (``lines[uid].price``) or in the anchors
        (``order.partner_id``).
        """
        text = TermsText(self.env)
        uid, name = _split_path(path)
        labels = text.line_labels() if uid else text.header_labels()
        model = self._contract_line_model() if uid else self
        label = labels.get(name) or (
            model._fields[name]._description_string(self.env)
            if name in model._fields
            else name
        )
        if not uid:
            return label
        line = (
            self.sudo()
            ._contract_chain()[self._contract_line_field]
            .filtered(lambda row: row.position_uid == uid)[-1:]
        )
        product = (
            line.product_id.display_name if line else self.env._("removed position")
        )
        return f"{product}: {label}" if label else product


def _split_path(path: str) -> tuple[str, str]:
    """Position (empty for the header) and attribute of a path.

    >>> _split_path("lines[ab].price"), _split_path("lines.ab.product_id")
    (('ab', 'price'), ('ab', 'product_id'))
    >>> _split_path("order.partner_id"), _split_path("note")
    (('', 'partner_id'), ('', 'note'))
    """
    if found := re.match(r"lines(?:\[(\w+)\]|\.(\w+))\.?(\w*)", path):
        return found[1] or found[2], found[3]
    return "", re.split(r"[.\[]", path.removeprefix("order."))[0]


def _rows(
    text: TermsText, labels: dict[str, str], left: dict, right: dict, changed: set[str]
) -> list[dict[str, object]]:
    """One row per attribute that says something on either side."""
    rows = []
    for name, label in labels.items():
        row = {
            "label": label,
            "left": text.value(name, left.get(name)),
            "right": text.value(name, right.get(name)),
        }
        if row["left"] or row["right"]:
            rows.append(
                {**row, "changed": name in changed and row["left"] != row["right"]}
            )
    return rows


def _compare_line(
    text: TermsText, change: diff.LineChange, left, right
) -> dict[str, object]:
    kind = KINDS[change.code.value]
    if left and right and right.quantity == "0" != left.quantity:
        kind = "cancelled"
    labels = text.line_labels()
    labels.pop("kind")
    names = {part.field for part in change.changes}
    rows = _rows(
        text, labels, plain(left) if left else {}, plain(right) if right else {}, names
    )
    return {"uid": change.uid, "label": change.label, "kind": kind, "rows": rows}
