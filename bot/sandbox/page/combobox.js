/** A field that offers choices while one types, by mouse and by keyboard (the ARIA combobox pattern). */

import { debounced, fill, freshId, h } from "./dom.js";
import { place } from "./menu.js";

/**
 * `source`: {find(query) -> groups or {error}, minimum, wait}; a group is {label, items}, an item {id, text, hint}.
 * `selected`: items; `changed(items)` is called after every choice. `multiple` and `limit`: several, at most that many.
 * `clearable`: the choice can be taken back. `attributes` go on the input.
 */
export class Combobox {
  constructor({ source, selected, changed, multiple = false, limit = Infinity, clearable = false, attributes }) {
    Object.assign(this, { source, selected, changed, multiple, limit, clearable });
    this.shown = [];
    this.active = -1;
    this.asked = 0;
    this.list = h("div", { class: "options", role: "listbox", id: freshId("options"), "aria-label": "Choices", hidden: true });
    this.input = h("input", {
      type: "text",
      role: "combobox",
      autocomplete: "off",
      spellcheck: "false",
      "aria-autocomplete": "list",
      "aria-expanded": "false",
      "aria-controls": this.list.id,
      ...attributes,
      oninput: () => this.typed(),
      onclick: () => this.open(),
      onkeydown: (event) => this.key(event),
      onblur: () => this.leave(),
    });
    this.placeholder = this.input.placeholder;
    this.chips = h("span", { class: "chips" });
    this.element = h("div", { class: multiple ? "combobox multiple" : "combobox" }, this.chips, this.input, this.list);
    this.element.addEventListener("mousedown", (event) => this.keepFocus(event));
    this.search = debounced(source.wait, (query) => this.load(query));
    this.follow = () => place(this.list, this.element, { sameWidth: true });
    this.show();
  }

  /** Shows what is selected: chips where several can be, else the text of the one. */
  show() {
    this.input.value = this.multiple ? "" : this.selected[0]?.text ?? "";
    this.input.placeholder = this.multiple && this.selected.length ? "" : this.placeholder;
    const chips = this.multiple ? this.selected.map((item) => this.chip(item)) : [];
    const takenBack = this.clearable && !this.multiple && this.selected.length > 0;
    fill(this.chips, chips);
    this.element.querySelector(":scope > .clear")?.remove();
    if (takenBack) this.input.after(this.remover("clear", "Clear selection", () => this.select([])));
  }

  /** A press on a choice, a chip or the frame is a press in the field: the input stays, or gets, focused. */
  keepFocus(event) {
    if (event.target === this.input) return;
    event.preventDefault();
    this.input.focus();
    if (event.target === this.element) this.open();
  }

  chip(item) {
    const without = this.selected.filter((each) => each.id !== item.id);
    return h("span", { class: "chip" }, item.text, this.remover("remove", `Remove ${item.text}`, () => this.select(without)));
  }

  remover(className, label, act) {
    return h("button", { type: "button", class: className, "aria-label": label, onclick: act }, "×");
  }

  select(items) {
    this.selected = items;
    this.show();
    this.changed(items);
  }

  typed() {
    if (this.source.wait > 0) this.note("Loading …");
    this.search(this.input.value.trim());
  }

  open() {
    if (!this.list.hidden) return;
    if (!this.multiple) this.input.select();
    this.load("");
  }

  async load(query) {
    const asked = ++this.asked;
    if (query.length < this.source.minimum) return this.note(tooShort(this.source.minimum));
    const waiting = setTimeout(() => asked === this.asked && this.note("Loading …"), 150);
    const groups = await this.source.find(query);
    clearTimeout(waiting);
    if (asked !== this.asked || document.activeElement !== this.input) return undefined;
    return groups.error ? this.note(`Couldn’t load the choices: ${groups.error}`) : this.offer(groups);
  }

