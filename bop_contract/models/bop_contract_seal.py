# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..rules import seal
from . import guard
from .capability import SYSTEM, holds


class BopContractSeal(models.Model):
    """The frozen text of one version of a contract, hashed together with the seal
    before it. Append-only.

    A chain of seals belongs to one chain of orders, so sealing one contract never waits
    for another.
    """

    _name = "bop.contract.seal"
    _inherit = ["bop.guarded"]
    _description = "Contract Seal"
    _order = "res_model, root_id, sequence"
    _log_access = False  # rows never change: who and when are sealed_by and sealed_at

    res_model = fields.Char(string="Document Model", required=True, readonly=True)
    res_id = fields.Many2oneReference(
        string="Document ID", model_field="res_model", required=True, readonly=True
    )
    root_id = fields.Many2oneReference(
        string="First Version", model_field="res_model", required=True, readonly=True
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, ondelete="restrict", index=True
    )
    name = fields.Char(string="Order", required=True, readonly=True)
    sequence = fields.Integer(required=True, readonly=True)
    event = fields.Selection(
        selection=[
            ("acceptance", "Accepted"),
            ("succession", "Changed"),
            ("cancellation", "Cancelled"),
            ("installation", "Confirmed before contracts were switched on"),
        ],
        required=True,
        readonly=True,
    )
    payload = fields.Text(required=True, readonly=True)
    previous_hash = fields.Char(readonly=True)
    hash = fields.Char(required=True, readonly=True, index=True)
    sealed_at = fields.Datetime(required=True, readonly=True)
    sealed_by = fields.Many2one(
        "res.users", required=True, readonly=True, ondelete="restrict"
    )

    _sequence_unique = models.UniqueIndex(
        "(res_model, root_id, sequence)", "This version is sealed already."
    )
    _no_fork = models.UniqueIndex(
        "(res_model, previous_hash) WHERE previous_hash IS NOT NULL",
        "This version has a successor already.",
    )
    _document = models.Index("(res_model, res_id)")

    def init(self):
        """Make the table append-only, for the ORM and for raw SQL."""
        guard.create_functions(self.env.cr)
        guard.guard_append_only(self.env.cr, self._table)
        return super().init()

    @api.model_create_multi
    def create(self, vals_list):
        """Take seals from the system alone.

        :raises UserError: made by anybody else
        """
        if not holds(SYSTEM):
            raise UserError(
                self.env._(
                    "Seals are made by the system when an order is accepted or changed."
                )
            )
        return super().create(vals_list)

    def write(self, vals):
        """Refuse: a seal never changes.

        :raises UserError: always
        """
        if self:
            raise UserError(
                self.env._(
                    "A seal cannot be changed: it is the proof of what was agreed."
                )
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(
            self.env._("A seal cannot be deleted: it is the proof of what was agreed.")
        )

    def _to_records(self) -> list[seal.SealRecord]:
        """The seals as values for ``rules.seal.verify_chain``, in sequence."""
        return [
            seal.SealRecord(
                row.sequence, row.payload, row.previous_hash or "", row.hash
            )
            for row in self.sorted("sequence")
        ]

    @api.model
    def _cron_verify(self) -> None:
        """Verify all contracts, in batches; tell the auditors of the company what was
        tampered with.

        A round that does not end in one run goes on with the next one where it stopped.
        """
        for [company] in self._read_group([], ["company_id"]):
            if not self.with_company(company)._verify_round(company):
                break

    def _verify_round(self, company, batch: int = 200) -> bool:
        """Verify the contracts of a company that this round has not come to yet.

        :return: whether there was time for all of them
        """
        chains = self._chains(company, after=company.sudo().bop_verified_seal)
        while chains:
            part, chains = chains[:batch], chains[batch:]
            self._report_breaches(company, self._verify_chains(part))
            company.sudo().bop_verified_seal = part[-1][0] if chains else 0
            self.env.flush_all()
            self.env.invalidate_all()
            left = self.env["ir.cron"]._commit_progress(
                len(part), remaining=len(chains)
            )
            if chains and not left:
                return False
        return True

    @api.model
    def _verify_company(self, company) -> list[dict[str, str]]:
        """Breaches of all contracts of a company, one entry as
        ``bop.contract._contract_verify`` gives it per breach.
        """
        return self._verify_chains(self._chains(company))

    @api.model
    def _chains(self, company, after: int = 0) -> list[tuple[int, str, int]]:
        """First seal, order model and first version of each chain, by the first seal.

        :param after: leave out the chains whose first seal is not younger than this
        """
        groups = self.sudo()._read_group(
            [("company_id", "=", company.id)],
            ["res_model", "root_id"],
            ["id:min"],
            having=[("id:min", ">", after)],
        )
        return sorted((first, model, root) for model, root, first in groups)

    @api.model
    def _verify_chains(self, chains) -> list[dict[str, str]]:
        """Breaches of ``chains``, as :meth:`_chains` gives them."""
        breaches = []
        for first, model, root in chains:
            versions = self.env[model].sudo().with_context(active_test=False)
            version = versions.search(
                ["|", ("id", "=", root), ("root_id", "=", root)], limit=1
            )
            if version:
                breaches += version._contract_verify()["breaches"]
            else:
                gone = {"code": "missing", "path": "", "sealed": str(root)}
                name = self.sudo().browse(first).name
                breaches.append({"order": name, **gone, "found": ""})
        return breaches

    def _report_breaches(self, company, breaches: list[dict[str, str]]) -> None:
        auditors = self.env.ref("bop_contract.group_auditor").all_user_ids.filtered(
            lambda user: company in user.company_ids
        )
        if breaches and auditors:
            text = self.env._(
                "Contracts were tampered with: %s",
                ", ".join(sorted({breach["order"] for breach in breaches})),
            )
            company.partner_id.message_notify(
                partner_ids=auditors.partner_id.ids, subject=text, body=text
            )
