/** Elements made from data. Text goes in as text, never as markup. */

/** One HTML element: attributes by name, listeners as `onclick: f`; null, undefined and false are left out. */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) assign(element, name, value);
  element.append(...children.flat(Infinity).filter(present));
  return element;
}

/** Everything in `parent` gives way to `children`. */
export function fill(parent, ...children) {
  parent.replaceChildren(...children.flat(Infinity).filter(present));
  return parent;
}

let lastId = 0;

/** An id nothing else on the page has. */
export const freshId = (prefix) => `${prefix}-${++lastId}`;

/** Calls `act` once it has not been asked for `wait` milliseconds; `cancel()` forgets what was asked. */
export function debounced(wait, act) {
  let timer;
  const ask = (...values) => {
    clearTimeout(timer);
    timer = setTimeout(() => act(...values), wait);
  };
  ask.cancel = () => clearTimeout(timer);
  return ask;
}

function assign(element, name, value) {
  if (value === null || value === undefined || value === false) return;
  if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
  else if (name === "value") element.value = value;
  else element.setAttribute(name, value === true ? "" : value);
}

const present = (child) => child !== null && child !== undefined && child !== false && child !== "";
