# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo import api, models
from odoo.tools import SQL, format_datetime

from odoo.addons.bop_contract.rules.header_change import HeaderFacts
from odoo.addons.bop_contract.rules.terms import as_decimal

NOTHING = SQL("0")
NOT_INVOICED = SQL("'no'")


class SaleOrderSuccession(models.Model):
    _inherit = "sale.order"

    @api.model
    def _contract_ledger(self):
        return {
            "invoice_status": NOT_INVOICED,
            "delivery_status": SQL("NULL"),
            "effective_date": SQL("NULL"),
        }

    @api.model
    def _contract_line_ledger(self):
        return {
            "qty_delivered": NOTHING,
            "qty_invoiced": NOTHING,
            "qty_to_invoice": NOTHING,
            "untaxed_amount_invoiced": NOTHING,
            "untaxed_amount_to_invoice": NOTHING,
            "invoice_status": NOT_INVOICED,
            "position_billing": SQL("'unbilled'"),
        }

    def _contract_replay_lines(self, lines, previous):
        lines._action_launch_stock_rule(previous_product_uom_qty=previous)

    def _contract_finish_successor(self, successor):
        """Odoo launches no delivery for a locked order, so the lock of the old version
        comes over last.
        """
        successor.locked = self.locked
        return super()._contract_finish_successor(successor)

    @api.model
    def _contract_uncopied_columns(self):
        names = [
            name for name in super()._contract_uncopied_columns() if name != "locked"
        ]
        return [*names, "website_id"] if "website_id" in self._fields else names

    def _contract_copy_header(self):
        """An offer is no cart: the shop would show it to its customer as the one he
        left behind, and let him check it out.
        """
        offer = super()._contract_copy_header()
        if "website_id" in self._fields:
            offer.website_id = False
        return offer

    def _contract_cancel(self):
        self.locked = False
        self._action_cancel()

    def _contract_replay_header(self, values):
        """Open deliveries follow a new address by themselves, so nobody has to be
        reminded to correct them.
        """
        before = self.partner_shipping_id
        quiet = self.with_context(mail_activity_automation_skip=True)
        result = super(SaleOrderSuccession, quiet)._contract_replay_header(values)
        if self.partner_shipping_id != before:
            self._contract_redirect_deliveries(before)
        return result

    def _contract_redirect_deliveries(self, before) -> None:
        """What is still to be shipped to the address ``before`` goes to the new one;
        what was shipped keeps the address it went to.

        Odoo leaves open transfers where they are, and takes their address away as soon
        as a move with another one joins them. A transfer shared with another order
        stays as it is.
        """
        transfers = self.picking_ids.filtered(
            lambda picking: (
                picking.state not in ("done", "cancel")
                and picking.partner_id == before
                and picking.move_ids.sale_line_id.order_id == self
            )
        )
        transfers.partner_id = self.partner_shipping_id
        place = self.partner_shipping_id.property_stock_customer
        moves = transfers.move_ids.filtered(
            lambda move: move.state not in ("done", "cancel")
        )
        moves.filtered(
            lambda move: move.location_final_id.usage == "customer"
        ).location_final_id = place
        moves.filtered(
            lambda move: move.location_dest_id.usage == "customer"
        ).location_dest_id = place

    # === FACTS ===#
    def _contract_header_facts(self, offer):
        open_pickings = self.picking_ids.filtered(
            lambda picking: picking.state not in ("done", "cancel")
        )
        date = offer.commitment_date and format_datetime(
            self.env, offer.commitment_date, dt_format="short"
        )
        address = self._contract_new_name(offer, "partner_shipping_id")
        return HeaderFacts(
            customer=self._contract_new_name(offer, "partner_id"),
            company=self._contract_new_name(offer, "company_id"),
            currency=self._contract_new_name(offer, "currency_id"),
            address=address,
            date=(
                (date or self.env._("the lead time"))
                if offer.commitment_date != self.commitment_date
                else ""
            ),
            payment_plan=(
                (
                    self._contract_new_name(offer, "payment_term_id")
                    or self.env._("immediately")
                )
                if offer.payment_term_id != self.payment_term_id
                else ""
            ),
            open_pickings=tuple(sorted(open_pickings.mapped("name"))),
            printed_pickings=tuple(
                sorted(open_pickings.filtered("printed").mapped("name"))
            ),
            confirmed_dropship=self._contract_open_dropships() if address else (),
        )

    def _contract_open_dropships(self) -> tuple[str, ...]:
        """Confirmed purchase orders whose vendors still have to send to the customer."""
        found = {
            name
            for facts in self._contract_movement_facts().values()
            for name in facts.get("confirmed_dropship", ())
        }
        return tuple(sorted(found))

    def _contract_common_facts(self):
        held = self._credit_hold_map().get(self.id)
        hold = {"on_hold": held._sentence() if held else ""}
        return {**super()._contract_common_facts(), **hold}

    def _contract_movement_facts(self) -> dict[str, dict[str, object]]:
        """What is under way for each position: open and printed deliveries, goods set
        aside, purchases that cannot shrink.

        A constant number of queries, whatever the number of positions.
        """
        domain = [
            ("sale_line_id", "in", self.order_line.ids),
            ("state", "not in", ("done", "cancel")),
        ]
        moves = self.env["stock.move"].sudo().search(domain)
        read_together = (moves | moves.move_orig_ids).ids
        groups = moves.with_prefetch(read_together).grouped("sale_line_id")
        return {
            line.position_uid: line._prepare_movement_facts(own)
            for line, own in groups.items()
        }


class SaleOrderLineSuccession(models.Model):
    _inherit = "sale.order.line"

    def _contract_billed_on_delivery(self):
        return self.product_id.invoice_policy == "delivery"

    def _prepare_movement_facts(self, moves) -> dict[str, object]:
        """Facts about the open ``moves`` of this position; apps that make goods add
        theirs.
        """
        self.ensure_one()
        pickings = moves.picking_id
        outgoing = moves.filtered(
            lambda move: (
                move.location_final_id or move.location_dest_id
            )._is_outgoing()
        )
        picked = sum(
            move.product_uom._compute_quantity(move.quantity, self.product_uom_id)
            for move in outgoing
            if move.picked and move.product_id == self.product_id
        )
        return {
            "picked": as_decimal(picked),
            "printed_pickings": tuple(
                sorted(pickings.filtered("printed").mapped("name"))
            ),
            "open_pickings": tuple(sorted(pickings.mapped("name"))),
            **self._prepare_supply_facts(moves),
        }

    def _prepare_supply_facts(self, moves) -> dict[str, object]:
        """Purchases and productions made for this position, from the moves that bring
        the goods.
        """
        # A union forgets what its parts are read together with, which costs a query for
        # each position.
        sources = (moves | moves.move_orig_ids).with_prefetch(moves._prefetch_ids)
        purchases = (
            _related(sources, "purchase_line_id").order_id
            if "purchase_line_id" in moves._fields
            else ()
        )
        confirmed = tuple(
            sorted(
                order.name for order in purchases if order.state in ("purchase", "done")
            )
        )
        dropship = any(move.location_id.usage == "supplier" for move in moves)
        productions = sources.production_id if "production_id" in moves._fields else ()
        return {
            "confirmed_dropship": confirmed if dropship else (),
            "confirmed_purchases": () if dropship else confirmed,
            "productions": tuple(
                sorted(
                    order.name
                    for order in productions
                    if order.state not in ("done", "cancel", "draft")
                )
            ),
        }


def _related(moves, name):
    return (
        moves[name] | moves["created_purchase_line_ids"]
        if "created_purchase_line_ids" in moves._fields
        else moves[name]
    )
