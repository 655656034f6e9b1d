// Typing `@bot words`: what the bot finds, page after page, and choosing one.
import { h } from "./dom.js";
import { Panel } from "./panel.js";
import { act, fileAddress } from "./wire.js";
import { word } from "./words.js";

const PAUSE = 280; // milliseconds of quiet before a bot is asked, as phones wait
const PATIENCE = 20; // seconds a bot has to answer
const NEAR = 160; // pixels from the end of the list at which the next page is asked for

export class Inline {
  /** `does.choose(question, result)` posts a result; `does.begin(bot, parameter)` goes into the bot. */
  constructor(field, does, found) {
    this.does = does;
    this.field = field;
    this.panel = new Panel(field, "inline", word("inline-results"), found);
    this.panel.element.addEventListener("scroll", () => this.nearEnd() && this.more());
    this.asked = null;
    this.asking = null;
  }

  /** Looks at the field's words; true when they are an inline query. */
  look(text, bots, where) {
    const found = /^@(\w{3,32})[ \u00a0]([^]*)$/.exec(text);
    const bot = found && bots.find((one) => one.inline && one.username.toLowerCase() === found[1].toLowerCase());
    if (!bot) {
      this.forget();
      return false;
    }
    const query = found[2].trim();
    if (this.asked && this.asked.bot === bot && this.asked.query === query && this.asked.chat === where.chat && this.asked.me === where.me) return true;
    this.forget(true);
    this.asked = { ...where, bot, query, results: [], next: "", button: null };
    this.timer = setTimeout(() => this.ask(this.asked, ""), PAUSE);
    return true;
  }

  forget(stay = false) {
    clearTimeout(this.timer);
    this.asking?.abort();
    this.asking = null;
    this.asked = null;
    if (!stay) this.panel.hide();
  }

  async ask(asked, offset) {
    const asking = (this.asking = new AbortController());
    if (!asked.results.length) this.panel.show([h("p", { class: "note", role: "status" }, word("inline-searching"))], []);
    let answer;
    try {
      const body = { chat: asked.chat, bot: asked.bot.id, query: asked.query, offset, wait: PATIENCE };
      const given = await act(asked.me, "inline", body, asking.signal);
      answer = { ...given.answer, question: given.inline_query_id };
    } catch (problem) {
      if (problem.name === "AbortError") return;
      answer = { results: [], silent: true };
    }
    if (this.asked !== asked) return;
    this.asking = null;
    const found = answer.results.map((result) => ({ result, question: answer.question }));
    asked.results.push(...found);
    asked.next = answer.next_offset ?? "";
    asked.button ??= answer.button;
    asked.silent = answer.silent;
    this.draw(asked, Boolean(offset));
    if (this.nearEnd() && found.length) this.more();
  }

  /** The next page, when there is one and it is not on its way. */
  more() {
    if (this.asked?.next && !this.asking) this.ask(this.asked, this.asked.next);
  }

  nearEnd() {
    const box = this.panel.element;
    return this.panel.isOpen && box.scrollHeight - box.scrollTop - box.clientHeight < NEAR;
  }

  draw(asked, keep) {
    const options = asked.results.map(({ result, question }) => ({
      node: resultNode(result),
      choose: () => this.does.choose(question, result),
    }));
    const nodes = options.map((one) => one.node);
    if (!nodes.length) nodes.push(h("p", { class: "note", role: "status" }, word(asked.silent ? "no-answer" : "inline-empty")));
    if (asked.button) {
      const begin = () => this.does.begin(asked.bot, asked.button.start_parameter);
      nodes.unshift(h("button", { type: "button", class: "top-button", onclick: begin }, asked.button.text));
    }
    this.panel.show(nodes, options, keep);
  }

  key(event) {
    const taken = this.panel.key(event);
    if (taken && this.panel.at >= this.panel.options.length - 3) this.more();
    return taken;
  }
}

function resultNode(result) {
  const title = result.title ?? result.caption ?? word("photo");
  const picture = result.thumbnail_url ?? (result.type === "photo" ? result.photo_url : null);
  const letter = h("span", { class: "thumb", "aria-hidden": "true" }, [...title.replace(/^[^\p{L}\p{N}]+/u, "")][0] ?? "·");
  const thumb = picture ? h("img", { class: "thumb", src: fileAddress(picture), alt: "", loading: "lazy" }) : letter;
  if (picture) thumb.addEventListener("error", () => thumb.replaceWith(letter));
  return h("div", null, thumb, h("div", { class: "result" },
    h("span", { class: "name" }, title),
    result.description && h("span", { class: "about" }, result.description),
    result.url && h("span", { class: "host" }, host(result.url))));
}

function host(url) {
  try {
    return new URL(url).host;
  } catch {
    return url;
  }
}
