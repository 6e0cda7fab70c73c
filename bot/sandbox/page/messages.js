/** The messages of one conversation, newest last. */

import { clock, dayOf, now, relativeDay } from "./dates.js";
import { avatar } from "./directory.js";
import { h } from "./dom.js";
import { icon } from "./icons.js";
import { openMenu } from "./menu.js";
import { mrkdwn } from "./mrkdwn.js";
import { Surface } from "./surface.js";

const TOGETHER_SECONDS = 300;
const NEAR_BOTTOM = 80;

export class Messages {
  constructor(page) {
    this.page = page;
    this.list = document.getElementById("messages");
    this.scroller = document.getElementById("scroll");
    this.rows = new Map();
    this.channel = null;
  }

  /** Shows a conversation; what did not change stays as it is, and what is entered in it stays. */
  render(channel, messages) {
    const switched = channel !== this.channel;
    const { scrollHeight, scrollTop, clientHeight } = this.scroller;
    const following = switched || scrollHeight - scrollTop - clientHeight < NEAR_BOTTOM;
    if (switched) this.rows.clear();
    this.channel = channel;
    const before = this.rows;
    this.rows = new Map();
    messages.forEach((message, at) => this.put(message, messages[at - 1], before));
    this.settle([...this.rows.values()].map(({ node }) => node));
    if (following) this.scroller.scrollTop = this.scroller.scrollHeight;
  }

  /** Forgets every row: another person is looking now. */
  clear() {
    this.channel = null;
    this.rows.clear();
    this.list.replaceChildren();
  }

  put(message, previous, before) {
    const id = message.ephemeral ? message.id : message.ts;
    const row = before.get(id) ?? { surface: new Surface(this.page, target(message)) };
    const newDay = !previous || this.day(previous) !== this.day(message);
    const continues = !newDay && isContinued(previous, message);
    const source = JSON.stringify([message, newDay, continues]);
    if (row.source !== source) {
      row.surface.render(message.blocks ?? []);
      row.node = this.row(message, row.surface, newDay, continues);
    }
    row.source = source;
    this.rows.set(id, row);
  }

  day(message) {
    return dayOf(Number(message.ts), this.page.directory.zone);
  }

  row(message, surface, newDay, continues) {
    const { directory } = this.page;
    const body = surface.blocks.length ? surface.element : h("div", { class: "mrkdwn" }, mrkdwn(message.text ?? "", directory));
    const content = h(
      "div",
      { class: "message-content" },
      message.ephemeral && h("p", { class: "only-you" }, icon("eye"), "Only visible to you"),
      !continues && this.heading(message),
      body,
      (message.files ?? []).map(sharedFile),
      message.edited && h("span", { class: "edited" }, "(edited)"),
    );
    const side = continues ? h("span", { class: "side-time" }, this.time(message)) : avatar(directory.person(message.user), directory.bot);
    const classes = ["message", continues && "continues", message.ephemeral && "ephemeral"].filter(Boolean).join(" ");
    const row = h("article", { class: classes, "aria-label": message.text || null }, h("div", { class: "message-side" }, side), content, this.tools(message));
    return h("li", {}, newDay && this.dayLine(message), row);
  }

  heading(message) {
    const { directory } = this.page;
    const isApp = message.user === directory.bot.id;
    return h(
      "p",
      { class: "message-heading" },
      h("strong", {}, directory.personName(message.user)),
      isApp && h("span", { class: "app-badge" }, "APP"),
      h("time", {}, this.time(message)),
    );
  }

  time(message) {
    return clock(Number(message.ts), this.page.directory.zone);
  }

  dayLine(message) {
    const today = dayOf(now(), this.page.directory.zone);
    return h("div", { class: "day-line" }, h("span", {}, relativeDay(this.day(message), today)));
  }

  tools(message) {
    const shortcuts = this.page.state.shortcuts.filter(({ type }) => type === "message");
    if (message.ephemeral || shortcuts.length === 0) return null;
    const item = ({ name, description, callback_id }) => ({
      text: name,
      hint: description,
      act: () => this.page.shortcut(callback_id, { channel: message.channel, ts: message.ts }),
    });
    const open = ({ currentTarget }) =>
      openMenu(currentTarget, shortcuts.map(item), { label: "Message shortcuts", heading: this.page.directory.personName(this.page.directory.bot.id) });
    const label = `More actions: ${(message.text ?? "").slice(0, 60)}`;
    return h("div", { class: "message-tools" }, h("button", { type: "button", "aria-haspopup": "menu", "aria-label": label, onclick: open }, icon("more"), "More"));
  }

  settle(nodes) {
    const wanted = new Set(nodes);
    for (const child of [...this.list.children]) if (!wanted.has(child)) child.remove();
    nodes.forEach((node, at) => {
      if (this.list.children[at] !== node) this.list.insertBefore(node, this.list.children[at] ?? null);
    });
  }
}

const target = ({ ephemeral, id, channel, ts }) => (ephemeral ? { kind: "ephemeral", id } : { kind: "message", channel, ts });

/** A file under a message: a picture is shown, with its words for who cannot see it; all else is a link. */
const sharedFile = ({ title, name, mimetype, url_private: url, alt_txt: words }) => {
  const path = new URL(url).pathname;
  const picture = mimetype.startsWith("image/") && h("img", { src: path, alt: words ?? title });
  return h("figure", { class: "file" }, picture, h("a", { href: path, download: name }, title));
};

const isContinued = (previous, message) =>
  previous.user === message.user && !previous.ephemeral && !message.ephemeral && Number(message.ts) - Number(previous.ts) < TOGETHER_SECONDS;
