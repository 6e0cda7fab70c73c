/** Line icons and the pictures of common emoji, drawn here because not every machine has a font for them. */

const SVG = "http://www.w3.org/2000/svg";

const LINES = {
  back: "M10 3 5 8l5 5",
  bolt: "M9 1.5 3.5 9H8l-1 5.5L12.5 7H8z",
  caret: "m4 6 4 4 4-4",
  close: "m4 4 8 8M12 4l-8 8",
  eye: "M1.5 8S4 3.5 8 3.5 14.5 8 14.5 8 12 12.5 8 12.5 1.5 8 1.5 8zM8 6.2a1.8 1.8 0 1 0 0 3.6 1.8 1.8 0 0 0 0-3.6z",
  hash: "M6.5 2.5 5 13.5M11 2.5 9.5 13.5M3 6h10.5M2.5 10H13",
  home: "M2.5 7.5 8 3l5.5 4.5M4 6.8V13h8V6.8M6.8 13V9.5h2.4V13",
  menu: "M2.5 4.5h11M2.5 8h11M2.5 11.5h11",
  more: "M3.5 8h.01M8 8h.01M12.5 8h.01",
  send: "M2.5 2.8 14 8 2.5 13.2 4 8zM4 8h5",
  speech: "M2.5 3.5h11v7.5H7.5L4.5 13.5V11h-2z",
  clock: "M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2zM8 4.8V8l2.2 1.6",
};

const GREEN = "#2f9e5b";
const RED = "#d9364f";
const YELLOW = "#f2b01e";
const BLUE = "#2f7fd1";
const INK = "#5b4636";

const box = (color) => [{ d: "M3 1h10a2 2 0 0 1 2 2v10a2 2 0 0 1-2 2H3a2 2 0 0 1-2-2V3a2 2 0 0 1 2-2z", fill: color }];
const disc = (color) => [{ d: "M8 1.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13z", fill: color }];
const stroke = (d, color, width = 2) => ({ d, stroke: color, "stroke-width": width });
const calendar = [
  { d: "M2.5 2.5h11a1 1 0 0 1 1 1V14a1 1 0 0 1-1 1h-11a1 1 0 0 1-1-1V3.5a1 1 0 0 1 1-1z", fill: "#eef1f4" },
  { d: "M2.5 2.5h11a1 1 0 0 1 1 1V6h-13V3.5a1 1 0 0 1 1-1z", fill: RED },
  stroke("M5 1v3M11 1v3", "#7b8794", 1.3),
  stroke("M4 8.5h8M4 11.5h8", "#9aa5b1", 1.3),
];
const hourglass = [
  { d: "M4 2.5h8c0 3-2.5 4.2-2.9 5.5.4 1.3 2.9 2.5 2.9 5.5H4c0-3 2.5-4.2 2.9-5.5C6.5 6.7 4 5.5 4 2.5z", fill: "#dcecf7" },
  { d: "M5.3 4.2h5.4C10.2 5.8 8.5 6.7 8 8c-.5-1.3-2.2-2.2-2.7-3.8zM4.8 13.3C5.2 11.5 8 11 8 11s2.8.5 3.2 2.3z", fill: YELLOW },
  stroke("M3 2h10M3 14h10", "#9c6b3f", 1.8),
];
const pencil = [
  { d: "M2 14l.9-3.6L10.8 2.5l2.7 2.7-7.9 7.9z", fill: YELLOW },
  { d: "M10.8 2.5 12 1.3a1 1 0 0 1 1.4 0L14.7 2.6a1 1 0 0 1 0 1.4L13.5 5.2z", fill: "#e58e9c" },
  { d: "M2 14l.9-3.6 2.7 2.7z", fill: INK },
];
const clock = [...disc("#eef1f4"), stroke("M8 1.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13zM8 4.5V8l2.5 1.8", "#52606d", 1.4)];
const memo = [
  { d: "M3 1.5h8.5V15H3z", fill: "#eef1f4" },
  stroke("M5 5h4.5M5 8h4.5M5 11h2.5", "#9aa5b1", 1.3),
  { d: "M7.5 13.5l.6-2.2 4.9-4.9 1.7 1.7-4.9 4.9z", fill: YELLOW },
];

