// The page: what it knows, and what happens to it.
import { app, chat, thread, where } from "./app.js";
import { showChats } from "./chats.js";
import { tick } from "./clock.js";
import { Composer } from "./composer.js";
import { avatar, dialog, h, icon, toast } from "./dom.js";
import { Drawer } from "./drawer.js";
import { drawHead, drawPinned, drawTopics } from "./head.js";
import { Log } from "./log.js";
import { Presses } from "./presses.js";
import { flip, onDevice } from "./scheme.js";
import { act, follow, moveClock, nextDigest, state } from "./wire.js";
import { hour, learn, longDate, word } from "./words.js";

const LANGUAGES = ["kk", "ru"];
const parts = Object.fromEntries(["app", "chats", "chat", "drawer"].map((id) => [id, document.getElementById(id)]));
let unfollow = () => {};


// -- what the person does

const does = {
  flip() {
    flip();
    drawChats();
  },
  become: (id) => enter(id),
  async speak(language) {
    await act(app.me, "language", { language_code: language });
    await enter(app.me);
  },
  drawer() {
    app.drawer = !app.drawer;
    parts.app.classList.toggle("with-drawer", app.drawer);
    if (app.drawer) drawer.open();
    else drawer.shut();
    drawChats();
  },
  open(id) {
    location.hash = String(id);
  },
  place: (text, point) => attempt("place", { text, ...point }),
  say: (text, answered) => attempt("say", { text, reply_to: answered, thread: thread(chat()) || null }),
  /** Sets a reaction; the same once more takes it back. */
  react(message, emoji) {
    const mine = app.reacted.get(`${app.current}/${message.message_id}`) === emoji ? null : emoji;
    app.reacted.set(`${app.current}/${message.message_id}`, mine);
    return attempt("react", { message_id: message.message_id, emoji: mine ? [mine] : [] });
  },
  topic(id) {
    app.threads.set(app.current, id);
    drawChat();
  },
  /** An administrator changes what a group allows. */
  async rule(deed, body) {
    await attempt(deed, body);
    await refresh();
  },
  /** A button of a keyboard asks for a chat: one of those that may be given, or a new channel. */
  async request(button) {
    const { chats } = (await attempt("offered", { button: button.text })) ?? { chats: [] };
    const give = (id) => (box.close(), attempt("share", { button: button.text, shared: id }).then(soon));
    const choices = chats.map((one) => h("button", { type: "button", onclick: () => give(one.id) }, avatar(one.id, one.title), one.title));
    const create = async () => give((await attempt("group", { title: word("new-channel-title"), type: "channel" })).id);
    const box = dialog(word("choose-channel"), h("div", { class: "choices" }, choices,
      button.request_chat.chat_is_channel && h("button", { type: "button", onclick: create }, icon("horn"), word("new-channel"))), word("cancel"));
  },
  rewrite: (message, text) => attempt("edit", { message_id: message.message_id, text }),
  command(text) {
    const bot = chat().bot;
    does.say(chat().type === "private" || !bot ? text : `${text}@${bot.username}`);
  },
  async start(payload) {
    app.payload = null;
    await attempt("start", { payload });
  },
  async unblock() {
    await attempt("unblock", {});
    await does.start("");
    await refresh();
  },
  async block() {
    await attempt("block", {});
    await refresh();
  },
  async choose(question, result) {
    composer.clear();
    await attempt("choose", { inline_query_id: question, result: result.id });
  },
  begin(bot, parameter) {
    composer.clear();
    does.toBot(bot, parameter);
  },
  /** Opens the chat with a bot; a deep link's parameter waits for START, as in Telegram. */
  toBot(bot, parameter) {
    const one = [...app.chats.values()].find((each) => each.type === "private" && each.bot?.id === bot.id);
    if (!one) return;
    app.payload = parameter ? { chat: one.id, parameter } : null;
    does.show(one.id);
  },
  show(id) {
    does.open(id);
    show(id);
  },
  fill: (text) => composer.fill(text),
  take: (about) => composer.take(about),
  jump: (id) => log.jump(id),
  end() {
    log.toEnd();
    composer.toEnd.hidden = true;
  },
  async move(body) {
    const at = body.digest ? await nextDigest(app.me) : null;
    if (body.digest && at === null) return toast(word("no-digest"));
    const { now } = await moveClock(body.digest ? { advance: Math.max(0, at - app.now()) } : body);
    setClock(now);
    toast(word("clock-moved", `${longDate(now)}, ${hour(now)}`));
  },
};

