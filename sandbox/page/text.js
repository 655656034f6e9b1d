// A message's text and its entities as elements. Offsets are UTF-16 units, as JavaScript itself counts.
import { copy, h, icon } from "./dom.js";
import { word } from "./words.js";

const SIMPLE = { bold: "b", italic: "i", underline: "u", strikethrough: "s" };

/** Nodes of `text`; `on` has what a pressed word does: command, hashtag, mention, link. */
export function withEntities(text, entities = [], on) {
  // Wider ones first: an entity is inside another or beside it, Telegram allows nothing else.
  const ordered = [...entities].sort((a, b) => a.offset - b.offset || b.length - a.length);
  let next = 0;
  function piece(start, end) {
    const nodes = [];
    let at = start;
    while (next < ordered.length && ordered[next].offset < end) {
      const entity = ordered[next++];
      const from = Math.max(entity.offset, at);
      const to = Math.min(entity.offset + entity.length, end);
      if (to <= from) continue;
      if (from > at) nodes.push(text.slice(at, from));
      nodes.push(entityNode(entity, text.slice(from, to), piece(from, to), on));
      at = to;
    }
    if (at < end) nodes.push(text.slice(at, end));
    return nodes;
  }
  return trimmedAroundBlocks(piece(0, text.length));
}

function entityNode(entity, text, inside, on) {
  switch (entity.type) {
    case "bold":
    case "italic":
    case "underline":
    case "strikethrough":
      return h(SIMPLE[entity.type], null, inside);
    case "code":
      return h("code", { onclick: () => copy(text) }, inside);
    case "pre":
      return code(text, entity.language);
    case "blockquote":
      return quote([h("span", { class: "inside" }, inside)], false);
    case "expandable_blockquote":
      return quote([h("span", { class: "inside" }, inside)], true);
    case "spoiler":
      return spoiler(inside);
    case "text_link":
      return link(entity.url, inside, on);
    case "url":
      return link(text.includes("://") ? text : `https://${text}`, inside, on);
    case "email":
      return h("a", { href: `mailto:${text}` }, inside);
    case "phone_number":
      return h("a", { href: `tel:${text.replaceAll(/[^+\d]/g, "")}` }, inside);
    case "bot_command":
      return pressed(inside, () => on.command(text));
    case "hashtag":
    case "cashtag":
      return pressed(inside, () => on.hashtag(text));
    case "mention":
      return pressed(inside, () => on.mention(text.slice(1)));
    default:
      return h("span", null, inside);
  }
}

/** A word that does something. */
export function pressed(inside, onclick) {
  return h("button", { type: "button", class: "word", onclick }, inside);
}

/** A link; one into this Telegram opens here, any other in a new tab. */
export function link(url, inside, on) {
  const here = deepLink(url);
  const attributes = here
    ? { href: url, onclick: (event) => on.link(here) && event.preventDefault() }
    : { href: safe(url), target: "_blank", rel: "noopener noreferrer" };
  return h("a", attributes, inside);
}

/** `{username, start}` of a t.me or tg link to somebody here, else null. */
export function deepLink(url) {
  const found = /^(?:https?:\/\/)?(?:t\.me|telegram\.me)\/([A-Za-z]\w{3,31})\/?(?:\?(.*))?$/.exec(url);
  const resolved = /^tg:(?:\/\/)?resolve\/?\?(.*)$/.exec(url);
  const query = new URLSearchParams((resolved ? resolved[1] : found?.[2]) ?? "");
  const username = found?.[1] ?? query.get("domain");
  return username ? { username, start: query.get("start") } : null;
}

function safe(url) {
  return /^(https?|mailto|tel|tg):/i.test(url) ? url : "#";
}

/** Hidden until pressed. */
export function spoiler(inside) {
  const open = () => {
    shown.classList.add("open");
    for (const name of ["role", "tabindex", "aria-label"]) shown.removeAttribute(name);
  };
  const onkeydown = (event) => [" ", "Enter"].includes(event.key) && (event.preventDefault(), open());
  const attributes = { class: "spoiler", role: "button", tabindex: "0", "aria-label": word("spoiler"), onclick: open, onkeydown };
  const shown = h("span", attributes, inside);
  return shown;
}

/** A block of code with its language and a button to copy it. */
export function code(text, language) {
  const button = h(
    "button",
    { type: "button", class: "copy", "aria-label": word("copy"), onclick: () => copy(text) },
    icon("copy", "small"),
  );
  return h("div", { class: "code" }, language && h("span", { class: "lang" }, language), button, text);
}

/** A quotation; an expandable one shows three lines and a button for the rest. */
export function quote(content, expandable) {
  const shown = h("div", { class: "quote", role: "blockquote" }, content);
  if (!expandable) return shown;
  shown.classList.add("closed");
  const name = () => word(shown.classList.contains("closed") ? "expand" : "collapse");
  const toggle = () => {
    const closed = shown.classList.toggle("closed");
    button.setAttribute("aria-expanded", String(!closed));
    button.setAttribute("aria-label", name());
  };
  const button = h(
    "button",
    { type: "button", class: "more", "aria-expanded": "false", "aria-label": name(), onclick: toggle },
    icon("down", "small"),
  );
  shown.append(button);
  return shown;
}

/** A block ends its line by itself: the newline beside it would be an empty line. */
function trimmedAroundBlocks(nodes) {
  return nodes.map((node, place) => {
    if (typeof node !== "string") return node;
    let text = node;
    if (isBlock(nodes[place - 1])) text = text.replace(/^\n/, "");
    if (isBlock(nodes[place + 1])) text = text.replace(/\n$/, "");
    return text;
  });
}

function isBlock(node) {
  return node instanceof HTMLElement && node.tagName === "DIV";
}
