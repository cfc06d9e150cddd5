# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo import api, fields, models
from odoo.exceptions import UserError

from . import guard
from .capability import SYSTEM, hold, holds

EVENTS = [
    ("accepted", "Accepted"),
    ("rejected", "Rejected"),
    ("superseded", "Superseded"),
    ("cancelled", "Cancelled"),
    ("delivered", "Delivered"),
    ("billed", "Billed"),
]


class BopEvent(models.Model):
    """What happened to contracts, as a log that connected systems read. Append-only."""

    _name = "bop.event"
    _inherit = ["bop.guarded"]
    _description = "Contract Event"
    _order = "id desc"
    _log_access = False  # rows never change: who and when are user_id and date

    name = fields.Selection(
        selection=EVENTS, string="Event", required=True, readonly=True, index=True
    )
    res_model = fields.Char(string="Document Model", required=True, readonly=True)
    res_id = fields.Many2oneReference(
        string="Document ID", model_field="res_model", required=True, readonly=True
    )
    order = fields.Char(required=True, readonly=True)
    payload = fields.Json(readonly=True)
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, ondelete="restrict", index=True
    )
    user_id = fields.Many2one(
        "res.users", required=True, readonly=True, ondelete="restrict"
    )
    date = fields.Datetime(required=True, readonly=True)

    _document = models.Index("(res_model, res_id)")

    def init(self):
        """Make the table append-only, for the ORM and for raw SQL."""
        guard.create_functions(self.env.cr)
        guard.guard_append_only(self.env.cr, self._table)
        return super().init()

    @api.model_create_multi
    def create(self, vals_list):
        """Take events from the system alone.

        :raises UserError: made by anybody else
        """
        self._check_system()
        return super().create(vals_list)

    def write(self, vals):
        """Refuse: what happened, happened.

        :raises UserError: always
        """
        self._refuse_change()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        self._refuse_change()

    def _check_system(self) -> None:
        if not holds(SYSTEM):
            self._refuse_change()

    def _refuse_change(self) -> None:
        raise UserError(
            self.env._(
                "Contract events are written by the system, and never changed or"
                " deleted."
            )
        )


class BopContractEvents(models.AbstractModel):
    """The hook for integrators."""

    _inherit = "bop.contract"

    def _bop_event(self, name: str, payload: dict[str, object] | None = None) -> None:
        """Note that something happened to this contract. Addons override this to act on
        it; what they do belongs to the same transaction.

        :param name: ``accepted``, ``rejected``, ``superseded``, ``cancelled``,
            ``delivered`` or ``billed``
        :param payload: what happened, as plain JSON
        """
        self.ensure_one()
        with hold(self.env, SYSTEM):
            self.env["bop.event"].sudo().create(self._prepare_event(name, payload))

    def _prepare_event(self, name: str, payload: dict | None) -> dict[str, object]:
        return {
            "name": name,
            "res_model": self._name,
            "res_id": self.id,
            "order": self.name,
            "payload": payload or {},
            "company_id": self.company_id.id,
            "user_id": self.env.uid,
            "date": fields.Datetime.now(),
        }
