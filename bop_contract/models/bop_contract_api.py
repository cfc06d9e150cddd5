# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The public methods for integrators, over XML-RPC and ``/json/2`` alike: plain JSON
in, plain JSON out, one call one transaction.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from odoo import Command, fields, models
from odoo.exceptions import UserError

from ..rules import diff
from ..rules.terms import Terms
from .bop_contract_api_input import plain

CHANGES = {"header", "lines", "reason", "initiator"}
LINE_KEYS = {"position", "sku", "unit"}


class BopContractApi(models.AbstractModel):
    _inherit = "bop.contract"

    def bop_request_change(self, changes, key=False):
        """Ask for a change of this order: makes an offer with the new terms. Nothing
        about the order changes yet.

        :param dict changes: ``{"header": {...}, "lines": [...], "reason": "…",
            "initiator": "customer" | "supplier"}``. ``header`` may have
            ``delivery_date`` (ISO 8601, UTC), ``note``, ``incoterm_place`` and, on a
            customer order, ``customer_reference``. Each line names a position by ``position`` (see
            ``bop_history``) to change it, or a product by ``sku`` to add one, and may
            have ``quantity`` (in ``unit``; 0 cancels the position), ``price`` (per
            unit, order currency, before discount), ``discount`` (percent),
            ``description``, on a purchase order
            ``delivery_date``, and for a new position ``unit`` (name; default: the
            product's). A date without time zone is UTC.
        :param str key: chosen by the caller; repeating the call with it gives the first
            answer and does nothing
        :return: ``{"request", "state", "order", "offer", "offer_id", "feasible",
            "impact": [{code, severity, text}], "acceptance", "reasons"}``; nobody has
            decided on the change yet
        :raises UserError: order not in force, change open already, unknown position,
            product, unit or field, a number or text that cannot be meant, or the key
            was used for another call
        :raises AccessError: the user may not write this order
        """
        self._api_check_one()
        return self.env["bop.idempotency.key"]._once(
            key,
            "bop_request_change",
            [self.id, changes],
            lambda: plain(self._api_request_change(changes)),
        )

    def bop_apply_change(self, consent="api", consent_note="", key=False):
        """Apply the open change of this order: its offer becomes the successor. When
        the change has to be accepted first, nothing moves: ``acceptance`` is
        ``waiting``, and the order is the one in force so far.

        :param str consent: how the other party agreed: ``phone``, ``email``, ``paper``,
            ``portal``, ``api``
        :param str consent_note: who agreed, where to find it
        :param str key: see :meth:`bop_request_change`
        :return: ``{"request", "state", "order", "order_id", "version", "predecessor",
            "business_status", "hash", "acceptance", "reasons": [{code, values,
            text}]}`` of the order in force
        :raises UserError: no open change, not feasible (each obstacle with what to do),
            or the order was changed meanwhile
        """
        self._api_check_one()
        content = [self.id, consent, consent_note]
        return self.env["bop.idempotency.key"]._once(
            key,
            "bop_apply_change",
            content,
            lambda: plain(self._api_apply_change(consent, consent_note)),
        )

    def bop_history(self):
        """All versions of this order, oldest first, with what changed from each to the
        next.

        :return: ``[{"order", "order_id", "version", "accepted_at", "accepted_by",
            "business_status", "current", "hash", "terms", "difference",
            "fulfilment"}]``; ``difference`` is against the version before,
            ``accepted_by`` a person, the vendor, or the policy that accepted
        """
        self._api_check_one()
        self.check_access("read")
        chain = self.sudo()._contract_chain()
        seals = {
            row.res_id: row
            for row in self._contract_seals()
            if row.event != "cancellation"
        }
        return plain(
            [version._api_version(seals.get(version.id), seals) for version in chain]
        )

    def bop_verify(self):
        """Prove this order: recompute the seals of its chain and compare each version
        with what was sealed.

        :return: ``{"order", "valid", "versions", "breaches": [{"order", "code", "path",
            "sealed", "found"}]}``
        """
        self._api_check_one()
        self.check_access("read")
        return self._contract_verify()

    # === PARTS ===#
    def _api_request_change(self, changes) -> dict[str, object]:
        self._api_check_object(changes, CHANGES, self.env._("changes"))
        values = {
            name: self._api_text(changes[name], name)
            for name in ("reason", "initiator")
            if name in changes
        }
        if values.get("initiator", "customer") not in ("customer", "supplier"):
            raise UserError(
                self.env._(
                    "initiator: “customer” or “supplier” expected, not %s.",
                    values["initiator"],
                )
            )
        self._contract_check_changer()
        vals = self._api_header_vals(changes.get("header") or {})
        changed, added = self._api_lines(changes.get("lines"))
        # Making the offer is what takes time: what is said wrong is found before it.
        request = self._contract_request_change(**values)
        offer = request.offer_id
        offer._api_write(vals, offer._api_line_commands(changed, added))
        impact = offer.change_impact or []
        return {
            "request": request.name,
            "state": request.state,
            "order": self.name,
            "offer": offer.name,
            "offer_id": offer.id,
            "feasible": all(row["severity"] != "obstacle" for row in impact),
            "impact": impact,
            **offer._api_acceptance(),
        }

    def _api_write(self, vals: dict[str, object], commands: list) -> None:
        """Write what a caller wants of this offer."""
        lines = {self._contract_line_field: commands} if commands else {}
        self.write({**vals, **lines})

    def _api_acceptance(self) -> dict[str, object]:
        """Whether this order was accepted, and why: nothing as long as nobody has
        decided.
        """
        in_force = self.state == self._contract_live_state
        return {"acceptance": "accepted" if in_force else "", "reasons": []}

    def _api_apply_change(self, consent, consent_note) -> dict[str, object]:
        self._contract_check_changer()
        request = self._api_open_request()
        request.write(
            {
                "consent": self._api_consent(consent),
                "consent_note": self._api_text(consent_note or "", "consent_note"),
            }
        )
        result = request._apply()
        applied = request.state == "applied"
        return {
            "request": request.name,
            "state": request.state,
            "order": result.name,
            "order_id": result.id,
            "version": result.contract_version,
            "predecessor": result.predecessor_id.name or "",
            "business_status": result.business_status,
            "hash": result._contract_seals()[-1:].hash,
            **(result if applied else request.offer_id)._api_acceptance(),
        }

    def _api_open_request(self):
        if self.is_offer:
            return self._contract_request_of_offer()
        if request := self._contract_open_request():
            return request
        self._contract_check_current()
        raise UserError(
            self.env._(
                "%s has no open change. Ask for one with bop_request_change first.",
                self.name,
            )
        )

    def _api_consent(self, consent) -> str:
        known = self._contract_request_model()._fields["consent"].get_values(self.env)
        if consent not in known:
            raise UserError(
                self.env._(
                    "consent: %(given)s is unknown. Use one of: %(known)s.",
                    given=consent,
                    known=", ".join(known),
                )
            )
        return consent

    def _api_version(self, sealed, seals) -> dict[str, object]:
        terms = json.loads(sealed.payload)["terms"] if sealed else {}
        before = seals.get(self.predecessor_id.id)
        difference = {}
        if sealed and before:
            difference = diff.diff(
                Terms.from_dict(json.loads(before.payload)["terms"]),
                Terms.from_dict(terms),
            ).to_dict()
        request = (
            self._contract_request_model()
            .sudo()
            .search([("successor_id", "=", self.id)], limit=1)
        )
        return {
            "order": self.name,
            "order_id": self.id,
            "version": self.contract_version,
            "accepted_at": fields.Datetime.to_string(self.accepted_at) or "",
            "accepted_by": self._contract_accepter(),
            "business_status": self.business_status or "",
            "current": not self.successor_id,
            "request": request.name or "",
            "hash": sealed.hash if sealed else "",
            "terms": terms,
            "difference": difference,
            "fulfilment": request.fulfilment or [],
        }

    # === POSITIONS ===#
    def _api_lines(self, lines) -> tuple[dict[str, dict], list[dict]]:
        """Check what a caller wants of the lines of this order.

        :return: values of each position that he changes, and of each new line
        """
        changed: dict[str, dict] = {}
        added = []
        allowed = LINE_KEYS.union(self._api_line_fields())
        for given in self._api_list(lines):
            line, vals = self._api_line_vals(given, allowed)
            if line.get("position") in changed:
                raise UserError(
                    self.env._("lines: each position can be named once only.")
                )
            if "position" in line:
                self._api_check_position(line)
                changed[line["position"]] = vals
            elif "sku" in line:
                added.append({**vals, **self._api_new_position(line)})
            else:
                raise UserError(
                    self.env._(
                        "lines: name a “position” to change it, or a “sku” to add a"
                        " product."
                    )
                )
        return changed, added

    def _api_line_commands(
        self, changed: dict[str, dict], added: Sequence[dict]
    ) -> list:
        """Return what makes this offer say what :meth:`_api_lines` has checked."""
        lines = {row.position_uid: row for row in self[self._contract_line_field]}
        return [
            *(Command.update(lines[uid].id, vals) for uid, vals in changed.items()),
            *(Command.create(vals) for vals in added),
        ]

    def _api_check_position(self, line: dict) -> None:
        position = self._contract_lines().filtered(
            lambda row: row.position_uid == line["position"]
        )
        if not position:
            raise UserError(
                self.env._(
                    "%(order)s has no position %(position)s. See bop_history for its"
                    " positions.",
                    order=self.name,
                    position=line["position"],
                )
            )
        if "sku" in line and line["sku"] != position.product_id.default_code:
            raise UserError(
                self.env._(
                    "%s: a position keeps its product. Set it to 0 and add the other"
                    " product as a new line.",
                    position.product_id.display_name,
                )
            )
        if "unit" in line and line["unit"] != position.product_uom_id.name:
            raise UserError(
                self.env._(
                    "%(product)s: %(unit)s is not its unit, it is agreed in"
                    " %(agreed)s.",
                    product=position.product_id.display_name,
                    unit=line["unit"],
                    agreed=position.product_uom_id.name,
                )
            )
