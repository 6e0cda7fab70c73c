/** Kantata's side: the person's entries of this week and the last, and everybody's timesheets, as they stand there. */

import { get } from "./api.js";
import { addDays, hours, shortDay, weekday } from "./dates.js";
import { fill, h } from "./dom.js";
import { Timesheets } from "./timesheets.js";

const FULL_DAY = 480;
const POLL_MS = 1500;

export class Kantata {
  constructor(page) {
    this.page = page;
    this.panel = document.getElementById("kantata");
    this.known = null;
    this.shown = "entries";
    this.header = h("header", { class: "kantata-header" });
    this.entries = h("div", { role: "tabpanel", "aria-label": "Time entries" });
    this.timesheets = new Timesheets(page, () => this.refresh());
    this.tabs = h("div", { class: "kantata-tabs", role: "tablist", "aria-label": "Kantata" });
    fill(this.panel, this.header, this.tabs, this.entries, this.timesheets.element);
    this.turnTo(this.shown);
    setInterval(() => document.hidden || this.refresh(), POLL_MS);
  }

  /** Shows the person's time entries, or everybody's timesheets. */
  turnTo(shown) {
    this.shown = shown;
    this.entries.hidden = shown !== "entries";
    this.timesheets.element.hidden = shown !== "timesheets";
    this.renderHeader();
    this.renderTabs();
  }

  renderHeader() {
    fill(this.header, header(this.person, this.shown));
  }

  renderTabs() {
    const tab = (name, text, count) =>
      h(
        "button",
        { type: "button", role: "tab", "aria-selected": String(this.shown === name), onclick: () => this.turnTo(name) },
        text,
        count > 0 && h("span", { class: "count", title: `${count} wait for a decision` }, String(count)),
      );
    fill(this.tabs, tab("entries", "Time entries"), tab("timesheets", "Timesheets", this.timesheets.pending));
  }

  /** Fetches both and shows them; what is new since the last look is marked. */
  async refresh() {
    const { user } = this.page;
    if (!user) return;
    const [side] = await Promise.all([get(`/kantata/page?user=${encodeURIComponent(user)}`), this.refreshTimesheets()]);
    if (user !== this.page.user) return;
    const source = JSON.stringify(side);
    if (source !== this.source) this.render(side);
    this.source = source;
  }

  async refreshTimesheets() {
    if (await this.timesheets.refresh()) this.renderTabs();
  }

  /** Forgets whose entries were shown. */
  clear() {
    this.source = null;
    this.known = null;
  }

  render(side) {
    const entries = [...(side?.weeks ?? []).flatMap((week) => week.entries), ...(side?.time_off ?? [])];
    const before = this.known;
    this.isNew = (entry) => before !== null && before.get(entry.id) !== JSON.stringify(entry);
    this.known = new Map(entries.map((entry) => [entry.id, JSON.stringify(entry)]));
    this.person = side?.person;
    this.renderHeader();
    fill(this.entries, side === null ? unreachable() : !side.person ? nobody() : [this.timeOff(side.time_off), side.weeks.map((week, at) => this.week(week, at))]);
  }

  /** The person's days off, from last week on; nothing where there are none. */
  timeOff(days) {
    if (days.length === 0) return null;
    const dayOff = (day) =>
      h(
        "li",
        { class: this.isNew(day) ? "entry new" : "entry" },
        h("span", { class: "duration" }, hours(day.minutes)),
        h("p", { class: "where" }, h("b", {}, "Off"), ` · ${shortDay(day.date)}`),
      );
    return h(
      "section",
      { class: "week", "aria-label": "Time off" },
      h("header", {}, h("h3", {}, "Time off"), h("strong", { class: "total" }, hours(sum(days)))),
      h("div", { class: "day" }, h("ul", {}, days.map(dayOff))),
    );
  }

  week(week, at) {
    const name = ["This week", "Last week"][at] ?? "Week";
    const days = Array.from({ length: 7 }, (_, day) => addDays(week.start, day));
    const logged = days.filter((date) => week.entries.some((entry) => entry.date === date)).reverse();
    return h(
      "section",
      { class: "week", "aria-label": name },
      h(
        "header",
        {},
        h("h3", {}, name),
        h("span", { class: "range" }, `${shortDay(days[0])} – ${shortDay(days[6])}`),
        h("strong", { class: "total", "aria-label": `${name}, total` }, hours(week.total_minutes)),
      ),
      chart(days, week.entries),
      logged.length === 0 && h("p", { class: "nothing" }, "Nothing logged"),
      logged.map((date) => this.day(date, week.entries.filter((entry) => entry.date === date))),
    );
  }

  day(date, entries) {
    return h(
      "div",
      { class: "day" },
      h("h4", {}, shortDay(date), h("span", {}, hours(sum(entries)))),
      h("ul", {}, entries.map((entry) => this.entry(entry))),
    );
  }

  entry(entry) {
    const tags = [h("span", { class: entry.billable ? "tag billable" : "tag" }, entry.billable ? "billable" : "not billable"), status(entry)];
    return h(
      "li",
      { class: this.isNew(entry) ? "entry new" : "entry" },
      h("span", { class: "duration" }, hours(entry.minutes)),
      h("div", {}, h("p", { class: "where" }, where(entry)), entry.notes && h("p", { class: "notes" }, entry.notes), h("p", { class: "tags" }, tags)),
    );
  }
}

function header(person, shown) {
  const ofPerson = person ? `Time entries of ${person.name}` : "The other system, as it stands";
  const said = shown === "timesheets" ? "Everybody’s timesheets" : ofPerson;
  return [h("span", { class: "kantata-mark", "aria-hidden": "true" }, "K"), h("div", {}, h("h2", {}, "Kantata"), h("p", {}, said))];
}

/** A bar a day; as high as it is wide for a full day. */
function chart(days, entries) {
  const bar = (date) => {
    const minutes = sum(entries.filter((entry) => entry.date === date));
    const filled = h("i");
    filled.style.height = `${Math.min(100, (minutes / FULL_DAY) * 100)}%`;
    return h("li", { title: `${shortDay(date)}: ${hours(minutes)}` }, h("span", { class: "bar" }, filled), weekday(date));
  };
  return h("ol", { class: "chart", "aria-hidden": "true" }, days.map(bar));
}

function where({ client, project, task }) {
  const place = client && !project.toLowerCase().startsWith(client.toLowerCase()) ? `${client} / ${project}` : project;
  return [h("b", {}, place), task && ` · ${task}`];
}

const STATES = new Set(["submitted", "approved", "rejected", "invoiced", "locked"]);

const status = (entry) => (STATES.has(entry.status) ? h("span", { class: `tag ${entry.status}` }, entry.status) : null);

const nobody = () => h("p", { class: "nothing" }, "Nobody in Kantata has this person’s e-mail address.");

const unreachable = () => h("p", { class: "nothing" }, "The sandbox doesn’t answer.");

const sum = (entries) => entries.reduce((minutes, entry) => minutes + entry.minutes, 0);
