// The developers' page: examples to copy, and for administrators keys, webhooks and what was given up.

import { say, words } from "./data.js";
import { letCopy } from "./copying.js";
import { showKeys } from "./developers_keys.js";
import { showLetters } from "./developers_letters.js";
import { showWebhooks } from "./developers_webhooks.js";

const told = words();

function done(text) {
  const place = document.getElementById("done");
  place.textContent = text;
  place.hidden = false;
}

letCopy(told, (text) => {
  const secret = document.getElementById("secret-dialog");
  if (secret?.open) document.getElementById("secret-said").textContent = text;
  else say(text);
});
if (document.getElementById("keys")) showKeys(told.keys, done);
if (document.getElementById("webhooks")) showWebhooks(told.webhooks, done);
if (document.getElementById("letters")) showLetters(told.letters, done);
