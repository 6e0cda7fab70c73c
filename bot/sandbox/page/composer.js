/** Where one writes: text and commands, with completion, the last ones again by arrow up, and the shortcuts. */

import { failure } from "./api.js";
import { fill, freshId, h } from "./dom.js";
import { icon } from "./icons.js";
import { openMenu } from "./menu.js";

export class Composer {
  constructor(page) {
    this.page = page;
    this.sent = [];
    this.recalled = 0;
    this.active = 0;
    this.listId = freshId("commands");
    this.build(document.getElementById("composer"));
  }

  build(place) {
    this.input = h("textarea", {
      rows: "1",
      role: "combobox",
      "aria-label": "Message",
      "aria-autocomplete": "list",
      "aria-expanded": "false",
      "aria-controls": this.listId,
      oninput: () => this.typed(),
      onkeydown: (event) => this.key(event),
      onblur: () => this.suggest([]),
    });
    this.suggestions = h("div", { class: "commands", role: "listbox", id: this.listId, "aria-label": "Commands", hidden: true });
    this.suggestions.addEventListener("mousedown", (event) => event.preventDefault());
    this.usage = h("p", { class: "usage", hidden: true });
    this.warning = h("p", { class: "composer-warning", role: "alert", hidden: true });
    const shortcuts = h("button", { type: "button", class: "shortcuts-button", "aria-haspopup": "menu", onclick: (event) => this.openShortcuts(event) }, icon("bolt"), "Shortcuts");
    this.send = h("button", { type: "button", class: "send", "aria-label": "Send", onclick: () => this.submit() }, icon("send"));
    this.box = h("div", { class: "composer-box" }, this.input, this.usage, h("div", { class: "composer-bar" }, shortcuts, this.send));
    this.closed = h("p", { class: "composer-closed", hidden: true }, "Sending messages to this app has been turned off.");
    fill(place, this.suggestions, this.warning, this.box, this.closed);
  }

  /** Writes to another conversation from now on; to none where it is read only. */
  turnTo(channel, title, isReadOnly) {
    this.box.hidden = isReadOnly;
    this.closed.hidden = !isReadOnly;
    if (this.channel === channel && this.input.placeholder === `Message ${title}`) return;
    this.channel = channel;
    this.input.placeholder = `Message ${title}`;
    this.warn("");
  }

  typed() {
    this.input.style.height = "auto";
    this.input.style.height = `${this.input.scrollHeight}px`;
    const text = this.input.value;
    const typing = /^\/\S*$/.test(text);
    this.warn("");
    this.active = 0;
    this.suggest(typing ? this.page.state.commands.filter(({ command }) => command.startsWith(text)) : []);
    this.showUsage(text);
  }

  showUsage(text) {
    const command = this.commandOf(text);
    this.usage.hidden = !command?.usage_hint || !/\s/.test(text);
    fill(this.usage, command && [h("b", {}, command.command), ` ${command.usage_hint ?? ""}`]);
  }

  commandOf(text) {
    const name = text.split(/\s/, 1)[0];
    return this.page.state.commands.find(({ command }) => command === name);
  }

  suggest(commands) {
    this.suggested = commands;
    this.suggestions.hidden = commands.length === 0;
    this.input.setAttribute("aria-expanded", String(commands.length > 0));
    const app = this.page.directory?.personName(this.page.directory.bot.id) ?? "";
    fill(this.suggestions, commands.length > 0 && h("p", { class: "menu-heading" }, app), commands.map((command, at) => this.suggestion(command, at)));
    if (commands.length) this.input.setAttribute("aria-activedescendant", `${this.listId}-${this.active}`);
    else this.input.removeAttribute("aria-activedescendant");
  }

  suggestion({ command, description, usage_hint: hint }, at) {
    const selected = at === this.active;
    return h(
      "div",
      { role: "option", id: `${this.listId}-${at}`, class: selected ? "active" : null, "aria-selected": String(selected), onclick: () => this.complete(at) },
      h("p", {}, h("b", {}, command), " ", h("span", { class: "usage-hint" }, hint ?? "")),
      h("small", {}, description),
    );
  }

  complete(at) {
    this.put(`${this.suggested[at].command} `);
  }

  put(text) {
    this.input.value = text;
    this.input.focus();
    this.input.setSelectionRange(text.length, text.length);
    this.typed();
  }

  key(event) {
    if (event.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (this.suggested?.length) this.keyInSuggestions(event, step);
    else if (event.key === "ArrowUp" && this.mayRecall()) this.recall(event, -1);
    else if (event.key === "ArrowDown" && this.isRecalled()) this.recall(event, 1);
    else if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      this.submit();
    }
  }

  keyInSuggestions(event, step) {
    const chosen = this.suggested[this.active];
    const whole = chosen.command === this.input.value;
    if (step) this.active = (this.active + step + this.suggested.length) % this.suggested.length;
    else if (event.key === "Tab" || (event.key === "Enter" && !whole)) this.complete(this.active);
    else if (event.key === "Enter") this.submit();
    else if (event.key === "Escape") this.suggest([]);
    else return;
    event.preventDefault();
    if (step) this.suggest(this.suggested);
  }

  mayRecall() {
    return this.sent.length > 0 && (this.input.value === "" || this.isRecalled());
  }

  isRecalled() {
    return this.input.value !== "" && this.input.value === this.sent[this.recalled];
  }

  recall(event, step) {
    event.preventDefault();
    this.recalled = Math.max(0, Math.min(this.sent.length, this.recalled + step));
    this.put(this.sent[this.recalled] ?? "");
    this.suggest([]);
  }

  async submit() {
    const text = this.input.value.trim();
    if (text === "" || !this.channel) return;
    const isCommand = text.startsWith("/");
    if (isCommand && !this.commandOf(text)) return this.warn(`${text.split(/\s/, 1)[0]} is not a valid command.`);
    this.sent.push(text);
    this.recalled = this.sent.length;
    this.put("");
    this.suggest([]);
    this.send.setAttribute("aria-busy", "true");
    const answer = await this.page.act(isCommand ? "command" : "say", { channel: this.channel, text });
    this.send.removeAttribute("aria-busy");
    if (answer.error) this.giveBack(text, answer.error);
    return undefined;
  }

  giveBack(text, error) {
    if (this.input.value === "") this.put(text);
    this.warn(`${text.split(/\s/, 1)[0]} failed: ${failure(error)}`);
  }

  warn(words) {
    this.warning.hidden = words === "";
    this.warning.textContent = words;
  }

  openShortcuts({ currentTarget }) {
    const shortcuts = this.page.state.shortcuts.filter(({ type }) => type === "global");
    const item = ({ name, description, callback_id }) => ({ text: name, hint: description, act: () => this.page.shortcut(callback_id) });
    const heading = shortcuts.length ? this.page.directory.personName(this.page.directory.bot.id) : "This app has no shortcuts";
    openMenu(currentTarget, shortcuts.map(item), { label: "Shortcuts", heading });
  }
}
