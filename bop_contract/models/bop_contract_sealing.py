# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

import json

from odoo import api, fields, models
from odoo.tools import SQL

from ..rules import diff, seal
from ..rules.terms import Terms
from .capability import SYSTEM, hold

#: Text that comes from master data: it may be reworded later without anybody touching
#: the order. What identifies the master record is kept beside the terms, as anchors.
MASTER_DATA = frozenset(
    {
        "supplier",
        "customer",
        "bill_to",
        "ship_to",
        "currency",
        "incoterm",
        "instalments",
        "sku",
        "gtin",
        "product",
    }
    | {"options", "unit", "taxes"}
)


class BopContractSealing(models.AbstractModel):
    """Becoming a contract, and proving it: terms, seals, verification."""

    _inherit = "bop.contract"

    # === TERMS ===#
    def _contract_terms(self) -> Terms:
        """What this order says, as a value that depends on no database id and no user's
        language.
        """
        raise NotImplementedError

    def _contract_anchors(self) -> dict[str, object]:
        """Ids of the master records the terms speak of, by field and by position: what
        must not be re-pointed.
        """
        self.ensure_one()
        lines = self._contract_lines()
        return {
            "order": _anchors(self, self._contract_term_fields()),
            "lines": {
                line.position_uid: _anchors(line, line._contract_term_fields())
                for line in lines
            },
        }

    # === BECOMING A CONTRACT ===#
    def _contract_accept(self, event: str = "acceptance") -> None:
        """Make live orders contracts: from here on the guard holds. Idempotent.

        :param event: why (see ``bop.contract.seal.event``)
        """
        orders = self.filtered(
            lambda order: not order.is_contract and order._contract_applies()
        ).sudo()
        if not orders:
            return
        with hold(self.env, SYSTEM):
            orders._contract_mark_execution()
            orders.filtered(lambda order: not order.root_id)._contract_make_root()
            orders.write(
                {
                    "is_contract": True,
                    "accepted_at": fields.Datetime.now(),
                    "accepted_by": self.env.uid,
                }
            )
            orders._contract_seal(event)

    def _contract_applies(self) -> bool:
        """Whether this order is accepted in a company that makes contracts."""
        self.ensure_one()
        return (
            self.state == self._contract_live_state
            and self.company_id.sudo().bop_contracts
        )

    def _contract_make_root(self) -> None:
        for order in self:
            order.root_id = order

    def _contract_mark_execution(self, running: bool = False) -> None:
        """Set apart what Odoo added to carry the order out before it became a contract."""
        lines = self[self._contract_line_field].filtered(
            lambda line: line._contract_is_execution(running)
        )
        lines.write({"is_execution": True})

    # === SEALS ===#
    def _contract_seals(self):
        """All seals of the chain of this order, oldest first."""
        self.ensure_one()
        return (
            self.env["bop.contract.seal"]
            .sudo()
            .search(
                [
                    ("res_model", "=", self._name),
                    ("root_id", "=", self._contract_root().id),
                ],
                order="sequence",
            )
        )

    def _contract_last_hashes(self) -> dict[int, tuple[int, str]]:
        """Sequence and hash of the last seal per root of these orders."""
        roots = self.root_id.ids
        rows = (
            self.env["bop.contract.seal"]
            .sudo()
            .search(
                [("res_model", "=", self._name), ("root_id", "in", roots)],
                order="sequence",
            )
        )
        return {row.root_id: (row.sequence, row.hash) for row in rows}

    def _contract_seal(self, event: str) -> None:
        """Seal these contracts as they stand, each as the next link of its chain."""
        last = self._contract_last_hashes()
        self.env["bop.contract.seal"].sudo().create(
            [
                order._prepare_seal_vals(event, *last.get(order.root_id.id, (0, "")))
                for order in self
            ]
        )

    def _prepare_seal_vals(
        self, event: str, sequence: int, previous_hash: str
    ) -> dict[str, object]:
        """Values of the next seal of this contract, after the one with ``sequence`` and
        ``previous_hash``.
        """
        self.ensure_one()
        payload = seal.canonical_json(self._prepare_seal_payload(event))
        return {
            "res_model": self._name,
            "res_id": self.id,
            "root_id": self.root_id.id,
            "company_id": self.company_id.id,
            "name": self.name,
            "sequence": sequence + 1,
            "event": event,
            "payload": payload,
            "previous_hash": previous_hash or False,
            "hash": seal.seal_hash(payload, previous_hash),
            "sealed_at": fields.Datetime.now(),
            "sealed_by": self.env.uid,
        }

    def _prepare_seal_payload(self, event: str) -> dict[str, object]:
        """What a seal freezes: the terms, and the anchors of their master data."""
        return {
            "event": event,
            "terms": self._contract_terms().to_dict(),
            "anchors": self._contract_anchors(),
        }

    # === ORDERS FROM BEFORE ===#
    @api.model
    def _contract_guard_existing(self, companies) -> None:
        """Make contracts of all live orders of ``companies`` at once, in a constant
        number of statements; seals follow in batches.

        :param companies: companies whose orders become contracts from now on
        """
        domain = [
            ("state", "=", self._contract_live_state),
            ("is_contract", "=", False),
            ("company_id", "in", companies.ids),
        ]
        orders = self.sudo().with_context(active_test=False).search(domain)
        if not orders:
            return
        with hold(self.env, SYSTEM):
            orders._contract_mark_execution(running=True)
            self.env.flush_all()
            self.env.cr.execute(
                SQL(
                    "UPDATE %s SET is_contract = true, contract_version = 1, root_id ="
                    " id, accepted_at = date_order WHERE id IN %s",
                    SQL.identifier(self._table),
                    tuple(orders.ids),
                )
            )
            orders.invalidate_recordset()
            orders.modified(["is_contract"])

    @api.model
    def _cron_seal_contracts(self, batch: int = 200) -> None:
        """Seal the contracts that have no seal yet, in batches: those accepted before
        contracts were switched on.
        """
        while orders := self._contract_unsealed(batch):
            with hold(self.env, SYSTEM):
                orders._contract_seal("installation")
            if not self.env["ir.cron"]._commit_progress(
                len(orders), remaining=len(self._contract_unsealed(batch))
            ):
                break

    def _contract_seal_if_missing(self) -> None:
        """Seal a contract that the scheduled action has not come to yet: its successor
        must not be sealed before it.
        """
        self.ensure_one()
        if not self._contract_seals():
            with hold(self.env, SYSTEM):
                self._contract_seal("installation")

    @api.model
    def _contract_unsealed(self, limit: int):
        """Contracts without a seal, oldest first."""
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """SELECT o.id FROM %s o WHERE o.is_contract AND NOT EXISTS (
                       SELECT 1 FROM bop_contract_seal s WHERE s.res_model = %s AND s.res_id = o.id) ORDER BY o.id LIMIT %s""",
                SQL.identifier(self._table),
                self._name,
                limit,
            )
        )
        return self.sudo().browse(row[0] for row in self.env.cr.fetchall())

    # === VERIFICATION ===#
    def _contract_verify(self) -> dict[str, object]:
        """Recompute the seals of the chain and compare each version with what was
        sealed.

        :return: ``{"order", "valid", "versions", "breaches": [{"order", "code", "path",
            "sealed", "found"}]}``; codes: ``sequence``, ``previous_hash``, ``hash``,
            ``payload`` (a seal was tampered with), ``terms``, ``anchor``, ``state``,
            ``chain`` (the order was), ``unsealed``, ``missing`` (a sealed version is
            gone, or no contract any more)
        """
        self.ensure_one()
        seals = self._contract_seals()
        breaches = [
            _breach(
                seals.filtered(lambda row, b=b: row.sequence == b.sequence)[:1].name,
                b.code,
                "",
                "",
                b.detail,
            )
            for b in seal.verify_chain(seals._to_records())
        ]
        latest = {row.res_id: row for row in seals}
        chain = self.sudo()._contract_chain()
        for order in chain:
            breaches += order._contract_verify_version(latest.get(order.id))
        gone = seals.filtered(
            lambda row: row.res_id not in chain.filtered("is_contract").ids
        )
        breaches += [
            _breach(name, "missing") for name in dict.fromkeys(gone.mapped("name"))
        ]
        breaches += chain._contract_verify_links()
        return {
            "order": self.name,
            "valid": not breaches,
            "versions": len(chain),
            "breaches": breaches,
        }

    def _contract_verify_version(self, sealed) -> list[dict[str, str]]:
        """Breaches between this version and its latest seal."""
        if not self.is_contract:
            return []
        if not sealed:
            return [_breach(self.name, "unsealed")]
        ended = self.successor_id or sealed.event == "cancellation"
        expected = "cancel" if ended else self._contract_live_state
        breaches = (
            []
            if self.state == expected
            else [_breach(self.name, "state", "state", expected, self.state)]
        )
        try:
            payload = json.loads(sealed.payload)
            terms, anchors = payload["terms"], payload["anchors"]
        except (ValueError, KeyError, TypeError):
            return breaches  # the chain names an unreadable payload already
        changed = diff.own_diff(terms, self._contract_terms().to_dict(), MASTER_DATA)
        live = self._contract_anchors()
        breaches += [_breach(self.name, "terms", *change) for change in changed]
        breaches += [
            _breach(self.name, "anchor", *change)
            for change in diff.own_diff(anchors, live, ())
            if self._contract_anchor_exists(*change)
        ]
        return breaches

    def _contract_verify_links(self) -> list[dict[str, str]]:
        """Breaches between neighbours of a whole chain: each version is succeeded by
        the next one, and the last by none.
        """
        links = zip(self, [*self[1:], self.browse()], strict=True)
        return [
            _breach(
                order.name,
                "chain",
                "successor",
                successor.name or "",
                order.successor_id.name or "",
            )
            for order, successor in links
            if order.successor_id != successor
        ]

    def _contract_anchor_exists(self, path: str, sealed: object, found: object) -> bool:
        """Whether a changed anchor is tampering: a merged master record is gone, and
        its references follow it (partner merge).
        """
        name = path.rsplit(".", 1)[-1]
        model = self if path.startswith("order") else self[self._contract_line_field]
        comodel = (
            self.env[model._fields[name].comodel_name]
            if name in model._fields
            else None
        )
        if comodel is None or not sealed:
            return True
        records = comodel.sudo().browse(int(rid) for rid in str(sealed).split(","))
        return records.exists() == records


def _anchors(record: models.BaseModel, names) -> dict[str, str]:
    """Ids behind the relational fields among ``names``, as text."""
    return {
        name: ",".join(str(rid) for rid in sorted(record[name].ids))
        for name in names
        if record._fields[name].type in ("many2one", "many2many")
    }


def _breach(
    order: str | None,
    code: str,
    path: str = "",
    sealed: object = "",
    found: object = "",
) -> dict[str, str]:
    return {
        "order": order or "",
        "code": code,
        "path": path,
        "sealed": str(sealed),
        "found": str(found),
    }
