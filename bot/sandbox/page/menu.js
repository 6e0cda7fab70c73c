/** A small menu at a button: opened by it, left by Escape, a click elsewhere or a choice. */

import { h } from "./dom.js";

/** Shows `items` ({text, hint, danger, act}) at `anchor`; `heading` stands above them. */
export function openMenu(anchor, items, { label, heading } = {}) {
  const close = () => {
    menu.remove();
    anchor.setAttribute("aria-expanded", "false");
    document.removeEventListener("pointerdown", outside, true);
    window.removeEventListener("resize", close);
  };
  const outside = (event) => {
    if (!menu.contains(event.target)) close();
  };
  const choose = (item) => () => {
    close();
    anchor.focus();
    item.act();
  };
  const menu = h(
    "div",
    { class: "menu", role: "menu", "aria-label": label, onkeydown: (event) => move(event, menu, close, anchor) },
    heading && h("p", { class: "menu-heading" }, heading),
    items.map((item) => entry(item, choose(item))),
  );
  (anchor.closest("dialog") ?? document.body).append(menu);
  anchor.setAttribute("aria-expanded", "true");
  place(menu, anchor);
  document.addEventListener("pointerdown", outside, true);
  window.addEventListener("resize", close);
  menu.querySelector("[role=menuitem]")?.focus();
}

/** Puts a fixed element under its anchor, or above it where there is no room below. */
export function place(element, anchor, { sameWidth = false } = {}) {
  const at = anchor.getBoundingClientRect();
  if (sameWidth) element.style.width = `${at.width}px`;
  const { width, height } = element.getBoundingClientRect();
  const below = at.bottom + 4 + height <= window.innerHeight || at.top < height;
  element.style.top = `${below ? at.bottom + 4 : at.top - height - 4}px`;
  element.style.left = `${Math.max(8, Math.min(at.left, window.innerWidth - width - 8))}px`;
}

const entry = (item, act) =>
  h(
    "button",
    { type: "button", role: "menuitem", class: item.danger ? "danger" : null, onclick: act },
    h("span", {}, item.text),
    item.hint && h("small", {}, item.hint),
  );

function move(event, menu, close, anchor) {
  const items = [...menu.querySelectorAll("[role=menuitem]")];
  const at = items.indexOf(document.activeElement);
  const to = { ArrowDown: (at + 1) % items.length, ArrowUp: (at - 1 + items.length) % items.length, Home: 0, End: items.length - 1 };
  if (event.key in to) {
    event.preventDefault();
    items[to[event.key]].focus();
  } else if (event.key === "Escape" || event.key === "Tab") {
    event.preventDefault();
    event.stopPropagation();
    close();
    anchor.focus();
  }
}
