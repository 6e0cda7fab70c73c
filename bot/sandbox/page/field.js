/** One element of one block on one surface: its value, its name for a screen reader, and when it tells the app. */

import { debounced } from "./dom.js";
import { keyOf } from "./values.js";

export class Field {
  /** `naming`: the attributes that name the control (an id for a label, or aria-label). */
  constructor(surface, block, element, naming) {
    Object.assign(this, { surface, block, element, naming });
    this.pressSoon = debounced(500, (control) => this.press(control));
  }

  get directory() {
    return this.surface.directory;
  }

  /** What is entered, without its Slack envelope. */
  get value() {
    return this.surface.value(this.block, this.element)[keyOf(this.element)] ?? null;
  }

  /** Attributes every control of this field carries. */
  get attributes() {
    const { block_id } = this.block;
    return {
      ...this.naming,
      "data-field": `${block_id} ${this.element.action_id}`,
      "data-focus": this.element.focus_on_load ? "true" : null,
      placeholder: this.element.placeholder?.text,
    };
  }

  /** Keeps a value; a choice is told to the app at once where the block says so. */
  set(value, control) {
    this.keep(value, control);
    if (this.tells) this.press(control);
  }

  /** Keeps a value that is still being typed. */
  type(value, control) {
    this.keep(value === "" ? null : value, control);
    if (this.tellsOn("on_character_entered")) this.pressSoon(control);
  }

  /** Whether Enter was meant for the app; it has then been told. */
  entered(control) {
    if (!this.tellsOn("on_enter_pressed")) return false;
    this.press(control);
    return true;
  }

  press(control) {
    return this.surface.press(this.block, this.element, this.envelope(this.value), control);
  }

  keep(value, control) {
    this.surface.keep(this.block, this.element, { type: this.element.type, ...this.envelope(value) });
    control.dispatchEvent(new CustomEvent("entered", { bubbles: true }));
  }

  envelope(value) {
    return { [keyOf(this.element)]: value };
  }

  get tells() {
    return this.block.type !== "input" || this.block.dispatch_action === true;
  }

  tellsOn(trigger) {
    const triggers = this.element.dispatch_action_config?.trigger_actions_on ?? ["on_enter_pressed"];
    return this.tells && triggers.includes(trigger);
  }
}
