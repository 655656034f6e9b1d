// What pressed words and buttons of messages do.
import { app, chat, named, where } from "./app.js";
import { avatar, copy, dialog, h, icon, toast } from "./dom.js";
import { authorOf } from "./message.js";
import { deepLink } from "./text.js";
import { act } from "./wire.js";
import { word } from "./words.js";

const REACTIONS = ["👍", "❤", "😢", "😡"];
const PATIENCE = 20; // seconds a pressed button waits for the bot

/** What messages may ask for; `does` is what the person can do: command, say, fill, show, toBot, jump, take. */
export class Presses {
  constructor(does) {
    this.does = does;
  }

  command(text) {
    this.does.command(text);
  }

  hashtag(text) {
    if (chat().type === "private") this.does.say(text);
    else this.does.fill(`@${chat().bot?.username ?? ""} ${text}`);
  }

  mention(username) {
    const bot = named(app.bots, username);
    if (bot) this.does.fill(`@${bot.username} `);
    else this.link({ username });
  }

  /** Opens what a link into this Telegram names; false when nobody here has the name. */
  link({ username, start }) {
    const bot = named(app.bots, username);
    const other = named(app.chats.values(), username);
    if (bot) this.does.toBot(bot, start);
    else if (other) this.does.open(other.id);
    return Boolean(bot || other);
  }

  jump(id) {
    this.does.jump(id);
  }

  /** The menu of a message: answer, copy, rewrite. */
  menu(message, event) {
    if (event.target.closest("a, textarea") || String(getSelection())) return; // the browser's own menu is wanted there
    event.preventDefault();
    const text = message.text ?? message.caption;
    const own = message.from?.id === app.me && !message.via_bot && message.text;
    const choice = (sign, key, deed) =>
      h("button", { type: "button", onclick: () => (box.close(), deed()) }, icon(sign), word(key));
    const react = (emoji) => h("button", { type: "button", onclick: () => (box.close(), this.does.react(message, emoji)) }, emoji);
    const box = dialog(authorOf(message).name, h("div", { class: "choices" },
      message.message_id > 0 && h("div", { class: "react", role: "group", "aria-label": word("react") }, REACTIONS.map(react)),
      chat().writes && message.message_id > 0 && choice("reply", "reply", () => this.does.take({ message })),
      text && choice("copy", "copy", () => copy(text)),
      own && choice("pen", "edit", () => this.does.take({ message, rewrites: true }))), word("cancel"));
  }

  /** A button under a message or inside a rich one: each kind does what it does in Telegram. */
  async button(button, element, message) {
    const here = button.switch_inline_query_current_chat;
    const elsewhere = button.switch_inline_query ?? button.switch_inline_query_chosen_chat?.query;
    const chosen = elsewhere !== undefined || button.switch_inline_query_chosen_chat;
    if (button.disabled) return;
    if (button.url) this.open(button.url);
    else if (here !== undefined) this.does.fill(`@${botOf(message).username} ${here}`);
    else if (chosen) this.share(elsewhere ?? "", message);
    else if (button.callback_data !== undefined) await this.press(button.callback_data, element, message);
  }

  async press(data, element, message) {
    if (element.getAttribute("aria-busy")) return;
    const id = message?.message_id ?? Number(element.closest("[data-id]").dataset.id);
    element.setAttribute("aria-busy", "true");
    try {
      const { answer } = await act(app.me, "press", { ...where(), message_id: id, data, wait: PATIENCE });
      if (answer.url) this.open(answer.url);
      else if (answer.show_alert && answer.text) dialog(chat().bot?.first_name ?? chat().title, h("p", null, answer.text));
      else if (answer.text) toast(answer.text);
    } catch {
      toast(word("no-answer"));
    } finally {
      element.removeAttribute("aria-busy");
    }
  }

  open(url) {
    const here = deepLink(url);
    if (!here || !this.link(here)) window.open(url, "_blank", "noopener");
  }

  /** Asks for a chat and begins an inline query there. */
  share(query, message) {
    const bot = botOf(message);
    const choices = [...app.chats.values()].filter((one) => one.writes).map((one) => {
      const choose = () => {
        box.close();
        this.does.show(one.id);
        this.does.fill(`@${bot.username} ${query}`);
      };
      const face = avatar(one.id, one.title, one.type === "private" ? "bot" : "");
      return h("button", { type: "button", onclick: choose }, face, one.title);
    });
    const box = dialog(word("choose-chat"), h("div", { class: "choices" }, choices), word("cancel"));
  }
}

function botOf(message) {
  return named(app.bots, message?.via_bot?.username ?? chat().bot?.username) ?? app.bots[0];
}
