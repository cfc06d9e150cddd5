// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
/**
 * What the tours of sales and purchase orders do alike with an offer.
 */

export const OBSTACLE = "li[data-severity=obstacle]";

/**
 * The cell of a position. Rows are found by the product's name.
 */
export function cell(product, field) {
    return `.o_data_row:contains("${product}") .o_data_cell[name=${field}]`;
}

/**
 * Change a quantity and leave the row, so that the impact is told.
 *
 * @param {String} product name of the product of the position
 * @param {Number} quantity in the unit of the position
 * @param {String} field field of the line that holds the quantity
 * @param {String} page tab that holds the positions
 */
export function setQuantity(product, quantity, field, page) {
    return [
        {
            content: `Edit the quantity of ${product}`,
            trigger: cell(product, field),
            run: "click",
        },
        {
            content: `${product}: ${quantity}`,
            trigger: `.o_selected_row .o_field_widget[name=${field}] input`,
            run: `edit ${quantity} && press Tab`,
        },
        {
            content: "Leave the position",
            trigger: `a[name=${page}]`,
            run: "click",
        },
        {
            content: "The position is left",
            trigger: ".o_field_widget[name=order_line]:not(:has(.o_selected_row))",
        },
    ];
}

export function changeOrder() {
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

export function reviewOffer() {
    return {
        content: "Apply",
        trigger: "button[name=action_review_change]",
        run: "click",
    };
}

export function applyReviewed() {
    return {
        content: "Apply",
        trigger: ".modal button[name=action_apply_reviewed]",
        run: "click",
    };
}

export function agreedByPhone() {
    return [
        {
            content: "How the other party agreed",
            trigger: ".modal .o_field_widget[name=consent] input",
            run: "click",
        },
        {
            content: "By phone",
            trigger: '.o_select_menu_item:contains("By phone")',
            run: "click",
        },
        applyReviewed(),
    ];
}

export function discardOffer() {
    return [
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
    ];
}

export function followSuperseded() {
    return [
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
    ];
}

export function openVersions() {
    return {
        content: "Open the versions",
        trigger: ".o_notebook .nav-link:contains(Versions)",
        run: "click",
    };
}

export function seeChangedQuantity() {
    return {
        content: "The changed quantity is highlighted, before beside after",
        trigger:
            ".o_bop_comparison tr.o_bop_changed:contains(Quantity):has(.o_bop_left:contains(10)):has(.o_bop_right:contains(12))",
    };
}
