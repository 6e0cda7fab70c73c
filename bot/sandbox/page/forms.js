/** Forms (Slack's modals): the stack of open views, what is entered in them, and what becomes of it. */

import { failure } from "./api.js";
import { fill, h } from "./dom.js";
import { icon } from "./icons.js";
import { Surface } from "./surface.js";
import { showText } from "./text.js";
import { fault } from "./values.js";

export class Forms {
  constructor(page) {
    this.page = page;
    this.dialog = document.getElementById("modal");
    this.dialog.addEventListener("cancel", (event) => {
      event.preventDefault();
      this.close(true);
    });
    this.dialog.addEventListener("entered", ({ target }) => this.forgive(target.closest(".input-block")));
    this.surfaces = new Map();
    this.frame = null;
  }

  /** Shows the top of the stack; the views below keep what was entered in them. */
  render(views) {
    const open = new Set(views.map(({ id }) => id));
    for (const id of this.surfaces.keys()) if (!open.has(id)) this.surfaces.delete(id);
    this.view = views.at(-1) ?? null;
    if (!this.view) return this.hide();
    const isNew = !this.surfaces.has(this.view.id);
    if (isNew) this.open(this.view);
    this.surface.render(this.view.blocks);
    this.frameView(views.length);
    if (!this.dialog.open) this.dialog.showModal();
    if (isNew) this.focusFirst();
    return undefined;
  }

  open({ id, state }) {
    const surface = new Surface(this.page, { kind: "view", view_id: id });
    surface.adopt(state?.values ?? {});
    this.surfaces.set(id, surface);
  }

  get surface() {
    return this.surfaces.get(this.view.id);
  }

  hide() {
    if (this.dialog.open) this.dialog.close();
    this.frame = null;
    fill(this.dialog);
  }

  /** Draws what surrounds the blocks anew only where it changed, so that typing goes on undisturbed. */
  frameView(depth) {
    const { id, title, submit, close, blocks } = this.view;
    const frame = JSON.stringify([id, title, submit, close, depth, blocks.some(({ type }) => type === "input")]);
    if (frame === this.frame) return;
    this.frame = frame;
    const back = depth > 1;
    const hasInput = blocks.some(({ type }) => type === "input");
    const focus = document.activeElement;
    fill(
      this.dialog,
      h(
        "form",
        { class: "modal-form", novalidate: true, onsubmit: (event) => this.submit(event), onkeydown: (event) => this.shortcut(event) },
        h(
          "header",
          { class: "modal-header" },
          back && this.iconButton("back", "Back", () => this.close(false)),
          h("span", { class: "app-avatar", "aria-hidden": "true" }, icon("clock")),
          h("h2", { id: "modal-title" }, showText(title, this.page.directory)),
          this.iconButton("close", "Close dialog", () => this.close(true)),
        ),
        h("p", { class: "modal-trouble", role: "alert" }),
        h("div", { class: "modal-body" }, this.surface.element),
        this.buttons(submit ?? (hasInput ? { text: "Submit" } : null), close),
      ),
    );
    this.dialog.setAttribute("aria-labelledby", "modal-title");
    if (this.surface.element.contains(focus)) focus.focus();
  }

  iconButton(name, label, act) {
    return h("button", { type: "button", class: "icon-button", "aria-label": label, onclick: act }, icon(name));
  }

  buttons(submit, close) {
    const { directory } = this.page;
    const closeText = close ?? { text: submit ? "Cancel" : "Close" };
    return h(
      "footer",
      { class: "modal-footer" },
      h("button", { type: "button", class: "button", onclick: () => this.close(false) }, showText(closeText, directory)),
      submit && h("button", { type: "submit", class: "button primary" }, showText(submit, directory)),
    );
  }

  focusFirst() {
    const wanted = this.dialog.querySelector("[data-focus]") ?? this.dialog.querySelector(".modal-body [data-field]");
    (wanted ?? this.dialog.querySelector(".modal-footer button:last-child")).focus();
  }

  shortcut(event) {
    const isSend = event.key === "Enter" && (event.ctrlKey || event.metaKey);
    if (isSend) event.currentTarget.requestSubmit();
  }

  async submit(event) {
    event.preventDefault();
    const button = event.currentTarget.querySelector("[type=submit]");
    if (!button || button.getAttribute("aria-busy") === "true") return;
    const faults = this.faults();
    this.showErrors(faults);
    if (Object.keys(faults).length) return;
    button.setAttribute("aria-busy", "true");
    const answer = await this.page.act("submit", { view_id: this.view.id, values: this.surface.state() });
    button.removeAttribute("aria-busy");
    if (!this.view) return;
    this.showErrors(answer.errors ?? {});
    this.trouble(answer.error && failure(answer.error));
  }

  /** What Slack itself would refuse before asking the app: {block_id: words}. */
  faults() {
    const inputs = this.surface.blocks.filter(({ type }) => type === "input");
    const found = inputs.map((block) => [block.block_id, fault(block, this.surface.value(block, block.element))]);
    return Object.fromEntries(found.filter(([, words]) => words));
  }

  showErrors(errors) {
    for (const block of this.dialog.querySelectorAll(".input-block")) this.mark(block, errors[block.dataset.blockId] ?? "");
    this.dialog.querySelector(".input-block.wrong [data-field]")?.focus();
  }

  mark(block, words) {
    block.classList.toggle("wrong", words !== "");
    block.querySelector(".field-error").textContent = words;
    for (const control of block.querySelectorAll("[data-field]")) control.setAttribute("aria-invalid", String(words !== ""));
  }

  forgive(block) {
    if (block?.classList.contains("wrong")) this.mark(block, "");
  }

  trouble(words) {
    const place = this.dialog.querySelector(".modal-trouble");
    if (place) place.textContent = words || "";
  }

  async close(cleared) {
    const answer = await this.page.act("close", { view_id: this.view.id, cleared });
    this.trouble(answer.error && failure(answer.error));
  }
}
