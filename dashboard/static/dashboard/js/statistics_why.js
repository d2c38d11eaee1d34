// Why a number is what it is: its formula, what went in, where it comes from, and how other programs count it.

import { ask } from "./data.js";
import { shown, valueAt } from "./statistics.js";

const TOOLS = ["iglu", "agata", "tidepool"];
const answers = new Map();

/** Open the dialog on a number of the statistics at an address. */
export async function explain(metric, address, words) {
  const dialog = document.getElementById("why");
  document.getElementById("why-title").textContent = words.why_of.replace("{title}", metric.title).replace("{value}", shown(metric.value));
  const list = document.createElement("dl");
  const entry = (name, content) => {
    const term = Object.assign(document.createElement("dt"), { textContent: name });
    const told = document.createElement("dd");
    told.append(content);
    list.append(term, told);
    return told;
  };
  entry(words.formula, metric.formula);
  entry(words.basis, metric.basis);
  entry(words.inputs, Object.assign(document.createElement("pre"), { textContent: JSON.stringify(metric.inputs, null, 1) }));
  entry(words.null_when, metric.null_when);
  entry(words.source, cited(metric.source));
  const tools = entry(words.tools, words.loading);
  document.getElementById("why-body").replaceChildren(list);
  dialog.showModal();
  tools.replaceChildren(...await Promise.all(TOOLS.map((tool) => asToolCounts(tool, metric, address, words))));
}

async function asToolCounts(tool, metric, address, words) {
  const line = document.createElement("div");
  const key = `${address}&compatibility=${tool}`;
  if (!answers.has(key)) answers.set(key, ask(key));
  try {
    const theirs = await answers.get(key);
    const difference = theirs.differences.find((one) => one.metric === metric.name);
    const text = theirs.not_reproduced.includes(metric.name) ? words.not_reproduced : difference ? words.differs : words.same;
    line.textContent = text.replace("{tool}", tool).replace("{value}", shown(valueAt(theirs, metric.name))).replace("{why}", difference?.why ?? "");
  } catch (error) {
    answers.delete(key);
    line.textContent = `${tool}: ${error.message}`;
  }
  return line;
}

/** The source with its DOIs as links. */
function cited(source) {
  const parts = document.createElement("span");
  for (const part of source.split(/(doi:\S+[^\s;,.])/)) {
    if (!part.startsWith("doi:")) {
      parts.append(part);
      continue;
    }
    const link = Object.assign(document.createElement("a"), { href: `https://doi.org/${part.slice(4)}`, textContent: part, rel: "noopener noreferrer", target: "_blank" });
    parts.append(link);
  }
  return parts;
}
