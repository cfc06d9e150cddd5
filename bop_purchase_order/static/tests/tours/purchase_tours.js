// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import {registry} from "@web/core/registry";

const tours = registry.category("web_tour.tours");
const OBSTACLE = "li[data-severity=obstacle]";

/**
 * The cell of a position. Rows are found by the product's name.
 */
function cell(product, field) {
    return `.o_data_row:contains("${product}") .o_data_cell[name=${field}]`;
}

function setQuantity(product, quantity) {
    return [
        {
            content: `Edit the quantity of ${product}`,
            trigger: cell(product, "product_qty"),
            run: "click",
        },
        {
            content: `${product}: ${quantity}`,
            trigger: ".o_selected_row .o_field_widget[name=product_qty] input",
            run: `edit ${quantity} && press Tab`,
        },
        {
            content: "Leave the position",
            trigger: "a[name=products]",
            run: "click",
        },
        {
            content: "The position is left",
            trigger: ".o_field_widget[name=order_line]:not(:has(.o_selected_row))",
        },
    ];
}

function changeOrder() {
    return [
        {
            content: "Change the order",
            trigger: "button[name=action_change_order]:contains(Change order)",
            run: "click",
        },
        {
            content: "The offer says that nothing is agreed",
            trigger: ".o_bop_notice:contains(nothing is agreed yet)",
        },
    ];
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
        ...changeOrder(),
        {
            content: "What came in so far stands beside each position",
            trigger: `${cell("Tour Desk", "agreed_delivered")}:contains(4.00)`,
        },
        ...setQuantity("Tour Desk", 3),
        {
            content: "Less than was received is an obstacle, seen while editing",
            trigger: `.o_bop_impact ${OBSTACLE}[data-code=below_delivered]`,
        },
        ...setQuantity("Tour Desk", 12),
        {
            content: "The obstacle is gone, and what follows is told",
            trigger: `.o_bop_impact:not(:has(${OBSTACLE})) li[data-code]`,
        },
        {
            content: "Apply",
            trigger: "button[name=action_review_change]",
            run: "click",
        },
        {
            content: "How the vendor agreed",
            trigger: ".modal .o_field_widget[name=consent] input",
            run: "click",
        },
        {
            content: "By phone",
            trigger: '.o_select_menu_item:contains("By phone")',
            run: "click",
        },
        {
            content: "Apply",
            trigger: ".modal button[name=action_apply_reviewed]",
            run: "click",
        },
        {
            content: "The successor is in force and leads back to its predecessor",
            trigger:
                ".o_form_view:has(.o_bop_version:contains(Version 2)) button[name=action_open_predecessor]",
        },
        {
            content: "Open the versions",
            trigger: ".o_notebook .nav-link:contains(Versions)",
            run: "click",
        },
        {
            content: "Both are on the timeline, with how the vendor agreed",
            trigger: ".o_bop_timeline li:nth-child(2):contains(By phone)",
        },
        {
            content: "The changed quantity is highlighted, before beside after",
            trigger:
                ".o_bop_comparison tr.o_bop_changed:contains(Quantity):has(.o_bop_left:contains(10)):has(.o_bop_right:contains(12))",
        },
    ],
});

tours.add("bop_purchase_superseded", {
    steps: () => [
        {
            content: "The old order says what is in force; follow the link",
            trigger:
                ".o_bop_notice:contains(was superseded) .o_field_widget[name=current_version_id] a",
            run: "click",
        },
        {
            content: "The version in force",
            trigger: ".o_bop_version:contains(Version 2)",
        },
        ...changeOrder(),
        ...setQuantity("Tour Desk", 20),
        {
            content: "What follows is told",
            trigger: ".o_bop_impact li[data-code]",
        },
        {
            content: "Discard",
            trigger: "button[name=action_discard_offer]",
            run: "click",
        },
        {
            content: "Yes, discard",
            trigger: ".modal .modal-footer .btn-primary",
            run: "click",
        },
        {
            content: "The order is as it was, and can be changed again",
            trigger: "button[name=action_change_order]:contains(Change order)",
        },
        {
            content: "The agreed quantity stands",
            trigger: `${cell("Tour Desk", "product_qty")}:contains(12.00)`,
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
        ...changeOrder(),
        {
            content: "A contract with a twin is not changed alone: the offer is sent",
            trigger:
                ".o_statusbar_buttons:not(:has(button[name=action_review_change])) button[name=action_send_change]:contains(Send to vendor)",
        },
    ],
});
