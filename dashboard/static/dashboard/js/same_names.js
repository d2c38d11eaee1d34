// Who of the clinic has a name already.

import { ask } from "./data.js";

const MOST = 10;

/** A name without accents, case and spaces at its ends, as the search compares them. */
export const folded = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLocaleLowerCase().replace(/\s+/g, " ").trim();

/** Those with all the words of the name and no others, but for the patient themselves. */
export async function sameNames(name, except = "") {
  const words = (text) => folded(text).split(" ").sort().join(" ");
  if (!folded(name)) return [];
  const answer = await ask(`patients/?page_size=${MOST}&search=${encodeURIComponent(name)}`);
  return answer.results.filter((one) => one.id !== except && words(one.name) === words(name));
}
