// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import {registry} from "@web/core/registry";
import {stepUtils} from "@web_tour/tour_utils";

const tours = registry.category("web_tour.tours");
const LIMIT = ".o_field_widget[name=acceptance_limit] input";

/**
 * The row of the board that has this text in it.
 */
function row(text) {
    return `.o_data_row:contains("${text}")`;
}

function tile(name) {
    return `.o_bop_tile[data-tile=${name}]`;
}

tours.add("bop_set_threshold", {
    steps: () => [
        {
            content: "What is accepted of a customer stands with sales and purchase",
            trigger: ".o_notebook .nav-link[name=sales_purchases]",
            run: "click",
        },
        {
            content: "Orders above 1000 shall wait",
            trigger: LIMIT,
            run: "edit 1000 && press Tab",
        },
        ...stepUtils.saveForm(),
    ],
});

tours.add("bop_order_waits", {
    steps: () => [
        {
            content: "Confirm the order",
            trigger: ".o_statusbar_buttons button[name=action_confirm]:visible",
            run: "click",
        },
        {
            content: "It waits, and says why",
            trigger:
                ".o_bop_acceptance:contains(Waiting for acceptance):contains(above)",
        },
        {
            content: "A salesperson is not offered to accept it",
            trigger: ".o_statusbar_buttons:not(:has(button[name=action_accept_order]))",
        },
        {
            content: "Nothing is to be delivered yet",
            trigger:
                ".o_form_view:not(:has(button[name=action_view_delivery]:visible))",
        },
    ],
});

tours.add("bop_accept_from_board", {
    steps: () => [
        {
            content: "The banner counts what waits",
            trigger: `${tile("waiting")} .o_bop_count:not(:contains(/^0$/))`,
        },
        {
            content: "Show only what waits",
            trigger: tile("waiting"),
            run: "click",
        },
        {
            content: "The tile says so",
            trigger: `${tile("waiting")}[aria-pressed=true]`,
        },
        {
            content: "Why the order waits, and since when",
            trigger: `${row("Tour Waiting")} .o_data_cell[name=intake_reason]:contains(above)`,
        },
        {
            content: "Accept it",
            trigger: `${row("Tour Waiting")} button[name=action_accept_order]`,
            run: "click",
        },
        {
            content: "It is on its way: the board does not show it any more",
            trigger: `.o_list_view:not(:has(${row("Tour Waiting")}))`,
        },
        {
            content: "Reject another one",
            trigger: `${row("Tour Rejected")} button[name=action_reject_order]`,
            run: "click",
        },
        {
            content: "Say why",
            trigger: ".modal .o_field_widget[name=reason] textarea",
            run: "edit Sold out",
        },
        {
            content: "Reject",
            trigger: ".modal button[name=action_decide]",
            run: "click",
        },
        {
            content: "It is off the board",
            trigger: `.o_list_view:not(:has(${row("Tour Rejected")}))`,
        },
        {
            content: "Show everything again",
            trigger: tile("waiting"),
            run: "click",
        },
        {
            content: "What is on hold can be seen as well",
            trigger: `${tile("waiting")}[aria-pressed=false]`,
        },
    ],
});

tours.add("bop_held_delivery", {
    steps: () => [
        {
            content: "Validate the delivery",
            trigger: ".o_statusbar_buttons button[name=button_validate]:visible",
            run: "click",
        },
        {
            content: "It is refused, with the reason",
            trigger:
                ".modal .modal-body:contains(credit hold):contains(Three invoices open)",
        },
        {
            content: "Close",
            trigger:
                ".modal .modal-footer button.btn-primary, .modal button.o-default-button",
            run: "click",
        },
        {
            content: "The delivery is still to be done",
            trigger: ".o_statusbar_buttons button[name=button_validate]:visible",
        },
    ],
});
