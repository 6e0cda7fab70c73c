/** The page: who is looking, where they are, and one way to get anything done: act, then look again. */

import { failure, get, listen, post } from "./api.js";
import { Composer } from "./composer.js";
import { Controls } from "./controls.js";
import { Directory } from "./directory.js";
import { fill, h } from "./dom.js";
import { Forms } from "./forms.js";
import { icon } from "./icons.js";
import { Kantata } from "./kantata.js";
import { Messages } from "./messages.js";
import { renderPerson } from "./person.js";
import { renderPlace, renderSidebar } from "./sidebar.js";
import { Surface } from "./surface.js";

const TOAST_MS = 5000;
const $ = (id) => document.getElementById(id);

class Page {
  constructor() {
    this.user = null;
    this.place = {};
    this.seen = new Map();
    this.messages = new Messages(this);
    this.forms = new Forms(this);
    this.composer = new Composer(this);
    this.kantata = new Kantata(this);
    this.controls = new Controls(this);
  }

  /** Becomes the person named in the address, or the first there is; then shows what they see. */
  async start() {
    const wanted = new URLSearchParams(location.hash.slice(1));
    const channel = wanted.get("channel");
    this.place = wanted.has("home") ? { home: true } : channel ? { channel } : {};
    const state = await get("/sandbox/state");
    await this.become(wanted.get("user") ?? state?.you);
    if (!this.state) await this.become(state?.you);
  }

  /** Another person looks from now on. */
  async become(user) {
    this.stop?.();
    this.user = user;
    this.state = null;
    this.home = new Surface(this, { kind: "home" });
    fill($("home"), this.home.element);
    this.messages.clear();
    this.kantata.clear();
    this.seen.clear();
    await this.refresh();
    this.stop = listen(this.user, (event) => this.heard(event), (connected) => this.connected(connected));
    if (this.place.home) this.act("home");
    await this.kantata.refresh();
  }

  /** Does something as this person, then looks at what became of it. The answer has `error` where it failed. */
  async act(name, body = {}) {
    const answer = await this.ask(name, body);
    await Promise.all([this.refresh(), this.kantata.refresh()]);
    return answer;
  }

  /** Asks the workspace something as this person. */
  ask(name, body) {
    return post(`/slack/page/${name}`, { user: this.user, ...body });
  }

  /** A shortcut, on a message or on none. */
  async shortcut(callbackId, message) {
    const answer = await this.act("shortcut", { callback_id: callbackId, message });
    if (answer.error) this.toast(`The shortcut didn’t work: ${failure(answer.error)}`);
  }

  /** Goes to a conversation ({channel}) or to the app's Home tab ({home: true}). */
  async go(place) {
    this.place = place;
    this.drawer("sidebar", false);
    this.render();
    if (place.home) await this.act("home");
    else this.composer.input.focus();
  }

  heard(event) {
    if (event.type === "toast") this.toast(event.text);
    this.refresh();
  }

  connected(isConnected) {
    $("offline").hidden = isConnected;
    if (isConnected) this.refresh();
  }

  /** Fetches what this person sees and shows it. Asked again meanwhile, it looks once more. */
  refresh() {
    this.wanted = (this.wanted ?? 0) + 1;
    this.looking ??= this.look();
    return this.looking;
  }

  async look() {
    let looked = 0;
    while (looked < this.wanted) {
      looked = this.wanted;
      const { user } = this;
      const state = await get(`/slack/page/state?user=${encodeURIComponent(user)}`);
      if (state && user === this.user) this.show(state);
      else if (user !== this.user) this.wanted += 1;
    }
    this.wanted = 0;
    this.looking = null;
  }

  show(state) {
    const isSame = this.state && JSON.stringify(this.state) === JSON.stringify(state);
    if (isSame) return;
    const isFirst = !this.state;
    this.state = state;
    this.user = state.me.id;
    this.directory = new Directory(state);
    if (isFirst) {
      renderPerson($("person"), this.directory, (user) => this.become(user));
      for (const [channel, messages] of Object.entries(state.messages)) this.seen.set(channel, messages.length);
    }
    this.render();
  }

  render() {
    const { directory, state } = this;
    this.place = this.placeToBe();
    const { home, channel } = this.place;
    const shown = state.messages[channel] ?? [];
    if (channel) this.seen.set(channel, shown.length);
    const unread = new Map(Object.entries(state.messages).map(([id, messages]) => [id, messages.length - (this.seen.get(id) ?? 0)]));
    const parts = { directory, state, place: this.place, unread, go: (place) => this.go(place) };
    renderSidebar($("sidebar"), parts);
    renderPlace($("place"), parts);
    $("home").hidden = !home;
    $("messages").hidden = Boolean(home);
    $("composer").hidden = Boolean(home);
    if (home) this.home.render(state.home?.blocks ?? [{ type: "section", text: { type: "plain_text", text: "This app shows nothing here yet." } }]);
    else this.messages.render(channel, shown);
    if (channel) this.composer.turnTo(channel, directory.conversationTitle(channel), state.read_only && channel === directory.appChannel?.id);
    this.forms.render(state.views);
    this.remember();
  }

  /** Where this person wants to be, or the first conversation where that is not there for them. */
  placeToBe() {
    const { home, channel } = this.place;
    const isThere = home ? this.state.tabs.home : this.directory.channels.has(channel);
    return isThere ? this.place : { channel: this.directory.conversations()[0]?.id };
  }

  /** Keeps person and place in the address: a reload comes back to it. */
  remember() {
    const { home, channel } = this.place;
    history.replaceState(null, "", `#${new URLSearchParams({ user: this.user, ...(home ? { home: "1" } : { channel }) })}`);
  }

  toast(text) {
    const node = h("p", { class: "toast" }, text);
    $("toasts").append(node);
    setTimeout(() => node.remove(), TOAST_MS);
  }

  /** Opens or closes what a narrow screen has no room for. */
  drawer(id, isOpen) {
    $(id).classList.toggle("open", isOpen);
    $(`show-${id}`).setAttribute("aria-expanded", String(isOpen));
  }
}

function prepareDrawers(page) {
  $("show-sidebar").append(icon("menu"));
  for (const id of ["sidebar", "kantata"]) {
    $(`show-${id}`).addEventListener("click", () => {
      const isOpen = !$(id).classList.contains("open");
      for (const each of ["sidebar", "kantata"]) page.drawer(each, each === id && isOpen);
    });
  }
}

const page = new Page();
prepareDrawers(page);
page.start();
