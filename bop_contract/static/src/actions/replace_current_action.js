// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import {registry} from "@web/core/registry";

/**
 * Open the next action in the place of the current one: an offer that was applied or
 * discarded must not stay behind as a breadcrumb.
 */
function replaceCurrentAction(env, action) {
    return env.services.action.doAction(action.params.next, {
        stackPosition: "replaceCurrentAction",
    });
}

registry.category("actions").add("bop_contract.replace_current", replaceCurrentAction);
