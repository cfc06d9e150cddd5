// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import * as offer from "@bop_contract/../tests/tours/offer_steps";
import {registry} from "@web/core/registry";

const tours = registry.category("web_tour.tours");

function setQuantity(product, quantity) {
    return offer.setQuantity(product, quantity, "product_uom_qty", "order_lines");
}

tours.add("bop_change_order", {
    steps: () => [
        {
            content: "The terms of the contract cannot be edited",
            trigger:
                ".o_data_row:contains(Tour Desk) .o_data_cell.o_readonly_modifier[name=product_uom_qty]",
        },
        {
            content: "No position can be added",
            trigger: ".o_form_view:not(:has(.o_field_x2many_list_row_add))",
        },
        {
            content: "Neither Odoo's Cancel nor Unlock is offered",
            trigger:
                ".o_statusbar_buttons:not(:has(button[name=action_cancel])):not(:has(button[name=action_unlock]))",
        },
        ...offer.changeOrder(),
        {
            content: "What is delivered so far stands beside each position",
            trigger: `${offer.cell("Tour Desk", "agreed_delivered")}:contains(4.00)`,
        },
        ...setQuantity("Tour Desk", 3),
        {
            content: "Less than delivered is an obstacle, seen while editing",
            trigger: `.o_bop_impact ${offer.OBSTACLE}[data-code=below_delivered]`,
        },
        ...setQuantity("Tour Desk", 12),
        {
            content: "The obstacle is gone, and what follows is told",
            trigger: `.o_bop_impact:not(:has(${offer.OBSTACLE})) li[data-code=more_to_deliver]`,
        },
        offer.reviewOffer(),
        {
            ...offer.applyReviewed(),
            content: "Apply without saying how the customer agreed",
        },
        {
            content: "This is refused: the consent is missing",
            trigger: ".modal .o_field_widget.o_field_invalid[name=consent]",
        },
        ...offer.agreedByPhone(),
        {
            content: "The successor is in force",
            trigger:
                ".o_form_view .o_bop_version:contains(Version 2), .o_bop_version:contains(Version 2)",
        },
        {
            content: "It leads back to its predecessor",
            trigger: "button[name=action_open_predecessor]",
        },
    ],
});

tours.add("bop_discard_change", {
    steps: () => [
        ...offer.changeOrder(),
        ...setQuantity("Tour Desk", 20),
        {
            content: "The impact is shown",
            trigger: ".o_bop_impact li[data-code=more_to_deliver]",
        },
        ...offer.discardOffer(),
        {
            content: "The agreed quantity stands",
            trigger: `${offer.cell("Tour Desk", "product_uom_qty")}:contains(10.00)`,
        },
    ],
});

tours.add("bop_follow_superseded", {steps: offer.followSuperseded});

tours.add("bop_closed_offer", {
    steps: () => [
        {
            content:
                "The offer says what became of it, and there is nothing left to do",
            trigger:
                ".o_form_view:has(.o_bop_notice.alert-warning:contains(was refused on)):not(:has(.o_bop_impact)):not(:has(button[name=action_review_change])):not(:has(button[name=action_discard_offer])):not(:has(button[name=action_confirm])):not(:has(button[name=action_draft]))",
        },
        {
            content: "It leads to the order in force",
            trigger: ".o_bop_notice .o_field_widget[name=current_version_id] a",
            run: "click",
        },
        {
            content: "The order is as it was, and can be changed",
            trigger:
                ".o_form_view:has(.o_bop_version):has(button[name=action_change_order])",
        },
    ],
});

tours.add("bop_read_versions", {
    steps: () => [
        offer.openVersions(),
        {
            content: "Both versions are on the timeline, with the consent",
            trigger: ".o_bop_timeline li:nth-child(2):contains(By e-mail)",
        },
        offer.seeChangedQuantity(),
        {
            content: "What did not change is folded away",
            trigger: ".o_bop_comparison:not(:has(tr:contains(Unit price)))",
        },
        {
            content: "Unfold",
            trigger: ".o_bop_show_all",
            run: "click",
        },
        {
            content: "Now everything is shown",
            trigger: ".o_bop_comparison tr:contains(Unit price)",
        },
        {
            content: "Verify",
            trigger: ".o_bop_verify button:contains(Verify)",
            run: "click",
        },
        {
            content: "Each version says what was agreed",
            trigger: ".o_bop_verify .text-success:contains(2)",
        },
    ],
});
