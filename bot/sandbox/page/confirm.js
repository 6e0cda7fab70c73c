/** Slack's confirmation dialog: asks before something is done. */

import { fill, h } from "./dom.js";
import { showText } from "./text.js";

/** Resolves to whether the person agreed. `confirm` is Slack's confirmation dialog object. */
export function askConfirmation(confirm, directory) {
  const dialog = document.getElementById("confirm");
  const style = confirm.style === "danger" ? "danger" : "primary";
  fill(
    dialog,
    h(
      "form",
      { method: "dialog" },
      h("h2", { id: "confirm-title" }, showText(confirm.title, directory)),
      h("p", {}, showText(confirm.text, directory)),
      h(
        "div",
        { class: "buttons" },
        h("button", { class: "button", value: "deny" }, showText(confirm.deny, directory)),
        h("button", { class: `button ${style}`, value: "confirm", autofocus: true }, showText(confirm.confirm, directory)),
      ),
    ),
  );
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "confirm"), { once: true });
  });
}
