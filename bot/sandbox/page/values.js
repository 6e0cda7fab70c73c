/** What stands in an input, in Slack's shapes (docs.slack.dev, view.state.values). */

const KEYS = {
  plain_text_input: "value",
  number_input: "value",
  email_text_input: "value",
  url_text_input: "value",
  rich_text_input: "rich_text_value",
  datepicker: "selected_date",
  timepicker: "selected_time",
  datetimepicker: "selected_date_time",
  static_select: "selected_option",
  external_select: "selected_option",
  radio_buttons: "selected_option",
  checkboxes: "selected_options",
  multi_static_select: "selected_options",
  multi_external_select: "selected_options",
  users_select: "selected_user",
  conversations_select: "selected_conversation",
  channels_select: "selected_channel",
  multi_users_select: "selected_users",
  multi_conversations_select: "selected_conversations",
  multi_channels_select: "selected_channels",
};

/** Whether an element keeps a value at all: buttons and images keep none. */
export const keepsValue = (element) => Object.hasOwn(KEYS, element.type);

/** The key under which an element's kind keeps its value. */
export const keyOf = (element) => KEYS[element.type];

/** The value as it stands before anybody touched the element. */
export function initial(element) {
  const key = keyOf(element);
  const name = key.replace(/^selected_|^rich_text_/, "");
  return { type: element.type, [key]: element[`initial_${name}`] ?? (key.endsWith("s") ? [] : null) };
}

/** Whether nothing has been entered. */
export function isEmpty(element, value) {
  const entered = value[keyOf(element)];
  return entered === null || entered === undefined || entered === "" || (Array.isArray(entered) && entered.length === 0);
}

/** Why Slack would not send this input at all, in Slack's words; null where it would. */
export function fault(block, value) {
  const { element } = block;
  if (isEmpty(element, value)) return block.optional ? null : "Please complete this required field.";
  if (element.type === "number_input") return numberFault(element, value.value);
  if (element.type === "plain_text_input") return lengthFault(element, value.value);
  if (element.type === "email_text_input" && !/^\S+@\S+\.\S+$/.test(value.value)) return "Please enter a valid email address.";
  if (element.type === "url_text_input" && !URL.canParse(value.value)) return "Please enter a valid URL.";
  return null;
}

function numberFault(element, text) {
  const pattern = element.is_decimal_allowed ? /^-?\d*\.?\d+$/ : /^-?\d+$/;
  if (!pattern.test(text)) return element.is_decimal_allowed ? "Please enter a number." : "Please enter a whole number.";
  if (element.min_value !== undefined && Number(text) < Number(element.min_value)) return `Please enter ${element.min_value} or more.`;
  if (element.max_value !== undefined && Number(text) > Number(element.max_value)) return `Please enter ${element.max_value} or less.`;
  return null;
}

function lengthFault(element, text) {
  if (element.min_length && text.length < element.min_length) return `Please enter at least ${element.min_length} characters.`;
  if (element.max_length && text.length > element.max_length) return `Please enter at most ${element.max_length} characters.`;
  return null;
}
