# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A purchaser and a salesperson, each at the screens of an own server, agree on an order
and on what becomes of it: with clicks, and no more rights than they need.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from devtools import twins
from devtools.trade import Party
from tests.system.browser import Person, chromium
from tests.system.network.deal import Deal
from tests.system.network.staff import PASSWORD, hire
from tests.system.network.world import World

QUANTITY = ".o_selected_row .o_field_widget[name={}] input"
NETWORK = ".o_notebook .nav-link"


@pytest.fixture
def people(world: World) -> Iterator[tuple[Person, Person]]:
    """Return a salesperson who may accept orders, and a purchaser."""
    twins.trust(world.supplier, False)
    hire(world.supplier, "seller", "bop_customer_order", "group_acceptance")
    hire(world.customer, "buyer", "purchase", "group_purchase_user")
    with chromium() as browser:
        seller = browser.person(world.supplier.server, "seller", PASSWORD)
        buyer = browser.person(world.customer.server, "buyer", PASSWORD)
        yield seller, buyer


def test_an_order_from_its_first_line_to_its_end(world, people):
    seller, buyer = people
    deal = place_order(world, buyer)
    accept_order(deal, seller)
    assert_agreed_on_screen(deal, seller, buyer)

    change(deal, buyer, "12")
    counter(deal, seller, "11")
    deal.arrive()
    accept_counter_offer(deal, buyer)
    assert_agreed_on_screen(deal, seller, buyer)
    assert deal.customer.quantity("BENCH") == deal.supplier.quantity("BENCH") == 11
    deal.assert_in_step()

    change(deal, buyer, "20")
    refuse(deal, seller, "Not before May.")
    read_refusal(deal, buyer, "Not before May.")

    cancel(deal, buyer)
    accept_cancellation(deal, seller)
    open_order(deal, buyer)
    buyer.see(".ribbon", "CANCELLED")
    assert deal.customer.pair()["state"] == "cancelled"
    deal.assert_in_step()


# === THE PURCHASER ===#
def place_order(world: World, buyer: Person) -> Deal:
    """Write a purchase order on the screen and confirm it."""
    buyer.open("/odoo/purchase")
    buyer.click(".o_list_button_add")
    buyer.choose(".o_field_widget[name=partner_id] input", "Nordwind Workshop")
    buyer.click(".o_field_x2many_list_row_add a", "Add a product")
    buyer.write(".o_selected_row .o_field_widget[name=product_id] input", "Bench")
    buyer.click(".o-autocomplete--dropdown-item", "Bench")
    buyer.write(QUANTITY.format("product_qty"), "10")
    buyer.press("Tab", 9)
    buyer.click(".o_statusbar_buttons button[name=button_confirm]")
    buyer.see(".alert", "waits for his acceptance")
    [row] = world.customer.call(
        "bop.contract.pair", "search_read", domain=[], fields=["uuid"], limit=1
    )
    deal = Deal(world, row["uuid"])
    deal.arrive()
    return deal


def change(deal: Deal, buyer: Person, quantity: str) -> None:
    """Propose another quantity."""
    open_order(deal, buyer)
    buyer.click("button[name=action_change_order]", "Change order")
    buyer.see(".o_bop_notice", "nothing is agreed yet")
    edit(buyer, "product_qty", quantity)
    send(deal, buyer, "Send to vendor")


def accept_counter_offer(deal: Deal, buyer: Person) -> None:
    """Read what the vendor sent back, and accept it."""
    buyer.open("/odoo/purchase-change-requests")
    click_open_change(deal.customer, buyer)
    buyer.see(".o_bop_comparison", "11")
    buyer.click("button[name=action_accept_proposal]")
    buyer.see(".o_bop_version")
    deal.arrive()


def read_refusal(deal: Deal, buyer: Person, reason: str) -> None:
    """Read why the vendor does not want the last change."""
    open_order(deal, buyer)
    buyer.click("button[name=action_open_change_requests]")
    buyer.see(".o_field_widget[name=refusal]", reason)


