// Rich messages: blocks of Bot API's RichMessage as elements.
import { copy, h, icon } from "./dom.js";
import { code, link, pressed, quote, spoiler } from "./text.js";
import { fileAddress } from "./wire.js";
import { word } from "./words.js";

const SIMPLE = {
  bold: "b", italic: "i", underline: "u", strikethrough: "s", code: "code",
  subscript: "sub", superscript: "sup", marked: "mark",
};

/** A rich message; `on` is what words and buttons do: command, hashtag, mention, link, button. */
export function richMessage(message, on) {
  return h("div", { class: "rich", dir: message.is_rtl ? "rtl" : null }, blocks(message.blocks ?? [], on));
}

function blocks(list, on) {
  return list.map((block) => blockNode(block, on));
}

function blockNode(block, on) {
  const draw = BLOCKS[block.type];
  return draw ? draw(block, on) : h("p", { class: "footer" }, block.type);
}

const BLOCKS = {
  paragraph: (block, on) => h("p", null, words(block.text, on)),
  heading: (block, on) => h(`h${Math.min(4, (block.size ?? 1) + 1)}`, null, words(block.text, on)),
  divider: () => h("hr"),
  footer: (block, on) => h("p", { class: "footer" }, words(block.text, on)),
  thinking: (block, on) => h("p", { class: "thinking" }, words(block.text, on)),
  pre: (block) => code(plain(block.text), block.language),
  mathematical_expression: (block) => h("p", null, h("code", null, block.expression)),
  anchor: (block) => h("span", { id: `anchor-${block.name}` }),
  list: (block, on) => h("ul", null, (block.items ?? []).map((item) => listItem(item, on))),
  table: (block, on) => table(block, on),
  details: (block, on) =>
    h("details", { open: Boolean(block.is_open) },
      h("summary", null, h("span", null, words(block.summary, on))), h("div", { class: "blocks" }, blocks(block.blocks ?? [], on))),
  blockquote: (block, on) =>
    quote([h("div", { class: "inside blocks" }, blocks(block.blocks ?? [], on)), credit(block, on)], false),
  expandable_blockquote: (block, on) =>
    quote([h("div", { class: "inside" }, words(block.text, on)), credit(block, on)], true),
  pullquote: (block, on) => h("div", { class: "quote pull", role: "blockquote" }, words(block.text, on), credit(block, on)),
  photo: (block, on) => figure(block, picture(block.photo?.at(-1)?.file_id ?? "", block), on),
  animation: (block, on) => figure(block, picture(block.animation?.file_id ?? "", block), on),
  video: (block, on) => figure(block, film(block.video?.file_id ?? ""), on),
  audio: (block, on) => figure(block, h("p", null, word("voice")), on),
  voice_note: (block, on) => figure(block, h("p", null, word("voice")), on),
  document: (block, on) => figure(block, h("p", null, icon("doc"), block.document?.file_name ?? word("file")), on),
  collage: (block, on) => figure(block, h("div", { class: "collage" }, blocks(block.blocks ?? [], on)), on),
  slideshow: (block, on) => figure(block, h("div", { class: "slides", tabindex: "0" }, blocks(block.blocks ?? [], on)), on),
  map: (block, on) =>
    figure(block, h("div", { class: "map" }, `${block.location?.latitude}, ${block.location?.longitude}`), on),
  buttons: (block, on) =>
    h("div", { class: `buttons ${block.align ?? ""}` }, (block.buttons ?? []).map((one) => button(one, on))),
};

function listItem(item, on) {
  const box = item.has_checkbox && h("span", { class: `box ${item.is_checked ? "on" : ""}`, role: "img" }, item.is_checked && icon("check", "small"));
  return h("li", null, h("span", { class: "label" }, box || item.label || "•"), h("div", { class: "blocks" }, blocks(item.blocks ?? [], on)));
}

function table(block, on) {
  const kinds = ["bordered", "striped", "compact"].filter((kind) => block[`is_${kind}`]).join(" ");
  const cell = (one) =>
    h(one.is_header ? "th" : "td", {
      scope: one.is_header ? "col" : null, colspan: one.colspan, rowspan: one.rowspan,
      style: `text-align:${one.align ?? "left"};vertical-align:${one.valign ?? "top"}`,
    }, words(one.text ?? "", on));
  const rows = (block.cells ?? []).map((row) => h("tr", null, row.map(cell)));
  return h("div", { class: "scroll", tabindex: "0", role: "region" },
    h("table", { class: kinds }, block.caption && h("caption", null, words(block.caption, on)), h("tbody", null, rows)));
}

function credit(block, on) {
  return block.credit && h("span", { class: "credit" }, words(block.credit, on));
}

function figure(block, content, on) {
  const caption = block.caption && h("figcaption", null, words(block.caption.text, on), credit(block.caption, on));
  return h("figure", null, content, caption);
}

function picture(fileId) {
  return h("img", { src: fileAddress(fileId), alt: word("photo"), loading: "lazy" });
}

function film(fileId) {
  return h("video", { src: fileAddress(fileId), controls: true, preload: "none" });
}

/** A rich text is a string, a list of rich texts, or an object around one. */
function words(text, on) {
  if (text === null || text === undefined) return [];
  if (typeof text === "string") return [text];
  if (Array.isArray(text)) return text.flatMap((one) => words(one, on));
  const inside = words(text.text ?? "", on);
  if (SIMPLE[text.type]) return [h(SIMPLE[text.type], null, inside)];
  switch (text.type) {
    case "url":
      return [link(text.url, inside, on)];
    case "anchor_link":
      return [pressed(inside, () => document.getElementById(`anchor-${text.anchor_name}`)?.scrollIntoView())];
    case "anchor":
      return [h("span", { id: `anchor-${text.name}` })];
    case "spoiler":
      return [spoiler(inside)];
    case "button":
      return [button(text.button, on)];
    case "bot_command":
      return [pressed(inside, () => on.command(text.bot_command))];
    case "hashtag":
      return [pressed(inside, () => on.hashtag(plain(text)))];
    case "mention":
      return [pressed(inside, () => on.mention(text.username))];
    case "email_address":
      return [h("a", { href: `mailto:${text.email_address}` }, inside)];
    case "phone_number":
      return [h("a", { href: `tel:${text.phone_number}` }, inside)];
    case "custom_emoji":
      return [text.alternative_text];
    case "mathematical_expression":
      return [h("code", null, text.expression)];
    default:
      return inside;
  }
}

function plain(text) {
  if (typeof text === "string") return text;
  if (Array.isArray(text)) return text.map(plain).join("");
  return text ? plain(text.text ?? text.alternative_text ?? text.expression ?? "") : "";
}

function button(one, on) {
  const disabled = Boolean(one.disabled);
  const attributes = {
    type: "button", class: `press ${one.style ?? ""}`, "aria-disabled": disabled ? "true" : null,
    onclick: (event) => {
      if (one.copy_text) copy(one.copy_text.text);
      else on.button(one, event.currentTarget);
    },
  };
  return h("button", attributes, words(one.text, on));
}
