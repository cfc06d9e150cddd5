# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The public methods by which connected systems order, accept and reject."""

from __future__ import annotations

from odoo import Command, api, models
from odoo.exceptions import UserError
from odoo.tools import email_normalize

from odoo.addons.bop_contract.models.bop_contract_api_input import PRODUCT, plain
from odoo.addons.bop_contract.models.capability import SYSTEM, hold, in_own_context

from .acceptance_text import ReasonText
from .sale_order_api_input import HEADER, LINE

#: How a customer is named.
CUSTOMER = ("vat", "ref", "email", "name")
#: Origins a caller may say. What comes over the network says so itself.
SUBMITTED = ("import", "website", "manual")
ORDER_KEYS = {"customer", "currency", "origin", "lines", *HEADER}
LINE_KEYS = {"unit", *PRODUCT, *LINE}
MAX_REFERENCE = 200


class SaleOrderIntakeApi(models.Model):
    _inherit = "sale.order"

    @api.model
    def bop_submit(self, order, key=False):
        """Make an order and confirm it: it is accepted, waits for acceptance, or is
        rejected, as the policy of its customer says.

        :param dict order: ``customer``: exactly one of ``vat``, ``ref``, ``email``,
            ``name``; ``customer_reference``: the customer's number of this order, which
            makes the call idempotent; ``lines``: each with ``sku`` or ``gtin``,
            ``quantity``, and optional ``unit`` (name; default: the product's),
            ``price`` (per unit, before discount; default: the price list's),
            ``discount`` (percent), ``description``. Optional: ``delivery_date`` (ISO
            8601; UTC unless it names a zone), ``note``, ``incoterm_place``,
            ``currency`` (ISO code), ``origin`` (``import``, ``website``, ``manual``)
        :param str key: chosen by the caller; repeating the call with it gives the first
            answer and does nothing
        :return: ``{"order", "order_id", "acceptance": "accepted" | "waiting" |
            "rejected", "reasons": [{code, values, text}], "business_status",
            "amount_total", "currency", "lines": [{position, sku, description, quantity,
            unit, price, discount}]}``. The same reference of the same customer with the
            same content gives the first answer.
        :raises UserError: unknown or ambiguous customer or product, a field, number or
            text that cannot be meant, or a reference or key that was used for something
            else
        :raises AccessError: the user may not make orders
        """
        self.check_access("create")
        return self.env["bop.idempotency.key"]._once(
            key,
            "bop_submit",
            [self.env.company.id, order],
            lambda: in_own_context(self)._api_submit(order),
        )

    def bop_accept(self, note="", key=False):
        """Accept this order, or the change of it, that waits for acceptance.

        :param str note: kept with the decision
        :param str key: see :meth:`bop_submit`
        :return: as :meth:`bop_submit`, of the order in force: after a change, its
            successor
        :raises UserError: nothing waits, it was edited meanwhile, or is on credit hold
        :raises AccessError: the user is no approver, or may not write this order
        """
        self._api_check_one()
        return self.env["bop.idempotency.key"]._once(
            key, "bop_accept", [self.id, note], lambda: self._api_accept(note)
        )

    def bop_reject(self, reason, key=False):
        """Reject this order, or the change of it, that waits for acceptance. The
        customer is told.

        :param str reason: told to the customer, and kept with the decision
        :param str key: see :meth:`bop_submit`
        :return: as :meth:`bop_submit`, of the order or offer that was rejected
        :raises UserError: no reason, or nothing waits
        :raises AccessError: the user is no approver, or may not write this order
        """
        self._api_check_one()
        return self.env["bop.idempotency.key"]._once(
            key, "bop_reject", [self.id, reason], lambda: self._api_reject(reason)
        )

    # === PARTS ===#
    @api.model
    def _api_submit(self, order) -> dict[str, object]:
        self._api_check_object(order, ORDER_KEYS, "order")
        customer = self._api_customer(order.get("customer"))
        reference = self._api_reference(order.get("customer_reference", ""))
        content = {name: order[name] for name in order if name != "customer"}
        return self.env["bop.order.submission"]._once(
            customer, reference, content, lambda: self._api_make(customer, order)
        )

    @api.model
    def _api_make(self, customer, values: dict):
        """Make the order, and confirm it."""
        origin = self._api_origin(values.get("origin", "import"))
        header = self._api_header_vals(
            {name: values[name] for name in HEADER if name in values}
        )
        lines = self._api_new_lines(values.get("lines"))
        order = self.create(
            {
                "partner_id": customer.id,
                "order_line": lines,
                **header,
                **self._api_price_list(customer, values.get("currency", "")),
            }
        )
        with hold(self.env, SYSTEM):
            order.order_origin = origin
        order.action_confirm()
        return order

    def _api_accept(self, note) -> dict[str, object]:
        note = self._api_text(note or "", "note")
        return self._api_decidable()._acceptance_accept("manual", note)._api_order()

    def _api_reject(self, reason) -> dict[str, object]:
        target = self._api_decidable()
        target._acceptance_reject(self._api_text(reason, "reason"))
        return target._api_order()

    def _api_decidable(self):
        """What is to be decided on: this order, or the offer of its open change or
        counter-offer.
        """
        self.check_access("write")
        is_offered = self.is_contract or self._negotiation_is_countered()
        offer = is_offered and self._contract_open_request().offer_id
        return offer or self

    # === ANSWERS ===#
    def _api_order(self) -> dict[str, object]:
        return plain(
            {
                "order": self.name,
                "order_id": self.id,
                **self._api_acceptance(),
                "business_status": self.business_status,
                "amount_total": self.amount_total,
                "currency": self.currency_id.name,
                "lines": [line._api_line() for line in self.order_line],
            }
        )

    def _api_acceptance(self) -> dict[str, object]:
        """Whether this order was accepted, and why: nothing as long as nobody has
        decided.
        """
        in_force = self.state == self._contract_live_state
        text = ReasonText(self.env, self.acceptance_currency_id)
        return {
            "acceptance": self.acceptance_state or (in_force and "accepted") or "",
            "reasons": [
                {**reason, "text": text.sentence(reason)}
                for reason in self.acceptance_reasons or []
            ],
        }

    # === BAD INPUT ===#
    @api.model
    def _api_customer(self, customer):
        """The one customer that is meant.

        :raises UserError: none or several; says what to send
        """
        self._api_check_object(customer, set(CUSTOMER), "customer")
        if len(customer) != 1:
            raise UserError(
                self.env._(
                    "customer: name it by exactly one of %s.", ", ".join(CUSTOMER)
                )
            )
        [(name, value)] = customer.items()
        found = self._api_find_customers(name, self._api_text(value, name).strip())
        companies = found.commercial_partner_id
        if len(companies) == 1:
            # Contacts carry the identifiers of their company.
            found = companies if companies <= found else found
        if len(found) == 1:
            return found
        if not found:
            raise UserError(
                self.env._(
                    "customer: nobody has the %(name)s “%(value)s”. Check it, or create"
                    " the customer first.",
                    name=name,
                    value=value,
                )
            )
        raise UserError(
            self.env._(
                "customer: several have the %(name)s “%(value)s”. Name the one that is"
                " meant by another of %(known)s.",
                name=name,
                value=value,
                known=", ".join(CUSTOMER),
            )
        )

    @api.model
    def _api_find_customers(self, name: str, value: str):
        """Those this user sees; a contact that shares the value of its company too."""
        domain = [(name, "=", value)]
        if name == "email":
            domain = [("email_normalized", "=", email_normalize(value) or value)]
        elif name == "vat":
            domain = [("vat", "in", [value, "".join(value.split()).upper()])]
        company = ("company_id", "in", [False, self.env.company.id])
        partners = self.env["res.partner"]
        return partners.search([*domain, company]) if value else partners

    def _api_reference(self, reference) -> str:
        reference = self._api_text(
            reference, "customer_reference", MAX_REFERENCE
        ).strip()
        if not reference:
            raise UserError(
                self.env._(
                    "customer_reference: send the customer's number of this order. The"
                    " same number never makes a second order."
                )
            )
        return reference

    def _api_origin(self, origin) -> str:
        if origin in SUBMITTED:
            return origin
        raise UserError(
            self.env._(
                "origin: %(given)s is not possible. Use one of: %(known)s.",
                given=str(origin)[:100],
                known=", ".join(SUBMITTED),
            )
        )

    def _api_new_lines(self, lines) -> list:
        if not self._api_list(lines):
            raise UserError(self.env._("lines: an order needs at least one."))
        return [self._api_new_line(line) for line in lines]

    def _api_new_line(self, line):
        line, vals = self._api_line_vals(line, LINE_KEYS)
        if sum(name in line for name in PRODUCT) != 1 or "quantity" not in line:
            raise UserError(
                self.env._(
                    "lines: each needs a “quantity”, and either a “sku” or a “gtin”."
                )
            )
        return Command.create({**self._api_new_position(line), **vals})

    @api.model
    def _api_price_list(self, customer, currency) -> dict[str, object]:
        """The price list to use for a currency that was asked for: the customer's if it
        is in that currency, else the first that is.
        """
        currency = self._api_text(currency, "currency")
        company = self.env.company
        usual = customer.property_product_pricelist
        if currency in ("", (usual.currency_id or company.currency_id).name):
            return {}
        found = self.env["product.pricelist"].search(
            [
                ("currency_id.name", "=", currency),
                ("company_id", "in", [False, company.id]),
            ],
            limit=1,
        )
        if not found:
            raise UserError(
                self.env._(
                    "currency: there is no price list in %s. Leave the currency out, or"
                    " make a price list first.",
                    currency,
                )
            )
        return {"pricelist_id": found.id}


class SaleOrderLineIntakeApi(models.Model):
    _inherit = "sale.order.line"

    def _api_line(self) -> dict[str, object]:
        return {
            "position": self.position_uid,
            "sku": self.product_id.default_code or "",
            "description": self.name,
            "quantity": self.product_uom_qty,
            "unit": self.product_uom_id.name or "",
            "price": self.price_unit,
            "discount": self.discount,
        }
