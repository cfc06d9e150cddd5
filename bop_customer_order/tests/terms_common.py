# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from dataclasses import replace

from odoo import Command

from odoo.addons.bop_contract.rules.terms import (
    Address,
    Instalment,
    LineTerms,
    Party,
    Release,
    Tax,
    Terms,
)

from .common import ContractCase

VAT = Tax("VST 15", "percent", "15")
PLAN = (Instalment(share="100", days="33", rule="days_after"),)
DOCK = Address("Nordwind Dock 3", "Am Hafen 3", "", "Zürich", "8005", "", "CH")
DESK = LineTerms(
    "d1",
    sku="DESK",
    product="A desk",
    description="Desk as in your catalogue",
    quantity="7",
    unit="C62",
    price="81.3333",
    discount="5",
    taxes=(VAT,),
)
CHAIR = LineTerms(
    "c1", sku="CHAIR", quantity="2", unit="DZN", price="300", taxes=(VAT,)
)


class TermsCase(ContractCase):
    """A buyer whose order arrives as terms."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.switzerland = cls.env.ref("base.ch")
        cls.dock = cls.env["res.partner"].create(
            {
                "name": "nordwind dock 3",
                "type": "delivery",
                "parent_id": cls.partner.id,
                "street": "am  Hafen 3",
                "city": "ZÜRICH",
                "zip": "8005",
                "country_id": cls.switzerland.id,
            }
        )
        cls.plan = cls.env["account.payment.term"].create(
            {
                "name": "In a month",
                "line_ids": [
                    Command.create(
                        {
                            "value": "percent",
                            "value_amount": 100,
                            "nb_days": 33,
                            "delay_type": "days_after",
                        }
                    )
                ],
            }
        )
        cls.terms = Terms(
            "P00042",
            kind="purchase_order",
            date="2026-11-01T08:00:00Z",
            currency=cls.company.currency_id.name,
            supplier=Party("We"),
            customer=Party("Nordwind Werkzeuge"),
            ship_to=DOCK,
            incoterm="DAP",
            incoterm_place="Zürich",
            delivery_date="2026-12-24T08:00:00Z",
            note="Please ring <b>twice</b>.\nhttps://example.com/?a=1&b=2",
            instalments=PLAN,
            lines=(
                LineTerms("s1", kind="section", description="Office"),
                DESK,
                LineTerms("n1", kind="note", description="Only in oak"),
                CHAIR,
            ),
        )

    @classmethod
    def _receive(cls, terms=None, buyers_ids=None, **changes):
        """The order that arrives with the terms."""
        return cls.env["sale.order"]._contract_make_from_terms(
            cls.partner, replace(terms or cls.terms, **changes), buyers_ids
        )

    @classmethod
    def _receive_line(cls, line=DESK, buyers_ids=None, **changes):
        """The order that arrives with one position."""
        return cls._receive(lines=(replace(line, **changes),), buyers_ids=buyers_ids)

    def _gaps(self, order):
        """(kind, position) of what is to be mapped."""
        return [(gap["kind"], gap["uid"]) for gap in order.intake_gaps or []]

    def _position(self, order, uid):
        return order.order_line.filtered(lambda line: line.position_uid == uid)


__all__ = ["CHAIR", "DESK", "DOCK", "PLAN", "VAT", "Release", "TermsCase"]
