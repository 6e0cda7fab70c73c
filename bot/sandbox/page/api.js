/** Every request the page makes. Nothing here throws: what went wrong is in the answer's `error`. */

const UNREACHABLE = { ok: false, error: "sandbox_unreachable" };

/** GET: the JSON, or null when there is none to be had. */
export async function get(path) {
  try {
    const answer = await fetch(path, { cache: "no-store" });
    return answer.ok ? await answer.json() : null;
  } catch {
    return null;
  }
}

/** POST: the JSON answered, `{ok: false, error}` where nothing sensible came back. */
export async function post(path, body) {
  try {
    const headers = { "Content-Type": "application/json" };
    const answer = await fetch(path, { method: "POST", headers, body: JSON.stringify(body) });
    return await answer.json();
  } catch {
    return UNREACHABLE;
  }
}

/** Calls `heard` with every event for this user, `connected` with true and false as the stream comes and goes. */
export function listen(user, heard, connected) {
  const source = new EventSource(`/slack/page/events?user=${encodeURIComponent(user)}`);
  source.onopen = () => connected(true);
  source.onerror = () => connected(false);
  source.onmessage = (message) => heard(JSON.parse(message.data));
  return () => source.close();
}

const FAILURES = {
  operation_timeout: "The app didn’t answer within three seconds.",
  dispatch_failed: "The app couldn’t be reached, or answered with an error.",
  sandbox_unreachable: "The sandbox doesn’t answer.",
};

/** Words for an error of Slack's, keeping its name for whoever looks for it. */
export function failure(error) {
  const words = FAILURES[error];
  return words ? `${words} (${error})` : error;
}
