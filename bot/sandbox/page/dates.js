/** Dates and times as people read them. Civil dates are "YYYY-MM-DD" and never pass through a time zone. */

const LOCALE = "en-GB";

/** "Tue 3 Mar" of a civil date. */
export const shortDay = (date) => civil(date, { weekday: "short", day: "numeric", month: "short" });

/** "3 March 2026" of a civil date. */
export const longDay = (date) => civil(date, { day: "numeric", month: "long", year: "numeric" });

/** "Tue" of a civil date. */
export const weekday = (date) => civil(date, { weekday: "short" });

/** The civil date that many days later. */
export function addDays(date, days) {
  const at = new Date(`${date}T00:00:00Z`);
  at.setUTCDate(at.getUTCDate() + days);
  return at.toISOString().slice(0, 10);
}

let moved = 0;

/** The sandbox's clock is so many seconds ahead of this machine's. */
export const moveClock = (seconds) => {
  moved = seconds;
};

/** Now in the sandbox, in seconds since 1970. */
export const now = () => Date.now() / 1000 + moved;

/** The civil date at an instant (seconds since 1970) in a time zone. */
export const dayOf = (seconds, zone) =>
  new Intl.DateTimeFormat("sv-SE", { timeZone: zone, dateStyle: "short" }).format(new Date(seconds * 1000));

/** "2026-03-06T15:00" at an instant in a time zone, as a field for date and time takes it. */
export const localMinute = (seconds, zone) => `${dayOf(seconds, zone)}T${clock(seconds, zone)}`;

/** "14:05" at an instant in a time zone. */
export const clock = (seconds, zone) => instant(seconds, zone, { hour: "2-digit", minute: "2-digit" });

/** "Today", "Yesterday" or "Tuesday, 3 March" of a civil date. */
export function relativeDay(date, today) {
  if (date === today) return "Today";
  if (date === addDays(today, -1)) return "Yesterday";
  if (date === addDays(today, 1)) return "Tomorrow";
  return civil(date, { weekday: "long", day: "numeric", month: "long" });
}

/** "2h 30m" of whole minutes. */
export function hours(minutes) {
  const rest = String(minutes % 60).padStart(2, "0");
  return `${Math.floor(minutes / 60)}h ${rest}m`;
}

/** Slack's date format, such as "{date_short_pretty} at {time}" (docs.slack.dev, formatting message text). */
export function formatted(seconds, format, zone) {
  return format.replace(/\{(\w+)\}/g, (whole, token) => dateToken(token, seconds, zone) ?? whole);
}

function dateToken(token, seconds, zone) {
  if (token === "time") return clock(seconds, zone);
  if (token === "time_secs") return instant(seconds, zone, { hour: "2-digit", minute: "2-digit", second: "2-digit" });
  if (token === "ago") return ago(seconds);
  const near = token.endsWith("_pretty") ? nearDay(dayOf(seconds, zone), dayOf(now(), zone)) : null;
  const styles = {
    date_num: { year: "numeric", month: "2-digit", day: "2-digit" },
    date: { day: "numeric", month: "long", year: "numeric" },
    date_slash: { year: "numeric", month: "2-digit", day: "2-digit" },
    date_short: { day: "numeric", month: "short", year: "numeric" },
    date_long: { weekday: "long", day: "numeric", month: "long", year: "numeric" },
  };
  const style = styles[token.replace(/_pretty$/, "")];
  return near ?? (style ? instant(seconds, zone, style) : null);
}

function nearDay(date, today) {
  const names = { [today]: "today", [addDays(today, -1)]: "yesterday", [addDays(today, 1)]: "tomorrow" };
  return names[date] ?? null;
}

function ago(seconds) {
  const minutes = Math.round((seconds - now()) / 60);
  const [amount, unit] = Math.abs(minutes) < 60 ? [minutes, "minute"] : Math.abs(minutes) < 1440
    ? [Math.round(minutes / 60), "hour"] : [Math.round(minutes / 1440), "day"];
  return new Intl.RelativeTimeFormat(LOCALE, { numeric: "auto" }).format(amount, unit);
}

const civil = (date, style) =>
  new Intl.DateTimeFormat(LOCALE, { ...style, timeZone: "UTC" }).format(new Date(`${date}T00:00:00Z`)).replace(",", "");

const instant = (seconds, zone, style) =>
  new Intl.DateTimeFormat(LOCALE, { ...style, timeZone: zone }).format(new Date(seconds * 1000));
