// The one clock of server and bot, and the buttons that move it.
import { h } from "./dom.js";
import { hour, longDate, word } from "./words.js";

const DAY = 86_400;

/** The clock's face and its buttons. */
export function clockPanel(app, does) {
  const move = (body) => async (event) => {
    const button = event.currentTarget;
    button.disabled = true;
    try {
      await does.move(body);
    } finally {
      button.disabled = false;
    }
  };
  const key = (name, body) => h("button", { type: "button", "data-keep": name, onclick: move(body) }, word(name));
  return h("section", { class: "clock", "aria-label": word("clock") },
    h("div", { class: "face" }, h("b", { "data-now": "hour" }, hour(app.now())), h("span", { "data-now": "date" }, longDate(app.now()))),
    h("div", { class: "moves" },
      app.digests && key("next-digest", { digest: true }), key("plus-day", { advance: DAY }), key("plus-week", { advance: 7 * DAY })));
}

/** Brings every face on the page up to date. */
export function tick(now) {
  for (const face of document.querySelectorAll("[data-now]")) {
    const text = face.dataset.now === "hour" ? hour(now) : longDate(now);
    if (face.textContent !== text) face.textContent = text;
  }
}
