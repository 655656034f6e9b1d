// The messages of the open chat. What did not change keeps its element, so that an opened part stays open.
import { thread, threadOf } from "./app.js";
import { h, replace } from "./dom.js";
import { authorOf, messageNode } from "./message.js";
import { day, dayNumber, word } from "./words.js";

const RUN = 600; // seconds within which an author's messages stand together
const NEAR = 90; // pixels from the end that still count as reading the end

export class Log {
  /** `on` is what messages' words and buttons do. */
  constructor(on) {
    this.on = on;
    this.inside = h("div", { class: "log-in" });
    this.element = h("div", { class: "log", role: "log", tabindex: "0", "aria-live": "polite" }, this.inside);
    this.drawn = new Map();
    this.chat = null;
    this.ended = true;
    this.element.addEventListener("scroll", () => (this.ended = this.atEnd()), { passive: true });
    // A drawer opens, a keyboard comes, a picture loads: who read the end still does.
    const sizes = new ResizeObserver(() => this.ended && this.toEnd());
    sizes.observe(this.element);
    sizes.observe(this.inside);
  }

  /** Draws a chat's messages; stays at the end when it was there. Gives how many new ones are out of sight. */
  show(chat, me, now) {
    const opened = this.chat !== chat.id || this.topic !== thread(chat);
    const end = opened || this.ended;
    if (opened) this.drawn.clear();
    this.chat = chat.id;
    this.topic = thread(chat);
    const topic = thread(chat);
    const messages = chat.forum ? chat.messages.filter((one) => threadOf(one) === topic) : chat.messages;
    const kept = new Map();
    const nodes = [];
    messages.forEach((message, at) => {
      const before = messages[at - 1];
      if (!before || dayNumber(before.date) !== dayNumber(message.date)) nodes.push(this.dayNode(message.date, now));
      const place = {
        own: message.from?.id === me && !message.sender_chat,
        many: chat.type !== "private",
        first: !together(before, message),
        last: !together(message, messages[at + 1]),
      };
      nodes.push(this.node(message, place, kept, opened));
    });
    if (!messages.length) nodes.push(h("div", { class: "nothing" }, chat.about || word("empty-chat")));
    const fresh = [...kept.keys()].filter((id) => !this.drawn.has(id));
    const newest = messages.at(-1);
    const rewritten = newest && this.drawn.get(newest.message_id)?.text !== newest.text;
    this.drawn = kept;
    replace(this.inside, nodes);
    const own = newest?.from?.id === me;
    if (end || own) this.toEnd();
    if (end && !opened && !own && rewritten) this.toStart(fresh[0] ?? newest.message_id);
    return end ? 0 : fresh.length;
  }

  node(message, place, kept, opened) {
    const sign = JSON.stringify([message, place, document.documentElement.lang]);
    const known = this.drawn.get(message.message_id);
    const element = known?.sign === sign ? known.element : messageNode(message, place, this.on);
    if (!known && !opened) element.classList.add("new");
    kept.set(message.message_id, { sign, element, text: message.text });
    return element;
  }

  dayNode(seconds, now) {
    return h("div", { class: "day" }, day(seconds, now));
  }

  atEnd() {
    const box = this.element;
    return box.scrollHeight - box.scrollTop - box.clientHeight < NEAR;
  }

  toEnd() {
    this.element.scrollTop = this.element.scrollHeight;
    this.ended = true;
  }

  /** What has just come is read from its beginning, however long it is. */
  toStart(id) {
    const top = this.drawn.get(id).element.offsetTop - 8;
    this.element.scrollTop = Math.min(this.element.scrollTop, top);
    this.ended = this.atEnd();
  }

  /** Brings a message into view. */
  jump(id) {
    this.drawn.get(id)?.element.scrollIntoView({ block: "center", behavior: "smooth" });
  }
}

function together(one, other) {
  if (!one || !other) return false;
  return authorOf(one).id === authorOf(other).id && other.date - one.date < RUN && dayNumber(one.date) === dayNumber(other.date)
    && !one.new_chat_members && !other.new_chat_members && !one.pinned_message && !other.pinned_message;
}
