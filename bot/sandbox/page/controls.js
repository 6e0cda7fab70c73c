/** The sandbox's own controls: the bot's process, what is wrong with Kantata just now, and what time it is. */

import { get, post } from "./api.js";
import { localMinute, moveClock, now } from "./dates.js";
import { fill, h } from "./dom.js";

const FAULTS = { off: "answers", slow: "is slow", failing: "fails", hanging: "hangs" };
const STATES = { running: "running", starting: "starting …", stopped: "stopped" };
const POLL_MS = 1500;

export class Controls {
  constructor(page) {
    this.page = page;
    this.bar = document.getElementById("controls");
    this.restarts = null;
    setInterval(() => document.hidden || this.refresh(), POLL_MS);
    this.refresh();
  }

  async refresh() {
    const state = await get("/sandbox/state");
    const source = JSON.stringify(state);
    if (source === this.source) return;
    this.source = source;
    if (!state) return fill(this.bar);
    moveClock(state.moved ?? 0);
    this.tellRestart(state.bot);
    return fill(this.bar, state.bot && this.bot(state.bot), this.kantata(state.faults), state.moved !== null && this.clock());
  }

  tellRestart(bot) {
    if (!bot) return;
    if (this.restarts !== null && bot.restarts > this.restarts) this.page.toast("The bot was restarted");
    this.restarts = bot.restarts;
  }

  bot({ status }) {
    return h(
      "p",
      {},
      h("span", { class: `lamp ${status}`, "aria-hidden": "true" }),
      h("span", { role: "status" }, `Bot: ${STATES[status] ?? status}`),
      this.action("Restart", "/sandbox/bot/restart"),
      this.action("Kill", "/sandbox/bot/kill"),
    );
  }

  action(name, path) {
    return h("button", { type: "button", title: `${name} the bot’s process`, onclick: () => this.act(path, {}) }, name);
  }

  kantata(faults) {
    const choose = ({ currentTarget }) => this.act("/sandbox/kantata/faults", { mode: currentTarget.value });
    const option = ([mode, words]) => h("option", { value: mode, selected: mode === faults }, words);
    return h("label", {}, h("span", { class: `lamp ${faults}`, "aria-hidden": "true" }), "Kantata ", h("select", { onchange: choose }, Object.entries(FAULTS).map(option)));
  }

  /** Another time, on the clock of whoever looks, to which Slack, Kantata and the bot go together. */
  clock() {
    const { page } = this;
    const zone = page.directory?.zone ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
    const time = h("input", { type: "datetime-local", value: localMinute(now(), zone), required: true });
    const go = async (event) => {
      event.preventDefault();
      await this.act("/sandbox/clock", { user: page.user, to: time.value });
      await page.kantata.refresh();
    };
    return h("form", { class: "clock", onsubmit: go }, h("label", {}, "Clock ", time), h("button", {}, "Go there"));
  }

  async act(path, body) {
    const answer = await post(path, body);
    if (answer.error) this.page.toast(answer.error);
    await this.refresh();
  }
}