async function attempt(deed, body) {
  try {
    return await act(app.me, deed, { ...where(), ...body });
  } catch {
    toast(word("failed"));
    return null;
  }
}

// -- what happens

let missed = null; // what happens while everything is asked anew: the answer may be older than that

function happened(event) {
  missed?.push(event);
  takeIn(event, true);
}

function takeIn({ kind, chat: id, payload }, first) {
  if (kind === "clock") return setClock(payload.now, payload.speed);
  if (kind === "menu" || kind === "permissions") return soon();
  const here = app.chats.get(id);
  if (kind === "typing" && here) return typing(here);
  if (!["message", "edit", "delete", "keyboard", "reaction"].includes(kind)) return;
  if (!here) return soon();
  if (kind === "keyboard") return newKeyboard(here, payload.keyboard);
  const at = here.messages.findIndex((one) => one.message_id === payload.message_id);
  if (kind === "delete") at >= 0 && here.messages.splice(at, 1);
  else if (kind === "reaction") at >= 0 && (here.messages[at] = { ...here.messages[at], reactions: payload.reactions });
  else if (at >= 0) here.messages[at] = { ...payload, reactions: here.messages[at].reactions };
  else if (kind === "message") arrived(here, payload, first);
  const told = ["new_chat_members", "pinned_message", "forum_topic_created", "forum_topic_closed", "forum_topic_reopened"];
  if (told.some((name) => payload[name])) soon();
  drawChats();
  if (id === app.current) drawChat();
}

function newKeyboard(here, keyboard) {
  here.keyboard = keyboard;
  composer.hiddenKeys.delete(here.id);
  if (here.id === app.current) drawChat();
}

function arrived(here, message, first) {
  here.messages.push(message);
  app.busy.delete(here.id);
  const away = here.id !== app.current || document.hidden;
  if (first && away && message.from?.id !== app.me) app.unread.set(here.id, (app.unread.get(here.id) ?? 0) + 1);
}

function typing(here) {
  clearTimeout(app.busy.get(here.id));
  app.busy.set(here.id, setTimeout(() => (app.busy.delete(here.id), typed(here)), 5000));
  typed(here);
}

function typed(here) {
  if (here.id === app.current) drawHead(head, here, does);
}

let waiting = 0;
/** Many things at once (a bot sets all its menus) are looked at once. */
function soon() {
  clearTimeout(waiting);
  waiting = setTimeout(refresh, 150);
}

function setClock(now, speed = app.speed) {
  [app.base, app.since, app.speed] = [now, performance.now(), speed];
  tick(now);
}

// -- drawing

const log = new Log(new Presses(does));
const composer = new Composer(does);
const drawer = new Drawer(parts.drawer, does.drawer);
const head = h("header", { class: "chat-head" });
const pinned = h("div");
const topics = h("div");
const offline = h("div", { class: "offline", role: "alert", hidden: true });

function drawChats() {
  showChats(parts.chats, app, does);
}

function drawChat() {
  const one = chat();
  if (!one) {
    parts.chat.replaceChildren(h("p", { class: "nothing" }, word("pick-chat")));
    return;
  }
  if (!head.isConnected) parts.chat.replaceChildren(offline, head, topics, pinned, log.element, composer.element);
  drawHead(head, one, does);
  drawTopics(topics, one, does);
  drawPinned(pinned, one, does.jump);
  log.element.setAttribute("aria-label", one.title);
  const payload = app.payload?.chat === one.id ? app.payload.parameter : null;
  const end = log.atEnd();
  composer.show(one, app, payload);
  if (end) log.toEnd(); // the field may have grown
  const unseen = log.show(one, app.me, app.now());
  if (unseen) composer.unseen(unseen);
  composer.toEnd.hidden = log.atEnd();
}

