/** Everybody's timesheets in Kantata, and deciding about them there, past the bot. */

import { get, post } from "./api.js";
import { hours, shortDay } from "./dates.js";
import { fill, h } from "./dom.js";

const WORDS = { pending: "waiting", approved: "approved", rejected: "rejected", cancelled: "taken back" };

export class Timesheets {
  /** `decided` is called after every decision made here. */
  constructor(page, decided) {
    this.page = page;
    this.decided = decided;
    this.element = h("div", { class: "sheets", role: "tabpanel", "aria-label": "Timesheets" });
    this.pending = 0;
    this.known = null;
    this.drafts = new Map();
  }

  /** Fetches the timesheets; whether anything has changed. What somebody is typing is left alone. */
  async refresh() {
    const side = await get("/kantata/page/timesheets");
    const source = JSON.stringify(side);
    if (source === this.source || this.element.contains(document.activeElement?.closest("textarea"))) return false;
    this.source = source;
    this.side = side;
    this.pending = side?.pending ?? 0;
    const before = this.known;
    this.isNew = (sheet) => before !== null && before.get(sheet.id) !== sheet.status;
    this.known = new Map((side?.timesheets ?? []).map((sheet) => [sheet.id, sheet.status]));
    this.render();
    return true;
  }

  render() {
    const sheets = this.side?.timesheets ?? [];
    const waiting = sheets.filter((sheet) => sheet.status === "pending");
    const settled = sheets.filter((sheet) => sheet.status !== "pending");
    fill(
      this.element,
      h("h3", {}, waiting.length > 0 ? "Waiting: decide here, past the bot" : "Nothing waits for a decision"),
      waiting.map((sheet) => this.sheet(sheet)),
      settled.length > 0 && h("h3", {}, "Decided or taken back"),
      settled.map((sheet) => this.sheet(sheet)),
      this.side?.hidden > 0 && h("p", { class: "said" }, `… and ${this.side.hidden} more`),
    );
  }

  sheet(sheet) {
    const name = `${sheet.person}, ${place(sheet)}, ${WORDS[sheet.status]}`;
    return h(
      "article",
      { class: this.isNew(sheet) ? "sheet new" : "sheet", "aria-label": name },
      h("header", {}, h("h4", {}, sheet.person), h("span", { class: `tag ${sheet.status}` }, WORDS[sheet.status])),
      h("p", { class: "where" }, h("b", {}, place(sheet))),
      h("p", { class: "facts" }, h("span", {}, `${shortDay(sheet.start)} – ${shortDay(sheet.end)}`), h("b", {}, hours(sheet.minutes))),
      sheet.comment && h("p", { class: "said" }, `“${sheet.comment}”`),
      sheet.by && h("p", { class: "said" }, `${sheet.status === "approved" ? "Approved" : "Rejected"} by ${sheet.by}`, sheet.why && `: ${sheet.why}`),
      sheet.status === "pending" && this.deciding(sheet),
    );
  }

  /** Who decides, and how; what is entered outlives the next look. */
  deciding(sheet) {
    const draft = this.draft(sheet);
    if (sheet.deciders.length === 0) return h("p", { class: "said" }, "Nobody may decide about it.");
    const option = ({ id, name }) => h("option", { value: id, selected: id === draft.by }, name);
    const choose = ({ currentTarget }) => (draft.by = currentTarget.value);
    const buttons = draft.rejecting
      ? [h("button", { type: "button", class: "no", onclick: () => this.decide(sheet, "reject") }, "Reject"), this.turn("Back", draft, false)]
      : [h("button", { type: "button", class: "yes", onclick: () => this.decide(sheet, "approve") }, "Approve"), this.turn("Reject…", draft, true)];
    const reason = h("textarea", { "aria-label": "Reason", placeholder: "Reason", value: draft.reason, oninput: ({ currentTarget }) => (draft.reason = currentTarget.value) });
    return h(
      "div",
      { class: "deciding", role: "group", "aria-label": "Decide in Kantata itself" },
      draft.rejecting && reason,
      h("label", {}, "As", h("select", { "aria-label": "Decide as", onchange: choose }, sheet.deciders.map(option))),
      buttons,
      draft.error && h("p", { role: "alert" }, draft.error),
    );
  }

  draft(sheet) {
    if (!this.drafts.has(sheet.id)) this.drafts.set(sheet.id, { by: sheet.deciders[0]?.id, reason: "", rejecting: false });
    return this.drafts.get(sheet.id);
  }

  turn(name, draft, rejecting) {
    const act = () => {
      Object.assign(draft, { rejecting, error: null });
      this.render();
      this.element.querySelector("textarea")?.focus();
    };
    return h("button", { type: "button", onclick: act }, name);
  }

  async decide(sheet, verdict) {
    const draft = this.draft(sheet);
    const reason = verdict === "reject" ? draft.reason.trim() : "";
    if (verdict === "reject" && !reason) draft.error = "Say why.";
    else draft.error = (await post("/kantata/page/decide", { id: sheet.id, verdict, by: draft.by, reason })).error ?? null;
    if (draft.error) this.render();
    else this.drafts.delete(sheet.id);
    await this.decided();
  }
}

function place({ client, project }) {
  return client && !project.toLowerCase().startsWith(client.toLowerCase()) ? `${client} / ${project}` : project;
}
