// What the page knows: who looks, whom and what they see, what time it is.

export const app = {
  me: 0, people: [], bots: [], chats: new Map(), unread: new Map(), current: null, language: "kk", drawer: false,
  digests: false, busy: new Map(), payload: null, threads: new Map(), reacted: new Map(), base: 0, since: 0, speed: 1,
  now: () => app.base + ((performance.now() - app.since) / 1000) * app.speed,
};

/** The open chat, undefined when none is. */
export const chat = () => app.chats.get(app.current);

/** How the server calls the open chat. */
export const where = () => ({ chat: app.current, bot: chat()?.bot?.id });

/** The topic of a forum that is looked at; 0 is the general one, and that of every other chat. */
export const thread = (one) => (one?.topics?.some((topic) => topic.id === app.threads.get(one.id)) ? app.threads.get(one.id) : 0);

/** In which topic a message stands. */
export const threadOf = (message) => (message.is_topic_message ? message.message_thread_id : 0);

/** The chat or the bot of a username, undefined when nobody here has it. */
export const named = (list, username) =>
  [...list].find((one) => one.username && one.username.toLowerCase() === String(username).toLowerCase());
