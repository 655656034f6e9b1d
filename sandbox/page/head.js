// The head of a chat: who it is with, the clock, what else can be done; under it what is pinned.
import { app, thread } from "./app.js";
import { clockPanel } from "./clock.js";
import { avatar, dialog, h, icon, round } from "./dom.js";
import { summary } from "./message.js";
import { hour, word } from "./words.js";

/** Draws the head of a chat into `head`; `does` has block and the clock's moves. */
export function drawHead(head, one, does) {
  const busy = app.busy.has(one.id);
  const kind = one.type === "private" ? word("bot") : one.type === "channel" ? word("channel") : word("group");
  const about = busy ? word("typing") : one.type === "private" ? kind : `${kind}, ${word("members", one.members)}`;
  const more = one.type === "private" ? one.messages.length > 0 && !one.blocked : one.administers;
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
  const choice = (name, deed) => h("button", { type: "button", onclick: () => (box.close(), deed()) }, name);
  const choices = one.type === "private" ? [choice(word("block"), () => does.block())] : groupChoices(one, does, choice);
  const box = dialog(one.title, h("div", { class: "choices" }, choices), word("cancel"));
}

const RIGHTS = ["can_send_messages", "can_send_photos", "can_add_web_page_previews"];

/** What an administrator changes in a group: rights of members, the bot's standing, topics. */
function groupChoices(one, does, choice) {
  if (one.type === "channel") return [channelChoice(one, does, choice)];
  const allowed = (right) => choice(`${one.permissions[right] ? "✓" : "✗"} ${word(right.replaceAll("_", "-"))}`,
    () => does.rule("permit", { rights: { [right]: !one.permissions[right] } }));
  const leads = one.bot_status === "administrator";
  const chosen = one.topics.find((topic) => topic.id === thread(one));
  const closed = chosen ? chosen.closed : one.general_closed;
  return [
    ...RIGHTS.map(allowed),
    one.bot && choice(word(leads ? "bot-demote" : "bot-promote"), () => does.rule("member", leads
      ? { user: one.bot.id, status: "member" } : { user: one.bot.id, status: "administrator", rights: { can_manage_topics: true } })),
    one.forum && choice(word(closed ? "topic-open" : "topic-close"), () => does.rule("close_topic", { thread: thread(one), closed: !closed })),
    chosen && choice(word("topic-delete"), () => does.rule("delete_topic", { thread: chosen.id })),
  ].filter(Boolean);
}

/** A channel's bot is its administrator or not there at all. */
function channelChoice(one, does, choice) {
  const user = app.bots[0].id;
  const rights = { can_post_messages: true };
  return one.bot_status === "administrator"
    ? choice(word("bot-remove"), () => does.rule("member", { user, status: "left" }))
    : choice(word("bot-posts"), () => does.rule("member", { user, status: "administrator", rights }));
}

/** Draws the topics of a forum into `bar`, the one that is looked at marked. */
export function drawTopics(bar, one, does) {
  if (!one.forum) return bar.replaceChildren();
  const at = thread(one);
  const tab = (id, name, closed) => h("button", {
    type: "button", role: "tab", "aria-selected": String(id === at), onclick: () => does.topic(id),
  }, closed ? `🔒 ${name}` : name);
  bar.replaceChildren(h("div", { class: "topics", role: "tablist", "aria-label": word("topics") },
    tab(0, word("topic-general"), one.general_closed), one.topics.map((topic) => tab(topic.id, topic.name, topic.closed))));
}

/** Draws the pinned message of a chat into `bar`, when there is one. */
export function drawPinned(bar, one, jump) {
  const message = one.messages.find((each) => each.message_id === one.pinned?.[0]);
  bar.replaceChildren(message ? h("button", { type: "button", class: "pinned", onclick: () => jump(message.message_id) },
    icon("pin"), h("span", null, h("b", null, word("pinned")), summary(message))) : "");
}
