/** The interactive elements of Block Kit (docs.slack.dev, block elements), each drawn from its field. */

import { Combobox, knownChoices } from "./combobox.js";
import { longDay } from "./dates.js";
import { freshId, h } from "./dom.js";
import { openMenu } from "./menu.js";
import { showText } from "./text.js";

const ELEMENTS = {
  button,
  overflow,
  image: (field) => image(field.element),
  plain_text_input: (field) => (field.element.multiline ? area(field) : line(field, "text")),
  number_input: (field) => line(field, "text", { inputmode: field.element.is_decimal_allowed ? "decimal" : "numeric" }),
  email_text_input: (field) => line(field, "email"),
  url_text_input: (field) => line(field, "url"),
  rich_text_input: richArea,
  datepicker,
  timepicker: (field) => picker(field, "time"),
  datetimepicker,
  checkboxes: (field) => choices(field, "checkbox"),
  radio_buttons: (field) => choices(field, "radio"),
  static_select: (field) => select(field, knownChoices(grouped(field.element)), optionItem),
  multi_static_select: (field) => select(field, knownChoices(grouped(field.element)), optionItem),
  external_select: (field) => select(field, askedChoices(field), optionItem),
  multi_external_select: (field) => select(field, askedChoices(field), optionItem),
  users_select: (field) => select(field, people(field), personItem(field)),
  multi_users_select: (field) => select(field, people(field), personItem(field)),
  conversations_select: (field) => select(field, conversations(field), channelItem(field)),
  multi_conversations_select: (field) => select(field, conversations(field), channelItem(field)),
  channels_select: (field) => select(field, channels(field), channelItem(field)),
  multi_channels_select: (field) => select(field, channels(field), channelItem(field)),
};

/** The element as it is used; a kind nobody knows is named, so that it is not missed. */
export function renderElement(field) {
  const draw = ELEMENTS[field.element.type];
  return draw ? draw(field) : h("span", { class: "unknown" }, `“${field.element.type}” can’t be shown here`);
}

/** Whether an element is several controls, which a label alone cannot name. */
export const isGroup = (element) => ["checkboxes", "radio_buttons"].includes(element.type);

/** A picture, fetched only from this machine: the sandbox reaches nothing outside. */
export function image({ image_url: address = "", alt_text: text }) {
  const near = address.startsWith("data:") || URL.parse(address, location.href)?.origin === location.origin;
  if (near) return h("img", { src: address, alt: text, title: text });
  return h("span", { class: "absent-image", role: "img", "aria-label": text, title: address }, text);
}

function button(field) {
  const { element } = field;
  const press = (event) => {
    if (element.url) window.open(element.url, "_blank", "noopener");
    field.surface.press(field.block, element, { value: element.value, text: element.text }, event.currentTarget);
  };
  const attributes = { ...field.attributes, placeholder: null, "aria-label": element.accessibility_label };
  const style = element.style ?? "";
  return h("button", { type: "button", class: `button ${style}`, ...attributes, onclick: press }, showText(element.text, field.directory));
}

function overflow(field) {
  const { element } = field;
  const open = (event) => {
    const control = event.currentTarget;
    const item = (option) => ({
      text: option.text.text,
      hint: option.description?.text,
      act: () => field.surface.press(field.block, element, { selected_option: option }, control),
    });
    openMenu(control, element.options.map(item), { label: "More actions" });
  };
  const attributes = { ...field.attributes, "aria-label": field.naming["aria-label"] ?? "More actions" };
  return h("button", { type: "button", class: "button dots", "aria-haspopup": "menu", ...attributes, onclick: open }, "…");
}

function line(field, type, extra = {}) {
  const keydown = (event) => {
    if (event.key === "Enter" && field.entered(event.currentTarget)) event.preventDefault();
  };
  const oninput = (event) => field.type(event.currentTarget.value, event.currentTarget);
  const attributes = { type, autocomplete: "off", ...extra, ...field.attributes };
  return h("input", { class: "text-input", ...attributes, value: field.value ?? "", oninput, onkeydown: keydown });
}

function area(field) {
  const oninput = (event) => field.type(event.currentTarget.value, event.currentTarget);
  return h("textarea", { class: "text-input", rows: "3", ...field.attributes, value: field.value ?? "", oninput });
}

