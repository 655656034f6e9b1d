// A list over the field, moved in with the arrow keys while the field keeps the focus. A field of several lines may not
// call itself a combobox; ears are told of the list by a status, and of each choice by the field's active descendant.
import { h } from "./dom.js";

export class Panel {
  /** `field` is the textarea that owns the list; `kind` and `label` name it; `found` is the status that tells of it. */
  constructor(field, kind, label, found) {
    this.field = field;
    this.label = label;
    this.found = found;
    this.list = h("div", { role: "listbox", id: `panel-${kind}`, "aria-label": label });
    this.element = h("div", { class: `panel ${kind}`, hidden: true }, this.list);
    // A press must not take the focus from the field: the keyboard of a phone would go.
    this.element.addEventListener("mousedown", (event) => event.preventDefault());
    this.options = [];
    this.at = -1;
  }

  get isOpen() {
    return !this.element.hidden;
  }

  /** Shows nodes; each option is `{node, choose}`, others are only looked at. */
  show(nodes, options, keep = false) {
    const at = keep ? this.at : -1;
    this.options = options;
    options.forEach(({ node, choose }, number) => {
      node.setAttribute("role", "option");
      node.id = `${this.list.id}-${number}`;
      node.onclick = choose;
    });
    const listed = new Set(options.map(({ node }) => node));
    this.list.replaceChildren(...listed);
    this.list.hidden = !listed.size;
    this.element.replaceChildren(...nodes.filter((node) => !listed.has(node)), this.list); // a list holds choices alone
    this.element.hidden = false;
    if (!keep) this.element.scrollTop = 0;
    this.found.textContent = options.length ? `${this.label}: ${options.length}` : "";
    this.field.setAttribute("aria-controls", this.list.id);
    this.mark(at);
  }

  hide() {
    if (!this.isOpen) return;
    this.element.hidden = true;
    this.options = [];
    this.at = -1;
    this.found.textContent = "";
    this.field.removeAttribute("aria-controls");
    this.field.removeAttribute("aria-activedescendant");
  }

  mark(at) {
    this.at = at;
    this.options.forEach(({ node }, number) => node.setAttribute("aria-selected", String(number === at)));
    const node = this.options[at]?.node;
    if (!node) return this.field.removeAttribute("aria-activedescendant");
    this.field.setAttribute("aria-activedescendant", node.id);
    node.scrollIntoView({ block: "nearest" });
  }

  /** Takes a key of the field; true when it was the panel's. */
  key(event) {
    if (!this.isOpen) return false;
    const count = this.options.length;
    if (event.key === "Escape") this.hide();
    else if (event.key === "ArrowDown" && count) this.mark(Math.min(this.at + 1, count - 1));
    else if (event.key === "ArrowUp" && count) this.mark(Math.max(this.at - 1, 0));
    else if ((event.key === "Enter" || event.key === "Tab") && this.at >= 0) this.options[this.at].choose();
    else return false;
    event.preventDefault();
    return true;
  }
}
