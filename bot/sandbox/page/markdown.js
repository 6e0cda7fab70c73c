/** The markdown block: the common part of Markdown as elements. */

import { h } from "./dom.js";
import { link, plain } from "./mrkdwn.js";

const INLINE = /`(?<code>[^`\n]+)`|\*\*(?<bold>[^\n]+?)\*\*|(?<![\p{L}\p{N}_])[*_](?<italic>[^*_\n]+)[*_](?![\p{L}\p{N}_])|~~(?<strike>[^\n]+?)~~|\[(?<label>[^\]\n]+)\]\((?<address>[^)\s]+)\)/gu;
const STARTS = [
  [/^```/, fenced],
  [/^#{1,6} /, heading],
  [/^(?:---+|\*\*\*+)\s*$/, rule],
  [/^> ?/, quote],
  [/^\s*(?:[-*+]|\d+\.) /, list],
  [/^\|.*\|\s*$/, table],
];

/** What a Markdown text shows. */
export function markdown(text) {
  const rest = text.split("\n");
  const nodes = [];
  while (rest.length) {
    const start = STARTS.find(([pattern]) => pattern.test(rest[0]));
    if (start) nodes.push(start[1](rest));
    else if (rest[0].trim() === "") rest.shift();
    else nodes.push(h("p", {}, joined(taken(rest, (line) => line.trim() !== "" && !STARTS.some(([p]) => p.test(line))))));
  }
  return nodes;
}

function fenced(rest) {
  rest.shift();
  const code = taken(rest, (line) => !line.startsWith("```"));
  rest.shift();
  return h("pre", { class: "code" }, code.join("\n"));
}

function heading(rest) {
  return h("h3", {}, inline(rest.shift().replace(/^#+ /, "")));
}

function rule(rest) {
  rest.shift();
  return h("hr");
}

function quote(rest) {
  const quoted = taken(rest, (line) => line.startsWith(">")).map((line) => line.replace(/^> ?/, ""));
  return h("blockquote", {}, joined(quoted));
}

function list(rest) {
  const ordered = /^\s*\d/.test(rest[0]);
  const items = taken(rest, (line) => /^\s*(?:[-*+]|\d+\.) /.test(line));
  return h(ordered ? "ol" : "ul", {}, items.map((line) => h("li", {}, inline(line.replace(/^\s*(?:[-*+]|\d+\.) /, "")))));
}

function table(rest) {
  const rows = taken(rest, (line) => /^\|.*\|\s*$/.test(line)).map(cells);
  const ruled = rows.length > 1 && rows[1].every((cell) => /^:?-+:?$/.test(cell));
  const [head, body] = ruled ? [rows.slice(0, 1), rows.slice(2)] : [[], rows];
  const row = (tag) => (texts) => h("tr", {}, texts.map((text) => h(tag, {}, inline(text))));
  return h("div", { class: "table" }, h("table", {}, h("thead", {}, head.map(row("th"))), h("tbody", {}, body.map(row("td")))));
}

const cells = (line) => line.trim().slice(1, -1).split("|").map((cell) => cell.trim());

function taken(rest, wanted) {
  const end = rest.findIndex((line) => !wanted(line));
  return rest.splice(0, end < 0 ? rest.length : end);
}

const joined = (texts) => texts.flatMap((text, at) => [at > 0 && h("br"), inline(text)]);

function inline(text) {
  const nodes = [];
  let end = 0;
  for (const match of text.matchAll(INLINE)) {
    nodes.push(plain(text.slice(end, match.index)), token(match.groups));
    end = match.index + match[0].length;
  }
  return [...nodes, plain(text.slice(end))];
}

function token({ code, bold, italic, strike, label, address }) {
  if (code !== undefined) return h("code", {}, code);
  if (bold !== undefined) return h("strong", {}, inline(bold));
  if (italic !== undefined) return h("em", {}, inline(italic));
  if (strike !== undefined) return h("s", {}, inline(strike));
  return link(address, inline(label));
}
