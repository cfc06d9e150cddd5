// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import * as offer from "@bop_contract/../tests/tours/offer_steps";
import {registry} from "@web/core/registry";

const tours = registry.category("web_tour.tours");

function setQuantity(product, quantity) {
    return offer.setQuantity(product, quantity, "product_qty", "products");
}

tours.add("bop_purchase_change_order", {
    steps: () => [
        {
            content: "The terms of the contract cannot be edited",
            trigger:
                ".o_data_row:contains(Tour Desk) .o_data_cell.o_readonly_modifier[name=product_qty]",
        },
        {
            content: "No position can be added",
            trigger: ".o_form_view:not(:has(.o_field_x2many_list_row_add))",
        },
        {
            content: "Neither Odoo's Cancel nor Unlock is offered",
            trigger:
                ".o_statusbar_buttons:not(:has(button[name=button_cancel])):not(:has(button[name=button_unlock]))",
        },
        ...offer.changeOrder(),
        {
            content: "What came in so far stands beside each position",
            trigger: `${offer.cell("Tour Desk", "agreed_delivered")}:contains(4.00)`,
        },
        ...setQuantity("Tour Desk", 3),
        {
            content: "Less than was received is an obstacle, seen while editing",
            trigger: `.o_bop_impact ${offer.OBSTACLE}[data-code=below_delivered]`,
        },
        ...setQuantity("Tour Desk", 12),
        {
            content: "The obstacle is gone, and what follows is told",
            trigger: `.o_bop_impact:not(:has(${offer.OBSTACLE})) li[data-code]`,
        },
        offer.reviewOffer(),
        ...offer.agreedByPhone(),
        {
            content: "The successor is in force and leads back to its predecessor",
            trigger:
                ".o_form_view:has(.o_bop_version:contains(Version 2)) button[name=action_open_predecessor]",
        },
        offer.openVersions(),
        {
            content: "Both are on the timeline, with how the vendor agreed",
            trigger: ".o_bop_timeline li:nth-child(2):contains(By phone)",
        },
        offer.seeChangedQuantity(),
    ],
});

tours.add("bop_purchase_superseded", {
    steps: () => [
        ...offer.followSuperseded(),
        ...offer.changeOrder(),
        ...setQuantity("Tour Desk", 20),
        {
            content: "What follows is told",
            trigger: ".o_bop_impact li[data-code]",
        },
        ...offer.discardOffer(),
        {
            content: "The agreed quantity stands",
            trigger: `${offer.cell("Tour Desk", "product_qty")}:contains(12.00)`,
        },
    ],
});

tours.add("bop_purchase_twin", {
    steps: () => [
        {
            content: "What the vendor tells of his shipments",
            trigger: ".o_notebook .nav-link:contains(Shipments)",
            run: "click",
        },
        {
            content: "Two were sent",
            trigger:
                ".o_field_widget[name=vendor_shipment_ids] .o_data_row:contains(OUT/1)",
        },
        {
            content: "The order in the other database",
            trigger: ".o_notebook .nav-link:contains(Network)",
            run: "click",
        },
        {
            content: "Whose it is",
            trigger: ".o_field_widget[name=twin_partner_id]:contains(Südhandel)",
        },
        ...offer.changeOrder(),
        {
            content: "A contract with a twin is not changed alone: the offer is sent",
            trigger:
                ".o_statusbar_buttons:not(:has(button[name=action_review_change])) button[name=action_send_change]:contains(Send to vendor)",
        },
    ],
});
