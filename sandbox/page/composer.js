// Below the messages: the field, the command menu, the keyboard a bot gave, START.
import { thread } from "./app.js";
import { h, icon, replace, round } from "./dom.js";
import { Inline } from "./inline.js";
import { authorOf, summary } from "./message.js";
import { Panel } from "./panel.js";
import { word } from "./words.js";

/** Whether the topic that is looked at is closed to this person. */
function isClosed(chat) {
  const topic = chat.topics?.find((one) => one.id === thread(chat));
  return chat.forum && !chat.administers && (topic ? topic.closed : chat.general_closed);
}

export class Composer {
  /** `does` has say, request, rewrite, command, start, unblock, choose, begin, end. */
  constructor(does) {
    this.does = does;
    this.drafts = new Map();
    this.hiddenKeys = new Set();
    this.about = null; // {message, rewrites}: what is being answered or rewritten
    this.field = h("textarea", {
      rows: "1", id: "field", "aria-autocomplete": "list", autocomplete: "off", maxlength: "4096",
      oninput: () => this.look(), onkeydown: (event) => this.key(event),
    });
    this.row = h("div", { class: "field" }, this.field);
    this.toEnd = h("button", { type: "button", class: "to-end", hidden: true, onclick: () => this.does.end() });
    this.found = h("p", { class: "seen-by-ears", role: "status" });
    this.inside = h("div", { class: "foot-in" });
    this.element = h("footer", { class: "foot" }, this.inside);
  }

  /** Draws what the chat allows. `payload` is a deep link's parameter that START will send. */
  show(chat, app, payload) {
    if (this.chat && this.chat.id !== chat.id) this.drafts.set(this.chat.id, this.field.value);
    const changed = this.chat?.id !== chat.id;
    this.chat = chat;
    this.app = app;
    if (changed || !this.commands) this.renew();
    if (changed) {
      this.field.value = this.drafts.get(chat.id) ?? "";
      this.about = null;
    }
    const fresh = chat.type === "private" && (payload || !chat.messages.length);
    const content = chat.blocked ? [this.big("restart", () => this.does.unblock())]
      : fresh ? [this.big("start", () => this.does.start(payload ?? ""))]
      : isClosed(chat) ? [h("p", { class: "quiet" }, word("topic-closed"))]
      : !chat.writes ? [h("p", { class: "quiet" }, word("read-only")), chat.bot && this.big("to-bot", () => this.does.toBot(chat.bot))]
      : [this.aboutRow(), this.fieldRow(chat), this.replyKeys(chat)];
    replace(this.inside, [this.toEnd, this.found, this.commands.element, this.inline.panel.element, ...content.filter(Boolean)]);
    this.grow();
  }

  /** Somebody else sits down. */
  forget() {
    this.drafts.clear();
    this.chat = null;
    this.about = null;
    this.field.value = "";
  }

  /** New panels, their names in the language of now. */
  renew() {
    this.inline?.forget();
    this.commands = new Panel(this.field, "commands", word("commands"), this.found);
    this.inline = new Inline(this.field, this.does, this.found);
    this.unseen(0);
  }

  /** The button to the end says how many messages came meanwhile. */
  unseen(count) {
    const name = count ? `${count} · ${word("to-end")}` : word("to-end");
    this.toEnd.replaceChildren(icon("down"), count ? h("b", { "aria-hidden": "true" }, String(count)) : "", h("span", { class: "seen-by-ears" }, name));
  }

  big(key, onclick) {
    return h("button", { type: "button", class: "start", onclick }, word(key));
  }

  fieldRow(chat) {
    const keyboard = chat.keyboard;
    const hidden = this.hiddenKeys.has(chat.id);
    const placeholder = keyboard?.input_field_placeholder || word("message");
    this.field.setAttribute("placeholder", placeholder);
    this.field.setAttribute("aria-label", word("message"));
    const toggle = () => (hidden ? this.hiddenKeys.delete(chat.id) : this.hiddenKeys.add(chat.id), this.show(chat, this.app));
    const small = chat.type !== "private";
    const menu = chat.commands.length > 0 && h("button", {
      type: "button", class: small ? "round" : "menu-button", "aria-label": small ? word("commands") : null, title: word("commands"), "aria-haspopup": "listbox", onclick: () => this.toggleMenu(),
    }, icon("menu"), !small && word("menu"));
    this.sendButton = round("send", word("send"), () => this.send(), { class: "round send", disabled: !this.field.value.trim() });
    const keys = keyboard && round("keys", word(hidden ? "keys-show" : "keys-hide"), toggle, { "aria-pressed": String(!hidden) });
    // The field itself stays where it is: taken out and put back, it would drop a letter that is just being typed.
    replace(this.row, [menu || h("span", { style: "width:8px" }), this.field, keys, this.sendButton].filter(Boolean));
    return this.row;
  }

