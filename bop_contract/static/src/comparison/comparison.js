// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import {Component, useState} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {standardFieldProps} from "@web/views/fields/standard_field_props";

const BADGES = {
    added: {color: "text-bg-success", label: _t("New")},
    removed: {color: "text-bg-danger", label: _t("Removed")},
    cancelled: {color: "text-bg-danger", label: _t("Cancelled")},
    changed: {color: "text-bg-info", label: _t("Changed")},
    same: {color: "text-bg-light", label: _t("Unchanged")},
};

/**
 * Two versions beside each other: what changed is highlighted, what did not is folded away.
 */
export class Comparison extends Component {
    static template = "bop_contract.Comparison";
    static props = {
        comparison: {type: Object},
        left: {type: String},
        right: {type: String},
    };

    setup() {
        this.state = useState({all: false});
    }

    get groups() {
        const {header, lines} = this.props.comparison;
        const changed = header.some((row) => row.changed);
        const first = {
            uid: "header",
            label: _t("Order"),
            kind: changed ? "changed" : "same",
            rows: header,
        };
        return [first, ...lines].filter((group) => this.isShown(group));
    }

    get hiddenCount() {
        const {header, lines} = this.props.comparison;
        const rows = [...header, ...lines.flatMap((line) => line.rows)];
        return rows.filter((row) => !row.changed).length;
    }

    isShown(group) {
        return this.state.all || group.kind !== "same";
    }

    rows(group) {
        return this.state.all ? group.rows : group.rows.filter((row) => row.changed);
    }

    badge(group) {
        return BADGES[group.kind];
    }
}

/**
 * The same for a field that holds `{left, right, header, lines}`.
 */
export class ComparisonField extends Component {
    static template = "bop_contract.ComparisonField";
    static components = {Comparison};
    static props = {...standardFieldProps};

    get value() {
        return this.props.record.data[this.props.name];
    }
}

registry.category("fields").add("bop_comparison", {
    component: ComparisonField,
    displayName: _t("Comparison of two versions"),
    supportedTypes: ["json"],
});
