# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from collections.abc import Callable

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from odoo.addons.bop_contract.models.bop_idempotency_key import content_digest


class BopOrderSubmission(models.Model):
    """The orders that were submitted by connected systems, by the customer and his
    reference: the same order that arrives twice is one order.
    """

    _name = "bop.order.submission"
    _description = "Submitted Order"
    _order = "id desc"

    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, ondelete="cascade"
    )
    partner_id = fields.Many2one(
        "res.partner", required=True, readonly=True, index=True, ondelete="cascade"
    )
    customer_reference = fields.Char(required=True, readonly=True)
    digest = fields.Char(
        required=True,
        readonly=True,
        help="Of what was ordered: the same reference with other content is refused.",
    )
    order_id = fields.Many2one(
        "sale.order", readonly=True, index="btree_not_null", ondelete="cascade"
    )
    answer = fields.Json(readonly=True)

    _reference_unique = models.UniqueIndex(
        "(company_id, partner_id, customer_reference)",
        "An order with this reference of the customer was submitted already.",
    )

    @api.model
    def _once(
        self,
        customer: models.BaseModel,
        reference: str,
        content: object,
        call: Callable[[], models.BaseModel],
    ) -> object:
        """Make one order for a reference of a customer, and give its answer, now and at
        each repetition.

        :param customer: ``res.partner``; its commercial partner counts
        :param content: plain JSON of what is ordered
        :param call: makes the order
        :raises UserError: the reference was used for something else
        :raises AccessError: the order that has the reference is not the user's
        """
        customer = customer.commercial_partner_id
        digest = content_digest("bop_submit", content)
        with self.env.cr.savepoint():
            row = self._claim(customer, reference, digest)
            if not row:
                return self._replay(customer, reference, digest)
            order = call()
            row.write({"order_id": order.id, "answer": order._api_order()})
            return row.answer

    def _claim(self, customer: models.BaseModel, reference: str, digest: str):
        """Reserve the reference for this transaction; a concurrent call with the same
        one waits for its end.
        """
        self.env.cr.execute(
            SQL(
                """INSERT INTO bop_order_submission (company_id, partner_id,
                       customer_reference, digest, create_uid, create_date, write_uid,
                       write_date)
                   VALUES (%(company)s, %(customer)s, %(reference)s, %(digest)s,
                       %(uid)s, now() at time zone 'UTC', %(uid)s,
                       now() at time zone 'UTC')
                   ON CONFLICT (company_id, partner_id, customer_reference) DO NOTHING
                   RETURNING id""",
                company=self.env.company.id,
                customer=customer.id,
                reference=reference,
                digest=digest,
                uid=self.env.uid,
            )
        )
        row = self.env.cr.fetchone()
        return self.sudo().browse(row and row[0])

    def _replay(self, customer: models.BaseModel, reference: str, digest: str):
        row = self.sudo().search(
            [
                ("company_id", "=", self.env.company.id),
                ("partner_id", "=", customer.id),
                ("customer_reference", "=", reference),
            ]
        )
        row.order_id.with_env(self.env).check_access("read")
        if row.digest != digest:
            raise UserError(
                self.env._(
                    "%(customer)s has ordered with the reference “%(reference)s”"
                    " already: %(order)s, and what it says differs. Change that order,"
                    " or use a new reference for a new one.",
                    customer=customer.name,
                    reference=reference,
                    order=row.order_id.name,
                )
            )
        return row.answer