  /** The message that is being answered or rewritten. */
  aboutRow() {
    if (!this.about) return null;
    const { message, rewrites } = this.about;
    return h("div", { class: "about-message" }, icon(rewrites ? "pen" : "reply"),
      h("span", null, h("b", null, rewrites ? word("edit") : authorOf(message).name), summary(message)),
      round("close", word("cancel"), () => this.take(null)));
  }

  /** Begins to answer or rewrite a message; null ends it. */
  take(about) {
    if (this.about?.rewrites || about?.rewrites) this.field.value = about?.rewrites ? about.message.text : "";
    this.about = about;
    this.show(this.chat, this.app);
    this.field.focus();
  }

  replyKeys(chat) {
    if (!chat.keyboard || this.hiddenKeys.has(chat.id)) return null;
    const press = (one) => () => {
      if (chat.keyboard.one_time_keyboard) this.hiddenKeys.add(chat.id);
      // Whoever tries this page is in Astana: a browser would ask for leave first.
      if (one.request_location) this.does.place(one.text, { latitude: 51.13, longitude: 71.43 });
      else if (one.request_chat) this.does.request(one);
      else this.does.say(one.text);
    };
    return h("div", { class: "reply-keys", role: "group" }, chat.keyboard.keyboard.map((row) =>
      h("div", { class: "row" }, row.map((raw) => (typeof raw === "string" ? { text: raw } : raw)).map((one) =>
        h("button", { type: "button", onclick: press(one) }, one.text)))));
  }

  /** Puts words into the field and looks at them as if they were typed. */
  fill(text) {
    this.field.value = text;
    this.field.focus();
    this.look();
  }

  look() {
    this.grow();
    const text = this.field.value;
    if (this.sendButton) this.sendButton.disabled = !text.trim();
    if (this.inline.look(text, this.app.bots, { me: this.app.me, chat: this.chat.id })) return this.commands.hide();
    if (/^\/\w*$/.test(text)) this.showMenu(text.slice(1).toLowerCase());
    else if (/^@\w*$/.test(text)) this.showBots(text.slice(1).toLowerCase());
    else this.commands.hide();
  }

  toggleMenu() {
    if (this.commands.isOpen) this.commands.hide();
    else this.showMenu("");
    this.field.focus();
  }

  showMenu(start) {
    const options = this.chat.commands.filter((one) => one.command.startsWith(start)).map((one) => ({
      node: h("div", null, h("b", null, `/${one.command}`), h("span", { class: "about" }, one.description)),
      choose: () => {
        this.clear();
        this.does.command(`/${one.command}`);
      },
    }));
    if (options.length) this.commands.show(options.map((one) => one.node), options);
    else this.commands.hide();
  }

  showBots(start) {
    const options = this.app.bots.filter((one) => one.inline && one.username.toLowerCase().startsWith(start)).map((one) => ({
      node: h("div", null, h("b", null, `@${one.username}`), h("span", { class: "about" }, word("inline-hint"))),
      choose: () => this.fill(`@${one.username} `),
    }));
    if (options.length) this.commands.show(options.map((one) => one.node), options);
    else this.commands.hide();
  }

  key(event) {
    if (event.isComposing) return;
    if (this.inline.key(event) || this.commands.key(event)) return;
    if (event.key === "Escape" && this.about) {
      event.preventDefault();
      this.take(null);
    } else if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      this.send();
    }
  }

  send() {
    const text = this.field.value.trim();
    if (!text) return;
    const about = this.about;
    this.about = null;
    this.clear();
    if (about) this.show(this.chat, this.app);
    if (about?.rewrites) this.does.rewrite(about.message, text);
    else this.does.say(text, about?.message.message_id);
  }

  clear() {
    this.field.value = "";
    this.look();
    this.commands.hide();
    this.inline.forget();
  }

  /** As high as its words, up to what the style allows. */
  grow() {
    this.field.style.height = "auto";
    this.field.style.height = `${this.field.scrollHeight}px`;
  }
}
