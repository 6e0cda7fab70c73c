/** Slack's mrkdwn as elements (docs.slack.dev, formatting message text): marks, links, mentions, dates, emoji. */

import { formatted } from "./dates.js";
import { h } from "./dom.js";
import { emoji } from "./emoji.js";

const FENCE = /```([\s\S]*?)```/;
const BEFORE = "(?<![\\p{L}\\p{N}";
const AFTER = "(?![\\p{L}\\p{N}";
const marked = (mark, name) =>
  `${BEFORE}${mark}])${mark}(?=[^\\s${mark}])(?<${name}>[^${mark}\\n]*?[^\\s${mark}]|[^\\s${mark}])${mark}${AFTER}${mark}])`;
const INLINE = new RegExp(
  [
    "`(?<code>[^`\\n]+)`",
    "<(?<angle>[^<>\\n]+)>",
    ":(?<emoji>[a-z0-9_+-]+):",
    marked("\\*", "bold"),
    marked("_", "italic"),
    marked("~", "strike"),
    "(?<url>https?:\\/\\/[^\\s<>]*[^\\s<>.,;:!?)])",
  ].join("|"),
  "gu",
);

/** What a mrkdwn text shows; `directory` knows people, channels and the viewer's time zone. */
export function mrkdwn(text, directory) {
  const [before, fenced, ...after] = text.split(FENCE);
  if (fenced === undefined) return lines(text, directory);
  const rest = text.slice(before.length + fenced.length + 6);
  const code = h("pre", { class: "code" }, unescaped(fenced.replace(/^\n/, "")));
  return [...lines(before.replace(/\n$/, ""), directory), code, ...(after.length ? mrkdwn(rest.replace(/^\n/, ""), directory) : [])];
}

/** What a plain text shows: itself, with its emoji. */
export function plain(text) {
  return text.split(/(:[a-z0-9_+-]+:)/).map((part) => (/^:.+:$/.test(part) ? emoji(part.slice(1, -1)) ?? part : part));
}

/** A link where the address is one a browser may follow, else its text alone. */
export function link(address, content) {
  const safe = /^(https?:|mailto:)/i.test(address);
  return safe ? h("a", { href: address, target: "_blank", rel: "noopener noreferrer" }, content) : content;
}

/** The name of a person as a mention. */
export const mention = (name, mine) => h("span", { class: mine ? "mention mine" : "mention" }, `@${name}`);

function lines(text, directory) {
  const nodes = [];
  let quoted = [];
  const flush = () => {
    if (quoted.length) nodes.push(h("blockquote", {}, broken(quoted, directory)));
    quoted = [];
  };
  const plainLines = [];
  const flushPlain = () => {
    if (plainLines.length) nodes.push(...broken(plainLines.splice(0), directory));
  };
  for (const line of text === "" ? [] : text.split("\n")) {
    const quote = /^(?:>|&gt;) ?(.*)$/.exec(line);
    if (quote) {
      flushPlain();
      quoted.push(quote[1]);
    } else {
      flush();
      plainLines.push(line);
    }
  }
  flush();
  flushPlain();
  return nodes;
}

const broken = (texts, directory) =>
  texts.flatMap((text, at) => [at > 0 && h("br"), ...inline(text, directory)]).filter(Boolean);

function inline(text, directory) {
  const nodes = [];
  let end = 0;
  for (const match of text.matchAll(INLINE)) {
    const node = token(match.groups, directory);
    if (node === null) continue;
    nodes.push(unescaped(text.slice(end, match.index)), node);
    end = match.index + match[0].length;
  }
  return [...nodes, unescaped(text.slice(end))].filter((node) => node !== "");
}

function token(groups, directory) {
  if (groups.code !== undefined) return h("code", {}, unescaped(groups.code));
  if (groups.angle !== undefined) return angle(groups.angle, directory);
  if (groups.emoji !== undefined) return emoji(groups.emoji);
  if (groups.bold !== undefined) return h("strong", {}, inline(groups.bold, directory));
  if (groups.italic !== undefined) return h("em", {}, inline(groups.italic, directory));
  if (groups.strike !== undefined) return h("s", {}, inline(groups.strike, directory));
  return link(unescaped(groups.url), unescaped(groups.url));
}

function angle(content, directory) {
  const [target, label] = divided(content);
  if (target.startsWith("@")) return mention(directory.personName(target.slice(1)), target.slice(1) === directory.me.id);
  if (target.startsWith("#")) return h("span", { class: "mention" }, `#${directory.channelName(target.slice(1), label)}`);
  if (target.startsWith("!date^")) return instant(target, label, directory);
  if (target.startsWith("!")) return h("span", { class: "mention everybody" }, label ?? `@${target.slice(1).split("^")[0]}`);
  return link(unescaped(target), label === undefined ? unescaped(target.replace(/^mailto:/, "")) : inline(label, directory));
}

function instant(target, fallback, directory) {
  const [, seconds, format, address] = target.split("^");
  const shown = Number.isInteger(Number(seconds)) && format ? formatted(Number(seconds), format, directory.zone) : fallback;
  const time = h("time", { title: fallback === undefined ? null : unescaped(fallback) }, shown ?? "");
  return address ? link(address, time) : time;
}

function divided(content) {
  const bar = content.indexOf("|");
  return bar < 0 ? [content, undefined] : [content.slice(0, bar), content.slice(bar + 1)];
}

const unescaped = (text) => text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
