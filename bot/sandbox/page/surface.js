/** Something with blocks in it (a message, a form, the Home tab): draws them, keeps what is entered, sends presses. */

import { failure } from "./api.js";
import { renderBlock } from "./blocks.js";
import { askConfirmation } from "./confirm.js";
import { h } from "./dom.js";
import { initial, keepsValue } from "./values.js";

export class Surface {
  /** `target` names the surface to the server; `page` does what reaches beyond it. */
  constructor(page, target) {
    this.page = page;
    this.target = target;
    this.blocks = [];
    this.element = h("div", { class: "blocks" });
    this.drawn = new Map();
    this.values = new Map();
  }

  get directory() {
    return this.page.directory;
  }

  /** Shows these blocks. What did not change stays as it is, with its focus and what is half typed. */
  render(blocks) {
    this.blocks = blocks.map((block, at) => ({ block_id: `block-${at}`, ...block }));
    const focus = focused(this.element);
    const before = this.drawn;
    this.drawn = new Map(this.blocks.map((block) => [block.block_id, this.redrawn(block, before.get(block.block_id))]));
    settle(this.element, [...this.drawn.values()].map(({ node }) => node));
    restore(this.element, focus);
  }

  redrawn(block, before) {
    const source = JSON.stringify(block);
    return before?.source === source ? before : { source, node: renderBlock(block, this) };
  }

  /** Takes up what was entered before the page was loaded, as Slack's `state.values`. */
  adopt(values) {
    for (const [block_id, elements] of Object.entries(values)) {
      for (const [action_id, value] of Object.entries(elements)) this.keep({ block_id }, { action_id }, value);
    }
  }

  /** What stands in an element: kept under its ids while it stays of its kind, whatever is redrawn around it. */
  value(block, element) {
    const kept = this.values.get(key(block, element));
    return kept?.type === element.type ? kept : initial(element);
  }

  keep(block, element, value) {
    this.values.set(key(block, element), value);
  }

  /** Everything entered, as Slack's `state.values`. */
  state() {
    const found = {};
    for (const block of this.blocks) {
      for (const element of elements(block).filter(keepsValue)) {
        (found[block.block_id] ??= {})[element.action_id] = this.value(block, element);
      }
    }
    return found;
  }

  /** One act on an element: asks where it wants to be asked about, then shows that it waits, then what went wrong. */
  async press(block, element, value, control) {
    if (control.getAttribute("aria-busy") === "true") return;
    if (element.confirm && !(await askConfirmation(element.confirm, this.directory))) return;
    const whole = control.closest(".combobox, .date-picker, .choices") ?? control;
    whole.parentElement.querySelector(":scope > .warned")?.remove();
    control.setAttribute("aria-busy", "true");
    const answer = await this.page.act("press", {
      target: this.target,
      block_id: block.block_id,
      action_id: element.action_id,
      element: { type: element.type, ...value },
      state: { values: this.state() },
    });
    control.removeAttribute("aria-busy");
    if (answer.error) whole.after(warning(answer.error));
  }

  /** The choices of an external select, asked of the app: `{options}` or `{option_groups}`, or `{error}`. */
  options(block, element, query) {
    return this.page.ask("options", {
      target: this.target,
      block_id: block.block_id,
      action_id: element.action_id,
      value: query,
    });
  }
}

/** The elements of a block that can be used. */
export const elements = (block) => [block.element, block.accessory, ...(block.type === "actions" ? block.elements : [])].filter(Boolean);

const key = (block, element) => `${block.block_id}\n${element.action_id}`;

const warning = (error) => h("span", { class: "warned", role: "alert" }, failure(error));

/** Makes `nodes` the children of `parent`, moving none that is in place: moving would lose its focus. */
function settle(parent, nodes) {
  const wanted = new Set(nodes);
  for (const child of [...parent.children]) if (!wanted.has(child)) child.remove();
  nodes.forEach((node, at) => {
    if (parent.children[at] !== node) parent.insertBefore(node, parent.children[at] ?? null);
  });
}

function focused(container) {
  const control = document.activeElement;
  if (!container.contains(control) || !control.dataset.field) return null;
  return { control, field: control.dataset.field, from: control.selectionStart, to: control.selectionEnd };
}

function restore(container, focus) {
  if (!focus || focus.control.isConnected) return;
  const control = container.querySelector(`[data-field="${CSS.escape(focus.field)}"]`);
  control?.focus();
  if (control && typeof focus.from === "number") control.setSelectionRange?.(focus.from, focus.to);
}
