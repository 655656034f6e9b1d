// Building elements, and the few effects every part of the page uses.
import { word } from "./words.js";

const NAMESPACE = "http://www.w3.org/2000/svg";

/** An element: attributes by name, `on…` as listeners, `class`; false, null and undefined are left out. */
export function h(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === false || value === null || value === undefined) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "style") element.style.cssText = value;
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** An icon of the sprite in index.html; decoration, so ears skip it. */
export function icon(name, kind = "") {
  const svg = document.createElementNS(NAMESPACE, "svg");
  svg.setAttribute("class", `icon ${kind}`);
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(NAMESPACE, "use");
  use.setAttribute("href", `#i-${name}`);
  svg.append(use);
  return svg;
}

/** A round button with an icon and a name. */
export function round(name, label, onclick, attributes = {}) {
  return h("button", { type: "button", class: "round", "aria-label": label, title: label, onclick, ...attributes }, icon(name));
}

/** A colour of one's own, the same each time. */
export function hue(id) {
  return [200, 152, 28, 262, 340, 96, 310, 52][Math.abs(Number(id)) % 8];
}

/** A round picture of a person or chat: its first letter, or what kind it is. */
export function avatar(id, title, kind = "", size = "") {
  const inside =
    kind === "bot" ? h("img", { src: "page/icon.svg", alt: "" }) : kind ? icon(kind) : [...(title || "?")][0].toUpperCase();
  return h("span", { class: `avatar ${size}`, style: `--hue:${hue(id)}`, "aria-hidden": "true" }, inside);
}

/** A few words that go by themselves. */
export function toast(text, seconds = 3.5) {
  const shown = h("div", { class: "toast" }, text);
  document.getElementById("toasts").append(shown);
  setTimeout(() => shown.remove(), seconds * 1000);
}

/** A dialog that closes with Escape, with its button (`leave` is its word), or with a click beside it. */
export function dialog(title, content, leave = word("ok")) {
  const close = h("button", { type: "button", onclick: () => box.close() }, leave);
  const box = h("dialog", { "aria-labelledby": "dialog-title" },
    h("h2", { id: "dialog-title" }, title), content, h("div", { class: "ends" }, close));
  box.addEventListener("click", (event) => event.target === box && box.close());
  box.addEventListener("close", () => box.remove());
  document.body.append(box);
  box.showModal();
  return box;
}

/** Puts text on the clipboard and says so. */
export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const area = h("textarea", { style: "position:fixed;opacity:0" }, text);
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
  }
  toast(word("copied"), 1.6);
}

/** Puts the nodes in place, moving only what moved: a moved node loses its focus, what is being typed into it, and starts its animation anew. */
export function replace(parent, nodes) {
  const wanted = new Set(nodes);
  for (const child of [...parent.childNodes]) if (!wanted.has(child)) child.remove();
  nodes.forEach((node, at) => {
    if (parent.childNodes[at] !== node) parent.insertBefore(node, parent.childNodes[at] ?? null);
  });
}
