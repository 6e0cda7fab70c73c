/** Who is looking: the switch at the top, with everybody's title and time. */

import { Combobox, knownChoices } from "./combobox.js";
import { clock, now } from "./dates.js";
import { avatar } from "./directory.js";
import { fill, freshId, h } from "./dom.js";

/** Draws the switch; `become(user id)` is called when somebody else is chosen. */
export function renderPerson(container, directory, become) {
  const id = freshId("you-are");
  const item = (user) => ({ id: user.id, text: directory.personName(user.id), hint: describe(user), picture: avatar(user, directory.bot) });
  const { me } = directory;
  const box = new Combobox({
    source: knownChoices([{ items: directory.people().map(item) }]),
    selected: [item(me)],
    changed: ([chosen]) => become(chosen.id),
    attributes: { id },
  });
  fill(container, h("label", { for: id }, "You are"), avatar(me, directory.bot), box.element, h("span", { class: "person-about" }, describe(me)));
}

function describe(user) {
  const zone = user.tz ?? "UTC";
  const city = zone.split("/").at(-1).replaceAll("_", " ");
  return [user.title, `${clock(now(), zone)} in ${city}`].filter(Boolean).join(" · ");
}
