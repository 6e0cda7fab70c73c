/** Emoji by short name, as Slack writes them: `:white_check_mark:`. */

import { h } from "./dom.js";
import { picture } from "./icons.js";

const CHARACTERS = {
  "+1": "👍", "-1": "👎", arrow_left: "⬅️", arrow_right: "➡️", beach_with_umbrella: "🏖️", clap: "👏", coffee: "☕",
  eyes: "👀", heart: "❤️", link: "🔗", partying_face: "🥳", point_right: "👉", rocket: "🚀", slightly_smiling_face: "🙂",
  smile: "😄", sparkles: "✨", star: "⭐", thermometer: "🌡️", thinking_face: "🤔", wave: "👋", zzz: "💤",
};

/** The emoji of that name, or null where nobody knows it (its name then stays as text). */
export function emoji(name) {
  const drawn = picture(name);
  if (!drawn && !Object.hasOwn(CHARACTERS, name)) return null;
  const label = name.replaceAll("_", " ");
  return h("span", { class: "emoji", role: "img", "aria-label": label, title: `:${name}:` }, drawn ?? CHARACTERS[name]);
}
