// One message as a bubble: who, what, when, and the keyboard under it.
import { avatar, copy, h, hue, icon } from "./dom.js";
import { richMessage } from "./rich.js";
import { withEntities } from "./text.js";
import { fileAddress } from "./wire.js";
import { hour, word } from "./words.js";

/**
 * The element of a message. `place` says how it stands: own, first and last of its author's run, and whether the chat
 * has many authors; `on` is what its words and buttons do.
 */
export function messageNode(message, place, on) {
  const service = serviceWords(message);
  if (service) return h("div", { class: "service", "data-id": message.message_id }, service);
  const author = authorOf(message);
  const side = place.many && !place.own && (place.last ? avatar(author.id, author.name, author.bot ? "bot" : "") : h("span", { class: "no-avatar" }));
  const keys = message.reply_markup?.inline_keyboard;
  const kinds = ["turn", place.own && "own", place.first && "first", place.last && "last", message.rich_message && "rich"];
  return h("article", { class: kinds.filter(Boolean).join(" "), "data-id": message.message_id, "aria-label": label(message, author), oncontextmenu: (event) => on.menu(message, event) },
    side || null,
    h("div", { class: "stack" }, bubble(message, place, author, on), keys && keyboard(keys, message, on)));
}

function bubble(message, place, author, on) {
  const named = place.many && place.first && !place.own;
  const via = message.via_bot;
  const above = message.show_caption_above_media;
  const media = mediaNode(message, above);
  const text = message.text ?? message.caption;
  const preview = previewNode(message);
  const onTop = message.link_preview_options?.show_above_text;
  return h("div", { class: `bubble ${message.reply_markup?.inline_keyboard ? "with-keys" : ""}` },
    message.ephemeral_message_id && h("div", { class: "alone" }, icon("eye"), word("only-you")),
    named && h("div", { class: "sender", style: `--hue:${hue(author.id)}` }, author.name),
    via && h("div", { class: "via" },
      h("button", { type: "button", onclick: () => on.mention(via.username) }, word("via", via.username))),
    message.reply_to_message && reply(message.reply_to_message, on),
    !above && media,
    onTop && preview,
    text !== undefined && h("div", { class: "text" }, withEntities(text, message.entities ?? message.caption_entities, on), meta(message)),
    above && media,
    !onTop && preview,
    message.rich_message && richMessage(message.rich_message, on),
    text === undefined && meta(message),
    message.reactions?.length > 0 && h("div", { class: "reactions" }, message.reactions.map((one) => h("span", null, one))));
}

function meta(message) {
  return h("span", { class: "meta" },
    message.views && [icon("eye"), h("span", { "aria-hidden": "true" }, String(message.views)), h("span", { class: "seen-by-ears" }, word("views", message.views))],
    message.author_signature && h("span", null, message.author_signature),
    isRewritten(message) && h("span", null, word("edited")),
    h("time", { datetime: new Date(message.date * 1000).toISOString() }, hour(message.date)));
}

/** A bot turning its own pages under a keyboard does not count as editing, as in Telegram. */
function isRewritten(message) {
  return message.edit_date && !(message.from?.is_bot && message.reply_markup);
}

function mediaNode(message, below) {
  if (message.photo?.length) {
    const size = message.photo.at(-1);
    const ratio = `--ratio:${size.width || 16} / ${size.height || 9}`;
    const shown = h("img", { class: `picture ${below ? "below" : ""}`, style: ratio, src: fileAddress(size.file_id), alt: word("photo"), loading: "lazy" });
    shown.addEventListener("error", () => shown.replaceWith(h("div", { class: "file" }, icon("eye"), word("photo"))));
    return shown;
  }
  const file = message.document ?? message.audio ?? message.voice ?? message.video;
  if (!file) return null;
  const name = file.file_name ?? word(message.voice ? "voice" : message.video ? "video" : "file");
  return h("a", { class: "file", href: fileAddress(file.file_id), download: file.file_name ?? "" }, icon("doc"),
    h("span", null, h("b", null, name), h("span", null, size(file.file_size))));
}

