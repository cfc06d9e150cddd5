// Copyright 2026 b-op
// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import {registry} from "@web/core/registry";

const told = {};

function openRow(text) {
    return {
        content: `Open ${text}`,
        trigger: `.o_data_row:contains("${text}") .o_data_cell:first`,
        run: "click",
    };
}

function menu(name) {
    return {
        content: `Go to ${name}`,
        trigger: `.o_menu_sections [data-menu-xmlid="bop_network.${name}"]`,
        run: "click",
    };
}

function digitals() {
    return [
        menu("menu_configuration"),
        {
            content: "Our digitals",
            trigger: `.o-dropdown--menu [data-menu-xmlid="bop_network.menu_digitals"]`,
            run: "click",
        },
    ];
}

/**
 * What a company would send to its partner, and read to him on the phone.
 */
function learn(company) {
    return [
        openRow(company),
        {
            content: `The invitation of ${company}`,
            trigger: `.o_form_view:has(h1:contains("${company}")) .o_field_widget[name=invitation]:contains("version")`,
            run() {
                const find = (name) =>
                    document.querySelector(
                        `.o_form_view .o_field_widget[name=${name}] span`
                    ).textContent;
                told[company] = {
                    invitation: find("invitation").trim(),
                    fingerprint: find("fingerprint").trim(),
                };
            },
        },
        ...digitals(),
        {
            content: "Back in the list",
            trigger: ".o_list_view",
        },
    ];
}

function pair(ours, theirs) {
    return [
        openRow(ours),
        {
            content: `Pair ${ours} with ${theirs}`,
            trigger: `.o_form_view:has(h1:contains("${ours}")) button[name=action_pair]`,
            run: "click",
        },
        {
            content: "Both are in this database",
            trigger: ".modal .o_field_widget[name=transport] input[data-value=local]",
            run: "click",
        },
        {
            content: "Paste the invitation",
            trigger: ".modal .o_field_widget[name=invitation] textarea",
            run: (helpers) => helpers.edit(told[theirs].invitation),
        },
        {
            content: "The contact is found by its name",
            trigger: ".modal .o_field_widget[name=partner_id] input",
            run: `edit ${theirs}`,
        },
        {
            content: "Choose it",
            trigger: `.o-autocomplete--dropdown-menu li:contains("${theirs}")`,
            run: "click",
        },
        {
            content: "Go on",
            trigger: ".modal button[name=action_read]",
            run: "click",
        },
        {
            content: "A wrong fingerprint confirms nobody",
            trigger: ".modal .o_field_widget[name=fingerprint] input",
            run: "edit 00000000 00000000 00000000 00000000",
        },
        {
            content: "Try it",
            trigger: ".modal button[name=action_confirm]",
            run: "click",
        },
        {
            content: "It is refused, and says why",
            trigger: '.modal:contains("not the fingerprint") .modal-footer button',
            run: "click",
        },
        {
            content: "The one that was read out",
            trigger: ".modal .o_field_widget[name=fingerprint] input",
            run: (helpers) => helpers.edit(told[theirs].fingerprint),
        },
        {
            content: "Confirm",
            trigger: ".modal button[name=action_confirm]",
            run: "click",
        },
        {
            content: "The partner is confirmed",
            trigger: `.o_form_view:has(.o_field_widget[name=name] input) .o_arrow_button_current:contains("Confirmed")`,
        },
        ...digitals(),
        {
            content: "Back in the list",
            trigger: ".o_list_view",
        },
    ];
}

registry.category("web_tour.tours").add("bop_network_pair", {
    steps: () => [
        ...learn("East Trading"),
        ...learn("West Works"),
        ...pair("East Trading", "West Works"),
        ...pair("West Works", "East Trading"),
    ],
});

registry.category("web_tour.tours").add("bop_network_monitor", {
    steps: () => [
        {
            content: "What failed stands out",
            trigger: `.o_data_row:contains("Failed") .o_data_cell:first`,
            run: "click",
        },
        {
            content: "The reason is on top",
            trigger: `.o_form_view .alert:contains("ValueError: Not now")`,
        },
        {
            content: "The content is readable",
            trigger: `.o_field_widget[name=content]:contains("PO-1")`,
        },
        {
            content: "Try it again",
            trigger: "button[name=action_retry]",
            run: "click",
        },
        {
            content: "It waits to be processed",
            trigger: `.o_arrow_button_current:contains("Received")`,
        },
    ],
});
