// What the page asks of the server: what there is, what a person does, what happens.

async function answered(response) {
  if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
  return response.json();
}

function posted(address, body, signal) {
  const headers = { "Content-Type": "application/json" };
  return fetch(address, { method: "POST", headers, body: JSON.stringify(body), signal }).then(answered);
}

/** Everything a person sees now; of nobody in particular only who there is. */
export async function state(me) {
  const now = await answered(await fetch(me ? `page/state?me=${me}` : "page/state"));
  for (const one of now.chats ?? []) one.messages.forEach(numbered);
  return now;
}

/** What one person sees alone has no number of its own in Telegram: here it is one below zero. */
function numbered(message) {
  if (message?.ephemeral_message_id) message.message_id = -message.ephemeral_message_id;
  return message;
}

/** A person does something: say, start, press, inline, choose, block, unblock, language. */
export function act(me, deed, body, signal) {
  return posted(`people/${me}/${deed}`, body, signal);
}

/** When a reader's next digest comes: UTC seconds, or null. */
export async function nextDigest(me) {
  return (await answered(await fetch(`page/next-digest?me=${me}`))).at;
}

/** Moves the clock: `{advance: seconds}` or `{to: moment}`. */
export function moveClock(body) {
  return posted("people/clock", body);
}

/** Makes something go wrong; the fields are those of the server's rules. */
export function breakOnce(rule) {
  return posted("people/faults", rule);
}

/** All is well again. */
export async function mend() {
  return answered(await fetch("people/faults", { method: "DELETE" }));
}

/** What bots asked and were told after entry number `after`. */
export async function record(after, limit) {
  return (await answered(await fetch(`people/record?after=${after}&limit=${limit}`))).entries;
}

/** Where a picture is: kept by the server, or a link; those of the sample news were drawn for this page. */
export function fileAddress(fileId) {
  const drawn = /^https:\/\/[\w-]+\.example\/pictures\/([\w-]+)\.png$/.exec(fileId);
  if (drawn) return `page/pictures/${drawn[1]}.svg`;
  return fileId.includes("://") ? fileId : `page/file/${encodeURIComponent(fileId)}`;
}

/** Follows what a person sees; gives a function that stops it. The browser comes back by itself after a break. */
export function follow(me, after, onevent, onlink) {
  const source = new EventSource(`people/${me}/events?after=${after}`);
  source.onmessage = (message) => {
    const event = JSON.parse(message.data);
    numbered(event.payload);
    onevent(event);
  };
  source.onopen = () => onlink(true);
  source.onerror = () => onlink(false);
  return () => source.close();
}
