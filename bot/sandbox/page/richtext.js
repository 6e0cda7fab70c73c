/** The rich_text block: its sections, lists, quotes and code, element by element. */

import { formatted } from "./dates.js";
import { h } from "./dom.js";
import { emoji } from "./emoji.js";
import { link, mention } from "./mrkdwn.js";

const PARTS = {
  rich_text_section: (part, directory) => h("p", {}, run(part.elements, directory)),
  rich_text_quote: (part, directory) => h("blockquote", {}, run(part.elements, directory)),
  rich_text_preformatted: (part, directory) => h("pre", { class: "code" }, run(part.elements, directory)),
  rich_text_list: list,
};

const ELEMENTS = {
  text: (element) => element.text,
  link: (element) => link(element.url, element.text ?? element.url),
  user: (element, directory) => mention(directory.personName(element.user_id), element.user_id === directory.me.id),
  channel: (element, directory) => h("span", { class: "mention" }, `#${directory.channelName(element.channel_id)}`),
  broadcast: (element) => h("span", { class: "mention everybody" }, `@${element.range}`),
  emoji: (element) => emoji(element.name) ?? `:${element.name}:`,
  date: (element, directory) => h("time", {}, formatted(element.timestamp, element.format, directory.zone)),
};

const STYLES = { bold: "strong", italic: "em", strike: "s", code: "code", underline: "u" };

/** What a rich_text block shows. */
export const richText = (block, directory) =>
  h("div", { class: "rich-text" }, block.elements.map((part) => PARTS[part.type]?.(part, directory)));

function list(part, directory) {
  const items = part.elements.map((item) => h("li", {}, run(item.elements, directory)));
  const start = part.offset ? part.offset + 1 : null;
  return h(part.style === "ordered" ? "ol" : "ul", { class: `indent-${part.indent ?? 0}`, start }, items);
}

const run = (elements, directory) => elements.map((element) => styled(element, ELEMENTS[element.type]?.(element, directory)));

function styled(element, content) {
  const tags = Object.entries(STYLES).filter(([style]) => element.style?.[style]).map(([, tag]) => tag);
  return tags.reduce((inner, tag) => h(tag, {}, inner), content ?? "");
}