  offer(groups) {
    this.shown = [];
    const nodes = groups.filter(({ items }) => items.length).map((group) => this.group(group));
    if (this.shown.length === 0) return this.note("No results");
    this.reveal(nodes);
    const chosen = this.shown.findIndex(({ item }) => this.isSelected(item));
    return this.activate(Math.max(0, chosen));
  }

  group({ label, items }) {
    const options = items.map((item) => this.option(item));
    if (!label) return options;
    return h("div", { role: "group", "aria-label": label }, h("p", { class: "group-label", "aria-hidden": "true" }, label), options);
  }

  option(item) {
    const at = this.shown.length;
    const node = h(
      "div",
      {
        role: "option",
        id: freshId("option"),
        "aria-selected": String(this.isSelected(item)),
        onclick: () => this.choose(at),
        onpointermove: () => this.active !== at && this.activate(at),
      },
      item.picture,
      h("span", { class: "option-text" }, item.text),
      item.hint && h("small", {}, item.hint),
    );
    this.shown.push({ item, node });
    return node;
  }

  isSelected(item) {
    return this.selected.some((each) => each.id === item.id);
  }

  note(text) {
    this.shown = [];
    this.active = -1;
    this.input.removeAttribute("aria-activedescendant");
    this.reveal([h("p", { class: "options-note", role: "presentation" }, text)]);
  }

  reveal(nodes) {
    fill(this.list, nodes);
    if (this.list.hidden) {
      this.list.hidden = false;
      window.addEventListener("scroll", this.follow, true);
      window.addEventListener("resize", this.follow);
    }
    this.input.setAttribute("aria-expanded", "true");
    this.follow();
  }

  hide() {
    this.asked += 1;
    this.list.hidden = true;
    this.active = -1;
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
    window.removeEventListener("scroll", this.follow, true);
    window.removeEventListener("resize", this.follow);
  }

  activate(at) {
    this.shown[this.active]?.node.classList.remove("active");
    this.active = at;
    const { node } = this.shown[at];
    node.classList.add("active");
    node.scrollIntoView({ block: "nearest" });
    this.input.setAttribute("aria-activedescendant", node.id);
  }

  choose(at) {
    const { item } = this.shown[at];
    this.hide();
    if (!this.multiple) return this.select([item]);
    const without = this.selected.filter((each) => each.id !== item.id);
    const next = without.length < this.selected.length ? without : [...this.selected, item];
    return next.length <= this.limit ? this.select(next) : this.note(`At most ${this.limit} can be chosen`);
  }

  key(event) {
    const steps = { ArrowDown: 1, ArrowUp: -1 };
    if (event.key in steps) {
      event.preventDefault();
      if (this.list.hidden) this.open();
      else if (this.shown.length) this.activate((this.active + steps[event.key] + this.shown.length) % this.shown.length);
    } else if (event.key === "Enter" && !this.list.hidden) {
      event.preventDefault();
      if (this.active >= 0) this.choose(this.active);
    } else if (event.key === "Escape" && !this.list.hidden) {
      event.preventDefault();
      event.stopPropagation();
      this.hide();
      this.show();
    } else if (event.key === "Backspace" && this.multiple && this.input.value === "" && this.selected.length) {
      this.select(this.selected.slice(0, -1));
    }
  }

  leave() {
    this.search.cancel();
    this.hide();
    const emptied = !this.multiple && this.clearable && this.input.value.trim() === "" && this.selected.length > 0;
    if (emptied) this.select([]);
    else this.show();
  }
}

/** A source of choices that are all known: filtered by what is typed, word by word. */
export function knownChoices(groups) {
  const find = (query) => {
    const words = query.toLowerCase().split(/\s+/);
    const fits = (item) => words.every((word) => `${item.text} ${item.hint ?? ""}`.toLowerCase().includes(word));
    return groups.map(({ label, items }) => ({ label, items: items.filter(fits) }));
  };
  return { find, minimum: 0, wait: 0 };
}

const tooShort = (minimum) => (minimum === 1 ? "Type to search" : `Type at least ${minimum} characters to search`);
