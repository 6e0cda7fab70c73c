/** Block Kit's blocks (docs.slack.dev, blocks) as elements of the page. */

import { freshId, h } from "./dom.js";
import { image, isGroup, renderElement } from "./elements.js";
import { Field } from "./field.js";
import { markdown } from "./markdown.js";
import { richText } from "./richtext.js";
import { showText } from "./text.js";

const BLOCKS = {
  section,
  actions,
  context,
  input,
  table,
  divider: () => h("hr", { class: "divider" }),
  header: (block, { directory }) => h("h3", { class: "header-block" }, showText(block.text, directory)),
  image: imageBlock,
  markdown: (block) => h("div", { class: "markdown" }, markdown(block.text)),
  rich_text: (block, { directory }) => richText(block, directory),
  alert: (block, { directory }) => h("div", { class: `alert ${block.level ?? "default"}`, role: "note" }, showText(block.text, directory)),
};

/** What elements are called that nothing on the screen names. */
const NAMES = { datepicker: "Date", timepicker: "Time", datetimepicker: "Date and time", checkboxes: "Choices", radio_buttons: "Choices" };

/** The block on its surface; a kind nobody knows is named, so that it is not missed. */
export function renderBlock(block, surface) {
  const draw = BLOCKS[block.type];
  return draw ? draw(block, surface) : h("p", { class: "unknown" }, `“${block.type}” blocks can’t be shown here`);
}

function section(block, surface) {
  const { directory } = surface;
  const body = h(
    "div",
    { class: "section-body" },
    block.text && h("div", { class: "mrkdwn" }, showText(block.text, directory)),
    block.fields && h("div", { class: "fields" }, block.fields.map((text) => h("div", { class: "mrkdwn" }, showText(text, directory)))),
  );
  const { accessory } = block;
  const named = { "aria-label": block.text?.text.replace(/[*_~`]/g, "").slice(0, 100) };
  const shown = accessory && h("div", { class: "accessory" }, renderElement(new Field(surface, block, accessory, named)));
  return h("div", { class: "section" }, body, shown);
}

function actions(block, surface) {
  const drawn = block.elements.map((element) => {
    const named = { "aria-label": element.accessibility_label ?? element.placeholder?.text ?? NAMES[element.type] };
    return renderElement(new Field(surface, block, element, named));
  });
  return h("div", { class: "actions" }, drawn.map((node) => h("span", { class: "act" }, node)));
}

function context(block, { directory }) {
  const part = (element) =>
    element.type === "image" ? image(element) : h("span", { class: "mrkdwn" }, showText(element, directory));
  return h("div", { class: "context" }, block.elements.map(part));
}

function imageBlock(block, { directory }) {
  return h("figure", {}, block.title && h("figcaption", {}, showText(block.title, directory)), image(block));
}

function input(block, surface) {
  const { directory } = surface;
  const id = freshId("field");
  const described = [`${id}-error`, block.hint && `${id}-hint`].filter(Boolean).join(" ");
  const several = isGroup(block.element);
  const named = { "aria-describedby": described, "aria-required": String(!block.optional), ...(several ? { "aria-labelledby": `${id}-label` } : { id }) };
  const attributes = { class: "label", id: `${id}-label`, for: several ? null : id };
  const optional = block.optional && h("span", { class: "optional" }, " (optional)");
  return h(
    "div",
    { class: "input-block", "data-block-id": block.block_id },
    h(several ? "p" : "label", attributes, showText(block.label, directory), optional),
    renderElement(new Field(surface, block, block.element, named)),
    h("p", { class: "field-error", id: `${id}-error`, role: "alert" }),
    block.hint && h("p", { class: "hint", id: `${id}-hint` }, showText(block.hint, directory)),
  );
}

function table(block, { directory }) {
  const settings = block.column_settings ?? [];
  const cell = (tag) => (content, at) => {
    const shown = content.type === "rich_text" ? richText(content, directory) : String(content.text ?? "");
    const { align = "left", is_wrapped: wraps = false } = settings[at] ?? {};
    return h(tag, { class: `align-${align}${wraps ? " wraps" : ""}`, scope: tag === "th" ? "col" : null }, shown);
  };
  const [head, ...rows] = block.rows;
  return h(
    "div",
    { class: "table", tabindex: "0", role: "region", "aria-label": "Table" },
    h("table", {}, h("thead", {}, h("tr", {}, head.map(cell("th")))), h("tbody", {}, rows.map((row) => h("tr", {}, row.map(cell("td")))))),
  );
}
