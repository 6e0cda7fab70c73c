/** The conversations of the workspace, and the top of the one that is open. */

import { avatar } from "./directory.js";
import { fill, h } from "./dom.js";
import { icon } from "./icons.js";

/** Draws the sidebar; `go(place)` is called with {channel} or {home: true}. `unread`: message counts by channel. */
export function renderSidebar(container, { directory, state, place, unread, go }) {
  const conversations = directory.conversations();
  const app = directory.appChannel;
  const entry = (channel, picture) => {
    const count = unread.get(channel.id) ?? 0;
    const current = place.channel === channel.id;
    return item(picture, title(channel, directory), count, current, () => go({ channel: channel.id }));
  };
  const appCount = app ? unread.get(app.id) ?? 0 : 0;
  const openApp = () => go(state.tabs.home && !appCount ? { home: true } : { channel: app?.id });
  const inApp = Boolean(place.home) || (app !== null && place.channel === app.id);
  fill(
    container,
    h("h1", {}, state.team.name),
    group("Channels", conversations.filter((each) => !each.is_im).map((channel) => entry(channel, icon("hash")))),
    group(
      "Direct messages",
      conversations.filter((each) => each.is_im && each.id !== app?.id).map((channel) => entry(channel, avatar(directory.person(directory.otherOf(channel)), directory.bot))),
    ),
    group("Apps", [item(avatar(null, directory.bot), directory.personName(directory.bot.id), appCount, inApp, openApp)]),
  );
}

/** Draws the top of the open conversation; the app's has the tabs Home and Messages. */
export function renderPlace(container, { directory, state, place, go }) {
  const app = directory.appChannel;
  const isApp = place.home || place.channel === app?.id;
  const channel = directory.channels.get(place.channel);
  const heading = isApp ? directory.personName(directory.bot.id) : directory.conversationTitle(place.channel);
  const about = isApp ? "App" : channel?.topic || (channel?.members ? `${memberCount(channel.members)} members` : "");
  fill(
    container,
    h("div", { class: "place-title" }, isApp && avatar(null, directory.bot), h("h2", {}, heading), h("p", {}, about)),
    isApp && tabs(state.tabs, place, app, go),
  );
}

function tabs(has, place, app, go) {
  const tab = (name, selected, to) =>
    h("button", { type: "button", role: "tab", "aria-selected": String(selected), onclick: () => go(to) }, name);
  return h(
    "div",
    { class: "tabs", role: "tablist", "aria-label": "Kantata" },
    has.home && tab("Home", Boolean(place.home), { home: true }),
    has.messages && app && tab("Messages", place.channel === app.id, { channel: app.id }),
  );
}

const title = (channel, directory) => (channel.is_im ? directory.personName(directory.otherOf(channel)) : channel.name);

const memberCount = (members) => (Array.isArray(members) ? members.length : members);

const group = (name, items) => (items.length ? h("section", {}, h("h2", {}, name), h("ul", {}, items)) : null);

function item(picture, text, unread, current, act) {
  const count = unread > 0 && h("span", { class: "count", "aria-label": `${unread} new` }, String(unread));
  const classes = unread > 0 ? "unread" : null;
  return h("li", {}, h("button", { type: "button", class: classes, "aria-current": current ? "page" : null, onclick: act }, picture, h("span", { class: "entry-name" }, text), count));
}
