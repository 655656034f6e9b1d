// The head of a chat: who it is with, the clock, what else can be done; under it what is pinned.
import { app } from "./app.js";
import { clockPanel } from "./clock.js";
import { avatar, dialog, h, icon, round } from "./dom.js";
import { summary } from "./message.js";
import { hour, word } from "./words.js";

/** Draws the head of a chat into `head`; `does` has block and the clock's moves. */
export function drawHead(head, one, does) {
  const busy = app.busy.has(one.id);
  const kind = one.type === "private" ? word("bot") : one.type === "channel" ? word("channel") : word("group");
  const about = busy ? word("typing") : one.type === "private" ? kind : `${kind}, ${word("members", one.members)}`;
  const more = one.type === "private" && one.messages.length > 0 && !one.blocked;
  const focused = head.contains(document.activeElement) ? document.activeElement.className : null;
  head.replaceChildren(
    round("back", word("back"), () => (location.hash = ""), { class: "round back" }),
    avatar(one.id, one.title, one.type === "private" ? "bot" : ""),
    h("div", { class: "titles" }, h("h1", null, one.title), h("p", { class: busy ? "busy" : null }, about)),
    h("button", { type: "button", class: "now", title: word("clock"), onclick: () => showClock(does) },
      icon("clock", "small"), h("span", { class: "seen-by-ears" }, `${word("clock")}: `), h("span", { "data-now": "hour" }, hour(app.now()))),
    more ? round("more", word("more"), () => showMore(one, does)) : "");
  if (focused) head.querySelector(`[class="${focused}"]`)?.focus();
}

function showClock(does) {
  dialog(word("clock"), clockPanel(app, does), word("close"));
}

function showMore(one, does) {
  const block = () => (box.close(), does.block());
  const choice = h("button", { type: "button", onclick: block }, word("block"));
  const box = dialog(one.title, h("div", { class: "choices" }, choice), word("cancel"));
}

/** Draws the pinned message of a chat into `bar`, when there is one. */
export function drawPinned(bar, one, jump) {
  const message = one.messages.find((each) => each.message_id === one.pinned?.[0]);
  bar.replaceChildren(message ? h("button", { type: "button", class: "pinned", onclick: () => jump(message.message_id) },
    icon("pin"), h("span", null, h("b", null, word("pinned")), summary(message))) : "");
}
