// What the page asks of the server: questions, deeds, and two streams of what happens.

async function answered(response) {
  if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
  return response.json();
}

/** Everything a person sees now. */
export async function state(me) {
  return answered(await fetch(me ? `page/state?me=${me}` : "page/state"));
}

/** Does something: say, start, press, inline, choose, block, language, clock. */
export async function act(deed, body, signal) {
  const response = await fetch(`page/${deed}`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
    signal,
  });
  return answered(response);
}

/** Where a picture is: kept by the server, or a link already. */
export function fileAddress(fileId) {
  return fileId.includes("://") ? fileId : `page/file/${encodeURIComponent(fileId)}`;
}

/** Follows a stream; gives a function that stops it. The browser comes back by itself after a break. */
export function follow(address, onitem, onlink = () => {}) {
  const source = new EventSource(address);
  source.onmessage = (event) => onitem(JSON.parse(event.data));
  source.onopen = () => onlink(true);
  source.onerror = () => onlink(false);
  return () => source.close();
}
