// The left column: who I am, the list of chats, the clock.
import { avatar, h, icon, round } from "./dom.js";
import { isService, summary } from "./message.js";
import { clockPanel } from "./clock.js";
import { isDark } from "./scheme.js";
import { short, word } from "./words.js";

const LANGUAGES = { kk: "ҚАЗ", ru: "РУС" };

/** Draws the column into `parent`. */
export function showChats(parent, app, does) {
  const focused = document.activeElement?.dataset?.keep;
  parent.setAttribute("aria-label", word("chats"));
  parent.replaceChildren(...people(app, does), list(app, does), clockPanel(app, does));
  if (focused) parent.querySelector(`[data-keep="${focused}"]`)?.focus();
}

function people(app, does) {
  const dark = isDark();
  const language = app.language;
  const other = language === "kk" ? "ru" : "kk";
  const who = h("div", { class: "who", role: "radiogroup", "aria-label": word("who"), onkeydown: (event) => turn(event, app, does) },
    app.people.map((one) =>
      h("button", {
        type: "button", role: "radio", "aria-checked": String(one.id === app.me), tabindex: one.id === app.me ? "0" : "-1",
        "data-keep": `who${one.id}`, onclick: () => does.become(one.id),
      }, avatar(one.id, one.first_name), h("span", null, one.first_name))));
  const speech = {
    type: "button", class: "round", title: word("language"), "aria-label": `${word("language")}: ${LANGUAGES[language]}`,
    "data-keep": "language", onclick: () => does.speak(other),
  };
  const tools = h("div", { class: "tools" }, h("img", { src: "page/icon.svg", alt: "" }), h("h2", null, word("chats")),
    h("button", speech, h("b", null, LANGUAGES[language])),
    round(dark ? "sun" : "moon", word(dark ? "light" : "dark"), does.flip, { "data-keep": "scheme" }),
    round("code", word("developer"), does.drawer, { "aria-pressed": String(app.drawer), "data-keep": "drawer" }));
  return [tools, who];
}

/** Arrows move between the readers, as in any group of radio buttons. */
function turn(event, app, does) {
  const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
  if (!step) return;
  event.preventDefault();
  const at = app.people.findIndex((one) => one.id === app.me);
  const next = app.people.at((at + step) % app.people.length);
  does.become(next.id);
}

function list(app, does) {
  const newest = (chat) => chat.messages.at(-1)?.date ?? 0;
  const rows = [...app.chats.values()].sort((a, b) => newest(b) - newest(a)).map((chat) => row(chat, app, does));
  return h("ul", { class: "chat-list", "aria-label": word("chats") }, rows.map((one) => h("li", null, one)));
}

function row(chat, app, does) {
  const last = chat.messages.at(-1);
  const unread = app.unread.get(chat.id) ?? 0;
  const kind = { group: "group", supergroup: "group", channel: "horn" }[chat.type];
  const own = last?.from?.id === app.me;
  const many = chat.type === "group" || chat.type === "supergroup";
  const author = !last || isService(last) ? "" : own ? word("you") : many ? last.from?.first_name : "";
  return h("button", {
    type: "button", class: "chat-row", "aria-current": String(chat.id === app.current), "data-chat": chat.id,
    "data-keep": `chat${chat.id}`, onclick: () => does.open(chat.id),
  },
    avatar(chat.id, chat.title, chat.type === "private" ? "bot" : ""),
    h("span", { class: "name" }, kind && icon(kind, "small"), h("span", null, chat.title)),
    last ? h("time", null, short(last.date, app.now())) : h("span"),
    h("span", { class: "last" }, last ? [author && h("b", null, `${author}: `), summary(last)] : word("empty-chat")),
    unread ? h("span", { class: "unread" }, h("span", { "aria-hidden": "true" }, String(unread)), h("span", { class: "seen-by-ears" }, word("unread", unread))) : h("span"));
}
