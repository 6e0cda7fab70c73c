/** Who and what is in the workspace, by id, as one person sees it. */

import { h } from "./dom.js";
import { icon } from "./icons.js";

export class Directory {
  constructor(state) {
    this.me = state.me;
    this.bot = state.bot;
    this.zone = state.me.tz ?? "UTC";
    this.users = new Map(state.users.map((user) => [user.id, user]));
    this.channels = new Map(state.channels.map((channel) => [channel.id, channel]));
  }

  person(id) {
    return this.users.get(id) ?? null;
  }

  personName(id) {
    const user = this.person(id);
    return user?.real_name || user?.name || id;
  }

  /** Everybody who can still be there: no bots, nobody who left. */
  people() {
    return [...this.users.values()].filter((user) => !user.is_bot && !user.deleted);
  }

  conversations() {
    return [...this.channels.values()];
  }

  channelName(id, fallback) {
    return this.channels.get(id)?.name ?? fallback ?? id;
  }

  /** "#general", or the other person's name. */
  conversationTitle(id) {
    const channel = this.channels.get(id);
    return channel?.is_im ? this.personName(this.otherOf(channel)) : `#${this.channelName(id)}`;
  }

  /** The other side of direct messages: Slack names the person, who is this one where the app is the other. */
  otherOf(channel) {
    return channel.user === this.me.id ? this.bot.id : channel.user;
  }

  /** The direct messages between this person and the app; null before there are any. */
  get appChannel() {
    return this.conversations().find((channel) => channel.is_im && this.otherOf(channel) === this.bot.id) ?? null;
  }
}

/** The square picture of a person: initials on their colour; the app has its clock. */
export function avatar(user, bot) {
  if (!user || user.id === bot.id || user.is_bot) return h("span", { class: "app-avatar", "aria-hidden": "true" }, icon("clock"));
  const words = (user.real_name || user.name).split(/\s+/).filter(Boolean);
  const initials = [words[0], words.length > 1 && words.at(-1)].filter(Boolean).map((word) => [...word][0]).join("");
  const picture = h("span", { class: "avatar", "aria-hidden": "true" }, initials.toUpperCase());
  picture.style.backgroundColor = user.avatar_color?.replace(/^#?/, "#") ?? "";
  return picture;
}
