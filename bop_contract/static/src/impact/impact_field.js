// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import {_t} from "@web/core/l10n/translation";
import {Component} from "@odoo/owl";
import {registry} from "@web/core/registry";
import {standardFieldProps} from "@web/views/fields/standard_field_props";

const LOOKS = {
    obstacle: {icon: "fa-ban", color: "text-danger"},
    warning: {icon: "fa-exclamation-triangle", color: "text-warning"},
    consequence: {icon: "fa-arrow-right", color: "text-muted"},
};

/**
 * What an offer would do to its order, as a list of sentences. The server computes it with
 * each edit of the offer, like any other field.
 */
export class ImpactField extends Component {
    static template = "bop_contract.ImpactField";
    static props = {...standardFieldProps};

    get rows() {
        return this.props.record.data[this.props.name] || [];
    }

    get obstacles() {
        return this.rows.filter((row) => row.severity === "obstacle").length;
    }

    get headline() {
        if (this.obstacles) {
            return _t("This change cannot be applied yet");
        }
        return _t("What this change does");
    }

    look(row) {
        return LOOKS[row.severity] || LOOKS.consequence;
    }
}

registry.category("fields").add("bop_impact", {
    component: ImpactField,
    displayName: _t("Impact of a change"),
    supportedTypes: ["json"],
});