const PICTURES = {
  alarm_clock: clock,
  arrows_counterclockwise: [...box(BLUE), stroke("M12 6.5A4.3 4.3 0 0 0 4.3 6M4 9.5a4.3 4.3 0 0 0 7.7.5M4 3.8V6.2h2.4M12 12.2V9.8H9.6", "#fff", 1.4)],
  bar_chart: [
    { d: "M1.5 1.5h13v13h-13z", fill: "#eef1f4" },
    stroke("M4.5 12.5v-4", GREEN, 2.2),
    stroke("M8 12.5V4", RED, 2.2),
    stroke("M11.5 12.5V7", BLUE, 2.2),
  ],
  bell: [
    { d: "M8 1.5c3 0 4.5 2.2 4.5 5 0 3 1 4 1.5 5H2c.5-1 1.5-2 1.5-5 0-2.8 1.5-5 4.5-5z", fill: YELLOW },
    { d: "M6.3 12.5h3.4a1.7 1.7 0 0 1-3.4 0z", fill: "#b9770e" },
  ],
  bulb: [
    { d: "M8 1a4.7 4.7 0 0 1 3 8.3c-.7.6-.9 1.1-.9 1.9H5.9c0-.8-.2-1.3-.9-1.9A4.7 4.7 0 0 1 8 1z", fill: YELLOW },
    { d: "M6 12h4v1.5L9 15H7l-1-1.5z", fill: "#7b8794" },
  ],
  busts_in_silhouette: [
    { d: "M6 3a2.5 2.5 0 1 1 0 5 2.5 2.5 0 0 1 0-5zM1.5 14c0-3 1.5-5 4.5-5s4.5 2 4.5 5z", fill: "#5c7186" },
    { d: "M11 4a2.2 2.2 0 1 1 0 4.4L10.3 8zM11.8 14c0-2-.5-3.6-1.5-4.6 2.7-.4 4.5 1.5 4.5 4.6z", fill: "#8fa1b3" },
  ],
  calendar,
  clock1: clock,
  date: calendar,
  eyes: [
    { d: "M4.5 3.5c1.7 0 2.7 2 2.7 4.5s-1 4.5-2.7 4.5S1.8 10.5 1.8 8s1-4.5 2.7-4.5zM11.5 3.5c1.7 0 2.7 2 2.7 4.5s-1 4.5-2.7 4.5S8.8 10.5 8.8 8s1-4.5 2.7-4.5z", fill: "#fff", stroke: "#7b8794", "stroke-width": 1 },
    { d: "M3.8 6.5a1.3 1.6 0 1 1 0 3.2 1.3 1.6 0 0 1 0-3.2zM10.8 6.5a1.3 1.6 0 1 1 0 3.2 1.3 1.6 0 0 1 0-3.2z", fill: INK },
  ],
  gear: [
    stroke("M8 1.5v13M1.5 8h13M3.4 3.4l9.2 9.2M12.6 3.4l-9.2 9.2", "#7b8794", 2.4),
    { d: "M8 3.5a4.5 4.5 0 1 1 0 9 4.5 4.5 0 0 1 0-9z", fill: "#7b8794" },
    { d: "M8 6a2 2 0 1 1 0 4 2 2 0 0 1 0-4z", fill: "#fff" },
  ],
  ghost: [
    { d: "M8 1.5c2.8 0 4.5 2 4.5 5V14l-1.5-1.3L9.5 14 8 12.7 6.5 14 5 12.7 3.5 14V6.5c0-3 1.7-5 4.5-5z", fill: "#eef1f4", stroke: "#9aa5b1" },
    stroke("M6.3 6.5v.5M9.7 6.5v.5", INK, 1.7),
  ],
  heavy_check_mark: [stroke("m2.5 8.5 3.5 4 7.5-9", GREEN, 2.4)],
  house: [
    { d: "M3 7.5v7h10v-7L8 3z", fill: "#eac9a1" },
    stroke("M1.5 8 8 2l6.5 6", RED, 1.9),
    { d: "M6.5 10h3v4.5h-3z", fill: "#9c6b3f" },
  ],
  hourglass,
  hourglass_flowing_sand: hourglass,
  information_source: [...box(BLUE), stroke("M8 7.2V12M8 4.3v.1", "#fff", 2)],
  large_blue_circle: disc(BLUE),
  large_green_circle: disc(GREEN),
  large_yellow_circle: disc(YELLOW),
  leftwards_arrow_with_hook: [...box(BLUE), stroke("M4 7h5.5a2.5 2.5 0 0 1 0 5H7M6.5 4.5 4 7l2.5 2.5", "#fff", 1.6)],
  lock: [
    stroke("M5 7.5V5a3 3 0 0 1 6 0v2.5", "#7b8794", 1.7),
    { d: "M3.5 7h9v7.5h-9z", fill: YELLOW },
    stroke("M8 10v2", INK, 1.6),
  ],
  mag: [stroke("M10 10l4.5 4.5", INK, 2.4), { d: "M6.5 1.5a5 5 0 1 1 0 10 5 5 0 0 1 0-10z", fill: "#dcecf7", stroke: "#52606d", "stroke-width": 1.5 }],
  memo,
  no_entry_sign: [stroke("M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2zM3.8 3.8l8.4 8.4", RED, 2)],
  no_entry: [...disc(RED), stroke("M4.5 8h7", "#fff", 2.4)],
  palm_tree: [
    stroke("M8.2 6.5C8 9.5 7.5 12 6.8 15", "#9c6b3f", 2),
    stroke("M8.2 6C6.5 3.5 4 3.5 2.2 5.5M8.2 6C10 3.5 12.5 4 13.8 6.2M8.2 6c-2.7.3-4.2 2-4.2 4.2M8.2 6c2.5.6 3.6 2.3 3.4 4.2M8.2 6c.3-2-.3-3.4-1.5-4.3", GREEN, 1.9),
  ],
  pencil: memo,
  pencil2: pencil,
  repeat: [...box(BLUE), stroke("M4 7V6a1.5 1.5 0 0 1 1.5-1.5H12M10.5 3 12 4.5 10.5 6M12 9v1a1.5 1.5 0 0 1-1.5 1.5H4M5.5 10 4 11.5 5.5 13", "#fff", 1.4)],
  red_circle: disc(RED),
  sparkles: [{ d: "M6 2.5 7.3 6.2 11 7.5 7.3 8.8 6 12.5 4.7 8.8 1 7.5 4.7 6.2zM12.3 1l.7 1.900 1.900.7-1.900.7-.7 1.900-.7-1.900-1.900-.7 1.900-.7zM12.5 10l.6 1.7 1.7.6-1.7.6-.6 1.7-.6-1.7-1.7-.6 1.7-.6z", fill: YELLOW }],
  spiral_calendar_pad: calendar,
  spiral_calendar: calendar,
  stopwatch: clock,
  tada: [
    { d: "M2 14.5 5.5 5.5 11 11z", fill: YELLOW },
    stroke("M9 6c0-2 1-2 1-4M11 8c2-1 2 0 3.5-1", RED, 1.3),
    stroke("M7 3v.1M13 3v.1M13.5 11v.1", BLUE, 1.9),
  ],
  warning: [
    { d: "M8 1.5c.5 0 .9.2 1.2.7l5.6 10c.5 1-.1 2.1-1.2 2.1H2.4c-1.1 0-1.7-1.1-1.2-2.1l5.6-10c.3-.5.7-.7 1.2-.7z", fill: YELLOW },
    stroke("M8 5.5v4M8 11.8v.1", "#4a3510", 1.8),
  ],
  wastebasket: [
    { d: "M3.5 5h9l-.9 9.5H4.4z", fill: "#c3ccd5" },
    stroke("M2.5 4.5h11M6 4V2.5h4V4", "#7b8794", 1.5),
    stroke("M6.3 7.5l.3 4.5M9.7 7.5 9.4 12", "#7b8794", 1.2),
  ],
  wave: [
    { d: "M5 8.5 3.5 5c-.4-1 .9-1.6 1.300-.6L6.200 7 4.900 3.300c-.3-1.100 1-1.5 1.400-.5L7.800 6.400 7 3.200c-.2-1.100 1.100-1.400 1.400-.4l1 3.6.1-2.100c.1-1.100 1.5-1 1.5.1v3.300l1-1.300c.7-.8 1.900-.1 1.400.9l-2 4.300c-1 2.100-3.200 2.800-5 1.900-1-.5-1.5-1.6-2-3.300z", fill: YELLOW, stroke: "#b9770e", "stroke-width": 0.7 },
  ],
  white_check_mark: [...box(GREEN), stroke("m4 8.3 2.8 2.9L12 5", "#fff", 2)],
  white_circle: [{ ...disc("#fff")[0], stroke: "#9aa5b1" }],
  x: [stroke("m3 3 10 10M13 3 3 13", RED, 2.6)],
};

/** A line icon in the colour of the text around it; it says nothing to a screen reader. */
export const icon = (name) => drawing([{ d: LINES[name], stroke: "currentColor" }], "icon");

/** The picture of an emoji by its short name, or null where there is none. */
export const picture = (name) => (Object.hasOwn(PICTURES, name) ? drawing(PICTURES[name], "picture") : null);

function drawing(paths, className) {
  const svg = document.createElementNS(SVG, "svg");
  const attributes = { viewBox: "0 0 16 16", class: className, "aria-hidden": "true", fill: "none" };
  for (const [name, value] of Object.entries(attributes)) svg.setAttribute(name, value);
  svg.append(...paths.map(path));
  return svg;
}

function path(attributes) {
  const element = document.createElementNS(SVG, "path");
  const round = { "stroke-linecap": "round", "stroke-linejoin": "round" };
  for (const [name, value] of Object.entries({ ...round, ...attributes })) element.setAttribute(name, value);
  return element;
}
