// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import {IntakeBanner} from "./intake_banner";
import {KanbanRenderer} from "@web/views/kanban/kanban_renderer";
import {ListRenderer} from "@web/views/list/list_renderer";
import {_t} from "@web/core/l10n/translation";
import {kanbanView} from "@web/views/kanban/kanban_view";
import {listView} from "@web/views/list/list_view";
import {registry} from "@web/core/registry";

/**
 * A renderer with the banner above it. What somebody selected stays selected: the rows
 * are only loaded anew when nobody works on them.
 */
const withBanner = (Renderer, template) =>
    class extends Renderer {
        static template = template;
        static components = {...Renderer.components, IntakeBanner};

        reload() {
            const {list} = this.props;
            if (!list.selection.length && !list.editedRecord) {
                return list.load();
            }
        }
    };

class IntakeListRenderer extends withBanner(
    ListRenderer,
    "bop_customer_order.IntakeListRenderer"
) {
    static groupRowTemplate = "bop_customer_order.IntakeGroupRow";

    /**
     * Name of the group of those that nobody has to decide on.
     */
    get noReason() {
        return _t("Nothing to decide");
    }
}

registry.category("views").add("bop_intake_list", {
    ...listView,
    Renderer: IntakeListRenderer,
});

registry.category("views").add("bop_intake_kanban", {
    ...kanbanView,
    Renderer: withBanner(KanbanRenderer, "bop_customer_order.IntakeKanbanRenderer"),
});