log.element.addEventListener("scroll", () => {
  const end = log.atEnd();
  if (end) composer.unseen(0);
  composer.toEnd.hidden = end;
}, { passive: true });

/** Shows a chat, or the list alone where there is room for one of the two only. */
function show(id) {
  const known = app.chats.has(id);
  const wide = window.matchMedia("(min-width: 761px)").matches;
  app.current = known ? id : wide ? ([...app.chats.keys()][0] ?? null) : null;
  parts.app.dataset.view = app.current === null ? "chats" : "chat";
  if (app.current !== null) app.unread.delete(app.current);
  if (app.payload && app.payload.chat !== app.current) app.payload = null;
  drawChats();
  drawChat();
}

// -- coming in

function take(now) {
  Object.assign(app, { people: now.people, bots: now.bots, digests: now.digests });
  app.chats = new Map((now.chats ?? []).map((one) => [one.id, one]));
  setClock(now.now, now.speed);
}

/** Asks for everything anew; a server that is away is the stream's to notice. */
async function refresh() {
  const mine = (missed = []);
  const now = await state(app.me).catch(() => null);
  if (missed === mine) missed = null;
  if (!now) return;
  take(now);
  for (const event of mine) if (event.number > now.event) takeIn(event, false);
  show(app.current);
}

async function enter(me) {
  const now = await state(me);
  unfollow();
  const another = me !== app.me;
  app.me = me;
  sessionStorage.setItem("qala-me", String(me));
  app.language = LANGUAGES.includes(now.me.language_code) ? now.me.language_code : "ru";
  app.unread.clear();
  await learn(app.language);
  const other = app.chats.get(app.current);
  take(now);
  if (another) composer.forget();
  composer.renew();
  log.chat = null;
  offline.textContent = word("offline");
  if (app.drawer) drawer.draw();
  const id = other?.type === "private" ? me : (other?.id ?? (Number(location.hash.slice(1)) || null));
  if (id !== null && String(id) !== location.hash.slice(1) && other) history.replaceState(null, "", `#${id}`);
  show(id);
  unfollow = follow(me, now.event, happened, (linked) => {
    // Back after a break: everything is asked anew, the server may be another one with events of its own.
    const back = linked && !offline.hidden;
    offline.hidden = linked;
    if (back) enter(app.me).catch(() => (offline.hidden = false));
  });
  document.getElementById("skip").textContent = word("skip");
  parts.app.setAttribute("aria-busy", "false");
}

async function begin() {
  const { people } = await state();
  const wanted = Number(new URLSearchParams(location.search).get("me") ?? sessionStorage.getItem("qala-me"));
  const me = people.find((one) => one.id === wanted) ?? people[0];
  await enter(me.id);
  sitDown();
}

/** Where there is a keyboard of keys one types at once; on a phone it would cover the chat. */
function sitDown() {
  if (window.matchMedia("(hover: hover) and (min-width: 761px)").matches) composer.field.focus();
}

addEventListener("hashchange", () => {
  const id = Number(location.hash.slice(1)) || null;
  if (id !== app.current) show(id);
  sitDown();
});
document.getElementById("skip").addEventListener("click", () => {
  if (app.current === null) does.show([...app.chats.keys()][0]);
  (composer.field.isConnected ? composer.field : parts.chat.querySelector(".start, .log"))?.focus();
});
addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !event.defaultPrevented && !document.querySelector("dialog[open]")) composer.field.focus();
});
addEventListener("visibilitychange", () => !document.hidden && app.current !== null && (app.unread.delete(app.current), drawChats()));
onDevice(drawChats);
setInterval(() => tick(app.now()), 1000);
begin();