/** The preview of a link: a picture alone is drawn here, a page's is not, since nothing is fetched. */
function previewNode(message) {
  const options = message.link_preview_options;
  if (!options?.url || options.is_disabled || !/\.(png|jpe?g|webp)$/i.test(options.url)) return null;
  const shown = h("img", { class: `preview ${options.prefer_large_media ? "" : "little"}`, src: fileAddress(options.url), alt: word("photo") });
  shown.addEventListener("error", () => shown.remove()); // a client whose preview fails shows none
  return shown;
}

function size(bytes) {
  if (!bytes) return "";
  return bytes < 1024 ? `${bytes} B` : bytes < 1048576 ? `${Math.round(bytes / 1024)} KB` : `${(bytes / 1048576).toFixed(1)} MB`;
}

function reply(message, on) {
  return h("button", { type: "button", class: "reply", onclick: () => on.jump(message.message_id) },
    h("b", null, authorOf(message).name), summary(message));
}

/** The inline keyboard: what each button does is decided by `on.button`, save copying. */
function keyboard(rows, message, on) {
  return h("div", { class: "keys", role: "group" }, rows.map((row) => h("div", { class: "row" }, row.map((one) => key(one, message, on)))));
}

function key(one, message, on) {
  const sign = one.url ? "link" : one.copy_text ? "copy" : "switch_inline_query" in one || one.switch_inline_query_chosen_chat ? "share" : null;
  const attributes = { type: "button", class: one.style ?? null, "aria-disabled": one.disabled ? "true" : null };
  attributes.onclick = (event) => (one.copy_text ? copy(one.copy_text.text) : on.button(one, event.currentTarget, message));
  return h("button", attributes, one.text, sign && icon(sign));
}

/** Who wrote it: id, name, and whether it is a bot. */
export function authorOf(message) {
  const who = message.sender_chat ?? message.from ?? message.chat;
  return { id: who.id, bot: Boolean(who.is_bot), name: who.title ?? [who.first_name, who.last_name].filter(Boolean).join(" ") };
}

/** A message in one line, for the list of chats and for replies. */
export function summary(message) {
  const text = message.text ?? message.caption ?? (message.rich_message ? richSummary(message.rich_message) : "");
  const kind = message.photo ? word("photo") : message.video ? word("video") : message.document ? word("file")
    : message.voice ? word("voice") : message.location ? word("place") : message.poll ? word("poll") : "";
  return (serviceWords(message) || text || kind).replaceAll(/\s+/g, " ").slice(0, 120);
}

function richSummary(message) {
  const words = [];
  (function walk(value) {
    if (typeof value === "string") words.push(value);
    else if (Array.isArray(value)) value.forEach(walk);
    else if (value && typeof value === "object") for (const key of ["text", "summary", "blocks", "items"]) walk(value[key]);
  })(message.blocks);
  return words.join(" ");
}

/** Whether it only says that something happened in the chat. */
export function isService(message) {
  return serviceWords(message) !== "";
}

function serviceWords(message) {
  const names = (people) => people.map((one) => one.first_name).join(", ");
  if (message.new_chat_members) return word("joined", names(message.new_chat_members));
  if (message.left_chat_member) return word("left", names([message.left_chat_member]));
  if (message.group_chat_created || message.supergroup_chat_created) return word("group-created");
  if (message.chat_shared) return word("chat-shared", message.chat_shared.title ?? "");
  if (message.channel_chat_created) return word("channel-created");
  if (message.pinned_message) return word("pinned");
  if (message.forum_topic_created) return word("topic-created", message.forum_topic_created.name);
  if (message.forum_topic_closed) return word("topic-was-closed");
  if (message.forum_topic_reopened) return word("topic-was-opened");
  if (message.new_chat_title) return message.new_chat_title;
  return "";
}

function label(message, author) {
  return `${author.name}, ${hour(message.date)}`;
}
