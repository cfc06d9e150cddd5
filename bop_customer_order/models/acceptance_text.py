# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The sentences people read for the reasons of ``rules.acceptance`` and ``rules.credit``.

A reason is stored as a code with values; it becomes a sentence in the language of its
reader.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from odoo import models
from odoo.api import Environment
from odoo.tools import format_amount, formatLang

Values = Mapping[str, str]
Reason = Mapping[str, object]


def reason_sentences(
    env: Environment, reasons: Iterable[Reason] | None, currency: models.BaseModel
) -> str:
    """All ``reasons`` as people read them, one sentence a line.

    :param currency: of the amounts in the reasons
    """
    text = ReasonText(env, currency)
    return "\n".join(text.sentence(reason) for reason in reasons or [])


class ReasonText:
    """Makes sentences of reasons whose amounts are in ``currency``."""

    def __init__(self, env: Environment, currency: models.BaseModel) -> None:
        self.env = env
        self.currency = currency or env.company.currency_id

    def sentence(self, reason: Reason) -> str:
        """The sentence for one reason, as ``rules.acceptance.Decision.to_dict`` gives
        it: ``{"code", "values"}``. A code nobody here knows is shown as it is.
        """
        code = str(reason["code"])
        values = reason.get("values") or {}
        known = getattr(self, f"_{code}", None)
        return known(values) if known else code

    # === FORMATS ===#
    def _amount(self, text: str) -> str:
        return format_amount(self.env, float(text), self.currency)

    def _number(self, text: str) -> str:
        return formatLang(self.env, float(text), digits=0)

    def _percent(self, text: str) -> str:
        return formatLang(self.env, float(text) * 100, digits=0)

    # === WHO IS ASKED, AND WHY ===#
    def _on_hold(self, _values: Values) -> str:
        return self.env._("The customer or the order is on credit hold.")

    def _always_ask(self, values: Values) -> str:
        return self.env._("“%(policy)s” asks for every order.", **values)

    def _network_without_policy(self, _values: Values) -> str:
        return self.env._(
            "The order came over the network, and no policy says what to do with it."
        )

    def _origin(self, values: Values) -> str:
        labels = dict(
            self.env["sale.order"]
            ._fields["order_origin"]
            ._description_selection(self.env)
        )
        return self.env._(
            "The policy asks for orders of this origin: %s.",
            labels.get(values["origin"], values["origin"]),
        )

    def _agreed_change(self, _values: Values) -> str:
        return self.env._("Both sides have agreed to this change.")

    # === AMOUNTS ===#
    def _above_order_limit(self, values: Values) -> str:
        return self.env._(
            "%(amount)s is above the order limit of %(limit)s.",
            amount=self._amount(values["amount"]),
            limit=self._amount(values["limit"]),
        )

    def _within_order_limit(self, values: Values) -> str:
        return self.env._(
            "%(amount)s is within the order limit of %(limit)s.",
            amount=self._amount(values["amount"]),
            limit=self._amount(values["limit"]),
        )

    def _above_reject_limit(self, values: Values) -> str:
        return self.env._(
            "%(amount)s is above %(limit)s, from where orders are rejected.",
            amount=self._amount(values["amount"]),
            limit=self._amount(values["limit"]),
        )

    def _above_exposure_limit(self, values: Values) -> str:
        return self.env._(
            "With it the customer would owe us, or have on order, %(exposure)s, which is"
            " above the limit of %(limit)s.",
            exposure=self._amount(values["exposure"]),
            limit=self._amount(values["limit"]),
        )

    # === PAYMENT RECORD ===#
    def _overdue(self, values: Values) -> str:
        return self.env._(
            "%(amount)s is overdue, the oldest of it for %(days)s days.",
            amount=self._amount(values["amount"]),
            days=self._number(values["days"]),
        )

    def _few_paid_invoices(self, values: Values) -> str:
        return self.env._(
            "The customer has paid %(paid)s invoices so far; the policy wants"
            " %(wanted)s.",
            paid=self._number(values["paid"]),
            wanted=self._number(values["wanted"]),
        )

    def _paid_late(self, values: Values) -> str:
        return self.env._(
            "The customer paid %(share)s %% of the invoices on time; the policy wants"
            " %(wanted)s %%.",
            share=self._percent(values["share"]),
            wanted=self._percent(values["wanted"]),
        )

    def _average_days_late(self, values: Values) -> str:
        return self.env._(
            "The customer pays %(days)s days late on average; the policy tolerates"
            " %(tolerated)s.",
            days=self._number(values["days"]),
            tolerated=self._number(values["tolerated"]),
        )

    # === WHAT THE ORDER SAYS ===#
    def _price_below_list(self, values: Values) -> str:
        return self.env._("The price is below the price list: %s.", values["positions"])

    def _discount_above_list(self, values: Values) -> str:
        return self.env._(
            "The discount is above the price list: %s.", values["positions"]
        )

    def _missing_lines(self, _values: Values) -> str:
        return self.env._("The order has no positions.")

    def _missing_price(self, _values: Values) -> str:
        return self.env._("A position has no price.")

    def _missing_delivery_address(self, _values: Values) -> str:
        return self.env._("The delivery address is missing.")

    def _missing_delivery_plan(self, _values: Values) -> str:
        return self.env._("The delivery plan is missing.")

    def _missing_payment_plan(self, _values: Values) -> str:
        return self.env._("The payment plan is missing.")

    # === AFTER A RELEASE ===#
    def _not_in_force(self, values: Values) -> str:
        return self.env._(
            "It is accepted since the credit hold was released, but could not be put in"
            " force: %s",
            values["error"],
        )

    def _missing_mapping(self, _values: Values) -> str:
        return self.env._(
            "It is not known here what the customer means. Use “Complete order” first."
        )

    # === CARRIED OUT ALREADY ===#
    def _settled_at_counter(self, _values: Values) -> str:
        return self.env._("It was paid and handed over at the counter.")