function richArea(field) {
  const told = (text) => text && { type: "rich_text", elements: [{ type: "rich_text_section", elements: [{ type: "text", text }] }] };
  const text = (field.value?.elements ?? []).flatMap((part) => part.elements).map((part) => part.text ?? "").join("");
  const oninput = (event) => field.type(told(event.currentTarget.value), event.currentTarget);
  return h("textarea", { class: "text-input", rows: "3", ...field.attributes, value: text, oninput });
}

function datepicker(field) {
  const shown = h("span", { class: "date-shown", "aria-hidden": "true" });
  const show = () => {
    shown.textContent = field.value ? longDay(field.value) : field.element.placeholder?.text ?? "Select a date";
    shown.classList.toggle("empty", !field.value);
  };
  const input = picker(field, "date", show);
  input.addEventListener("click", () => input.showPicker?.());
  show();
  return h("span", { class: "date-picker" }, input, shown);
}

function picker(field, type, changed = () => {}) {
  const onchange = (event) => {
    field.set(event.currentTarget.value || null, event.currentTarget);
    changed();
  };
  return h("input", { type, class: "text-input", ...field.attributes, value: field.value ?? "", onchange });
}

/** Instants are shown and entered in the zone of this browser, as Slack does with the device's. */
function datetimepicker(field) {
  const local = (seconds) => new Date((seconds - new Date(seconds * 1000).getTimezoneOffset() * 60) * 1000).toISOString().slice(0, 16);
  const onchange = ({ currentTarget: control }) =>
    field.set(control.value ? Math.floor(new Date(control.value).getTime() / 1000) : null, control);
  const value = field.value ? local(field.value) : "";
  return h("input", { type: "datetime-local", class: "text-input", ...field.attributes, value, onchange });
}

function choices(field, type) {
  const name = freshId("choices");
  const picked = () => [field.value ?? []].flat().map((option) => option.value);
  const change = (event, option) => {
    const several = field.element.options.filter((each) => (each === option ? event.currentTarget.checked : picked().includes(each.value)));
    field.set(type === "radio" ? option : several, event.currentTarget);
  };
  const choice = (option) => {
    const attributes = { "data-field": `${field.attributes["data-field"]} ${option.value}` };
    const onchange = (event) => change(event, option);
    const checked = picked().includes(option.value);
    return h(
      "label",
      { class: "choice" },
      h("input", { type, name, value: option.value, ...attributes, checked, onchange }),
      h("span", {}, showText(option.text, field.directory), option.description && h("small", {}, showText(option.description, field.directory))),
    );
  };
  const role = type === "radio" ? "radiogroup" : "group";
  return h("div", { class: "choices", role, ...field.naming }, field.element.options.map(choice));
}

/** A select of any kind: `item(value)` makes the choice shown for a kept value, `value(item)` goes the other way. */
function select(field, source, item) {
  const multiple = field.element.type.startsWith("multi_");
  const kept = (items) => (multiple ? items.map(({ value }) => value) : items[0]?.value ?? null);
  const box = new Combobox({
    source,
    multiple,
    limit: field.element.max_selected_items,
    clearable: field.block.type === "input" && field.block.optional === true,
    selected: [field.value ?? []].flat().map(item),
    changed: (items) => field.set(kept(items), box.input),
    attributes: field.attributes,
  });
  return box.element;
}

const optionItem = (option) => ({ id: option.value, text: option.text.text, hint: option.description?.text, value: option });

const personItem = ({ directory }) => (id) => ({ id, text: directory.personName(id), hint: directory.person(id)?.title, value: id });

const channelItem = ({ directory }) => (id) => ({ id, text: directory.conversationTitle(id), value: id });

const grouped = ({ options, option_groups: groups }) =>
  groups?.map((group) => ({ label: group.label.text, items: group.options.map(optionItem) })) ?? [{ items: (options ?? []).map(optionItem) }];

function askedChoices(field) {
  const find = async (query) => {
    const answer = await field.surface.options(field.block, field.element, query);
    return answer.error ? answer : grouped(answer);
  };
  return { find, minimum: field.element.min_query_length ?? 3, wait: 200 };
}

const people = (field) => knownChoices([{ items: field.directory.people().map(({ id }) => personItem(field)(id)) }]);

const conversations = (field) => knownChoices([{ items: field.directory.conversations().map(({ id }) => channelItem(field)(id)) }]);

const channels = (field) =>
  knownChoices([{ items: field.directory.conversations().filter((each) => !each.is_im).map(({ id }) => channelItem(field)(id)) }]);
