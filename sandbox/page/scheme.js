// Light or dark: as the device says, until chosen by hand.
const device = window.matchMedia("(prefers-color-scheme: dark)");

/** Whether the page is dark now. */
export function isDark() {
  return (document.documentElement.dataset.scheme ?? (device.matches ? "dark" : "light")) === "dark";
}

/** Turns to the other one, and remembers. */
export function flip() {
  const next = isDark() ? "light" : "dark";
  document.documentElement.dataset.scheme = next;
  localStorage.setItem("qala-scheme", next);
}

/** Calls when the device changes its mind. */
export function onDevice(call) {
  device.addEventListener("change", call);
}
