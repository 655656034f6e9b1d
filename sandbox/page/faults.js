// What can go wrong at a press: the rules a developer asks of the server most often.
import { h, toast } from "./dom.js";
import { breakOnce, mend } from "./wire.js";
import { word } from "./words.js";

const SEND = { method: "sendMessage", count: 1 };
const FAULTS = {
  "fault-drop": { kind: "drop", ...SEND },
  "fault-accepted": { kind: "drop", accepted: true, ...SEND },
  "fault-502": { kind: "502", ...SEND },
  "fault-flood": { kind: "refuse", refusal: "flood", seconds: 3, ...SEND },
  "fault-latency": { kind: "latency", seconds: 3, count: 10 },
  "fault-duplicate": { kind: "duplicate", count: 1 },
  "fault-malformed": { kind: "malformed", count: 1 },
};

/** A list to choose a fault from, and a button that mends everything. */
export function faultPicker() {
  const list = h("select", { "aria-label": word("faults") }, h("option", { value: "" }, word("faults")),
    Object.keys(FAULTS).map((name) => h("option", { value: name }, word(name))));
  list.addEventListener("change", async () => {
    const name = list.value;
    list.value = "";
    await breakOnce(FAULTS[name]);
    toast(word("fault-set", word(name)));
  });
  const clear = async () => {
    await mend();
    toast(word("mended"));
  };
  return h("div", { class: "faults" }, list, h("button", { type: "button", onclick: clear }, word("mend")));
}