def cancel(deal: Deal, buyer: Person) -> None:
    """Propose to cancel the order."""
    open_order(deal, buyer)
    buyer.click("button[name=action_cancel_contract]")
    send(deal, buyer, "Send to vendor")


# === THE SALESPERSON ===#
def accept_order(deal: Deal, seller: Person) -> None:
    """Read the order in the intake, and accept it."""
    seller.open("/odoo/intake")
    seller.click(".o_data_row .o_data_cell[name=name]", name_of(deal.supplier))
    seller.see(".o_bop_acceptance", "Waiting for acceptance")
    seller.see(".o_data_row", "Bench")
    seller.click(".o_statusbar_buttons button[name=action_accept_order]")
    seller.see(".o_bop_version", "Accepted on")
    deal.arrive()


def counter(deal: Deal, seller: Person, quantity: str) -> None:
    """Edit what the customer proposes, and send it back."""
    open_offer(deal, seller)
    edit(seller, "product_uom_qty", quantity)
    send(deal, seller, "Send counter-offer")


def refuse(deal: Deal, seller: Person, reason: str) -> None:
    """Refuse what the customer proposes."""
    open_offer(deal, seller)
    seller.click("button[name=action_refuse_change], button[name=action_reject_order]")
    seller.write(".modal .o_field_widget[name=reason] textarea", reason)
    seller.click(".modal footer button[name^=action_]")
    seller.see(".o_bop_acceptance", reason)
    deal.arrive()


def accept_cancellation(deal: Deal, seller: Person) -> None:
    """Accept that the customer cancels."""
    open_offer(deal, seller)
    seller.click("button[name=action_accept_change], button[name=action_accept_order]")
    seller.see(".ribbon", "CANCELLED")
    deal.arrive()


def open_offer(deal: Deal, seller: Person) -> None:
    """Find what the customer proposes among the changes that are open."""
    seller.open("/odoo/change-requests")
    click_open_change(deal.supplier, seller)
    seller.click("button[name=action_open_offer]")
    seller.see(".o_data_row", "Bench")


# === BOTH ===#
def edit(person: Person, field: str, quantity: str) -> None:
    """Type another quantity into the first position."""
    person.click(f".o_data_row .o_data_cell[name={field}]")
    person.write(QUANTITY.format(field), quantity)
    person.press("Tab", 9)


def click_open_change(party: Party, person: Person) -> None:
    """Click on the change that is open. The list first shows what it showed last time."""
    request = party.request()["id"]
    [row] = party.side.read(party.books.request, [request], "name")
    person.click(".o_data_row .o_data_cell[name=name]", row["name"])


def send(deal: Deal, person: Person, label: str) -> None:
    """Send an offer, and wait until the other side has it."""
    person.click("button[name=action_send_change]", label)
    person.see(".o_statusbar_buttons:not(:has(button[name=action_send_change]))")
    deal.arrive()


def open_order(deal: Deal, person: Person) -> None:
    """Open the order in force."""
    party = (
        deal.customer
        if person.server is deal.world.customer.server
        else (deal.supplier)
    )
    person.open(f"/odoo/{party.books.order}/{party.order()}")
    person.see(".o_form_view .o_bop_version")


def name_of(party: Party) -> str:
    """Return the number of the order in force."""
    return party.orders()[-1]["name"]


def assert_agreed_on_screen(deal: Deal, *people: Person) -> None:
    """Both screens show the same hash, and each the number of the other side."""
    hashes = set()
    for person, other in zip(people, deal.parties[::-1], strict=True):
        open_order(deal, person)
        person.click(NETWORK, "Network")
        person.see(".o_field_widget[name=twin_state]", "Agreed")
        person.see(".o_field_widget[name=twin_number]", name_of(other))
        hashes.add(person.read(".o_field_widget[name=twin_hash]"))
    assert hashes == {deal.customer.pair()["agreed_hash"]}
