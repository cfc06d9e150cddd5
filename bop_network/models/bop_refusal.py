# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from datetime import timedelta

from odoo import api, fields, models

#: Whoever knocks cannot fill the disk.
PER_MINUTE = 30
KEEP_DAYS = 90
KEEP = 10000
MAX_HEADER = 200


class BopRefusal(models.Model):
    """A request that was not let in: who claimed to send it, and why not."""

    _name = "bop.refusal"
    _description = "Refused Request"
    _order = "id desc"
    _rec_name = "reason"

    date = fields.Datetime(
        required=True, readonly=True, default=lambda self: fields.Datetime.now()
    )
    status = fields.Integer(readonly=True)
    reason = fields.Char(readonly=True)
    peer_id = fields.Many2one(
        "bop.peer",
        string="Partner",
        readonly=True,
        ondelete="cascade",
        index="btree_not_null",
    )
    company_id = fields.Many2one(related="peer_id.company_id", store=True)
    headers = fields.Json(readonly=True)

    @api.model
    def _note(self, refusal, headers: dict[str, str]) -> None:
        """Keep why a request was refused, unless there are too many of them, or nobody
        here is on the network.
        """
        if not self.env["bop.digital"].search_count([("is_live", "=", True)], limit=1):
            return
        since = fields.Datetime.now() - timedelta(minutes=1)
        if self.search_count([("date", ">", since)], limit=PER_MINUTE) >= PER_MINUTE:
            return
        shown = {
            name: value[:MAX_HEADER]
            for name, value in headers.items()
            if name.startswith("ce-") or name == "signature-input"
        }
        self.create(
            {
                "status": refusal.status,
                "reason": str(refusal)[:500],
                "peer_id": refusal.peer.id if refusal.peer else False,
                "headers": dict(list(shown.items())[:20]),
            }
        )

    @api.autovacuum
    def _gc_old(self):
        limit = fields.Datetime.now() - timedelta(days=KEEP_DAYS)
        self.search([("date", "<", limit)], limit=10000).unlink()
        self.search([], offset=KEEP, limit=PER_MINUTE * 60 * 24).unlink()
