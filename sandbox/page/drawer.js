// The developers' drawer: every method the bot called and every update it got.
import { h, round } from "./dom.js";
import { faultPicker } from "./faults.js";
import { record } from "./wire.js";
import { second, word } from "./words.js";

const MOST = 400;
const PAUSE = 700; // milliseconds between looks; the drawer is for developers and looks only while it is open

export class Drawer {
  constructor(parent, close) {
    this.parent = parent;
    this.close = close;
    this.kind = "";
    this.timer = null;
    this.entries = [];
    this.after = 0;
  }

  /** Opens and follows the traffic from where it was left. */
  open() {
    this.parent.hidden = false;
    this.list = h("ol", { class: "traffic", "aria-label": word("traffic") });
    this.draw();
    this.timer ??= setInterval(() => this.look(), PAUSE);
    this.look();
  }

  /** Closes; the traffic goes on unseen. */
  shut() {
    this.parent.hidden = true;
    clearInterval(this.timer);
    this.timer = null;
  }

  async look() {
    const after = this.after;
    const entries = await record(after, MOST).catch(() => []);
    if (after !== this.after) return; // an earlier look brought them already
    for (const entry of entries) {
      this.after = entry.number;
      if (entry.name.toLowerCase() !== "getupdates") this.add(entry);
    }
  }

  add(entry) {
    this.entries.push(entry);
    if (this.entries.length > MOST) this.entries.shift();
    if (this.kind && entry.kind !== this.kind) return;
    this.list.querySelector(".note")?.remove();
    this.list.prepend(row(entry));
    if (this.list.childElementCount > MOST) this.list.lastElementChild.remove();
  }

  draw() {
    this.parent.setAttribute("aria-label", word("developer"));
    const kinds = [["", "all"], ["call", "methods"], ["update", "updates"]].map(([kind, name]) =>
      h("button", { type: "button", "aria-pressed": String(this.kind === kind), onclick: () => ((this.kind = kind), this.draw()) }, word(name)));
    const clear = h("button", { type: "button", onclick: () => ((this.entries = []), this.draw()) }, word("clear"));
    const shown = this.entries.filter((entry) => !this.kind || entry.kind === this.kind).reverse();
    this.list.replaceChildren(...(shown.length ? shown.map(row) : [h("li", { class: "note" }, word("no-traffic"))]));
    this.parent.replaceChildren(
      h("header", null, h("h2", null, word("traffic")), round("close", word("close"), this.close)),
      h("div", { class: "kinds", role: "toolbar" }, kinds, clear), faultPicker(), this.list);
  }
}

function row(entry) {
  const update = entry.kind === "update";
  const bad = entry.code >= 400;
  const time = second(entry.time);
  const pre = h("pre", { tabindex: "0" });
  const fill = (event) => {
    if (event.currentTarget.open && !pre.textContent) pre.textContent = JSON.stringify(update ? entry.content : { asked: entry.content, answered: entry.result ?? entry.outcome }, null, 2);
  };
  return h("li", null, h("details", { ontoggle: fill },
    h("summary", null,
      h("span", { class: `way ${update ? "update" : ""}`, title: update ? "update" : "method", "aria-hidden": "true" }, update ? "↓" : "↑"),
      h("b", { class: bad ? "bad" : null }, entry.name),
      bad && h("span", { class: "bad" }, String(entry.code)),
      h("time", null, time)),
    bad && h("p", { class: "breaches bad" }, entry.outcome),
    entry.breaches?.length ? h("p", { class: "breaches" }, entry.breaches.join("; ")) : null, pre));
}
