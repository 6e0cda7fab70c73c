/** Slack's text objects: plain_text and mrkdwn. */

import { mrkdwn, plain } from "./mrkdwn.js";

/** What a text object shows; nothing where there is none. */
export function showText(text, directory) {
  if (!text) return [];
  return text.type === "mrkdwn" ? mrkdwn(text.text, directory) : plain(text.text);
}
