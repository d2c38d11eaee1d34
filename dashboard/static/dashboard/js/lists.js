// A list that comes by pages: loading, empty, broken and more to show, the same on every page that has one.

import { Offline, ask } from "./data.js";

/**
 * Show the items of an address in a list; answers `reload()` and `replace(id, item)`.
 *
 * `draw(item)` makes an element of an item, whose `id` it is known by; `words` has failed, offline, request, again, more and none.
 */
export function openList(place, { address, draw, words, loaded = () => {} }) {
  const items = new Map();
  const list = document.createElement("ul");
  list.className = "items";
  const state = document.createElement("div");
  state.setAttribute("role", "status");
  place.replaceChildren(list, state);
  let round = 0;

  function button(text, act) {
    const made = Object.assign(document.createElement("button"), { type: "button", textContent: text });
    made.addEventListener("click", act);
    return made;
  }

  async function load(from, isFirst) {
    const mine = isFirst ? (round += 1) : round;
    place.setAttribute("aria-busy", "true");
    try {
      const page = await ask(from);
      if (mine !== round) return;
      if (isFirst) {
        items.clear();
        list.replaceChildren();
      }
      for (const item of page.results) {
        const made = draw(item);
        items.set(item.id ?? item.patient?.id ?? items.size, made);
        list.append(made);
      }
      state.replaceChildren();
      if (page.next) state.append(button(words.more, () => load(new URL(page.next, location).href, false)));
      else if (!items.size) state.append(Object.assign(document.createElement("p"), { className: "empty", textContent: words.none }));
      loaded(page);
    } catch (error) {
      if (mine !== round) return;
      const why = error instanceof Offline ? words.offline : error.message;
      const told = document.createElement("p");
      told.setAttribute("role", "alert");
      told.textContent = `${words.failed} ${why}${error.requestId ? ` (${words.request} ${error.requestId})` : ""}`;
      state.replaceChildren(told, button(words.again, () => load(from, isFirst)));
    } finally {
      place.setAttribute("aria-busy", "false");
    }
  }

  return {
    reload: () => load(address(), true),
    replace(id, item) {
      const made = draw(item);
      items.get(id)?.replaceWith(made);
      items.set(id, made);
    },
  };
}

/** An element with a class and a text. */
export function element(tag, className, ...content) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  made.append(...content);
  return made;
}
