// The control in which a value of a column is given: a list of choices, a search for a person, a day, a number, words.

export function makeControl(column, value, { home, words }) {
  if (column.choices.length || column.type === "flag") return choice(column, value, words);
  if (column.ref) return reference(column, value, home, words);
  return typed(column, value);
}

function choice(column, value, words) {
  const node = document.createElement("select");
  const options = column.type === "flag" ? [["yes", words.yes], ["no", words.no]] : column.choices;
  node.append(new Option(words.empty, ""), ...options.map(([key, text]) => new Option(text, key, false, key === value)));
  node.value = value;
  return { node, input: node, value: () => node.value, shown: () => node.selectedOptions[0]?.textContent ?? "", close() {} };
}

function typed(column, value) {
  const node = document.createElement(column.long ? "textarea" : "input");
  if (column.type === "date") node.type = "date";
  if (["number", "money", "integer"].includes(column.type)) node.inputMode = "decimal";
  node.value = value;
  node.autocomplete = "off";
  return { node, input: node, value: () => node.value, shown: () => node.value, close() {} };
}

let count = 0;

// A text box with a list below it, as ARIA's combobox: typing searches, arrows choose.
function reference(column, value, home, words) {
  count += 1;
  const input = document.createElement("input");
  const list = document.createElement("div");
  Object.assign(input, { autocomplete: "off", spellcheck: false });
  for (const [name, text] of Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": `list-${count}` })) input.setAttribute(name, text);
  Object.assign(list, { id: `list-${count}`, className: "listbox", popover: "manual" });
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", column.title);
  let chosen = value;
  let options = [];
  let at = -1;
  let asking;
  let touched = false;

  async function ask(text) {
    asking?.abort();
    asking = new AbortController();
    try {
      const response = await fetch(`${home}portfolio/options?kind=${column.ref}&q=${encodeURIComponent(text)}`, { signal: asking.signal, headers: { Accept: "application/json" } });
      if (!response.ok || !input.isConnected) return;
      const answer = await response.json();
      options = answer.options;
      draw(text, answer.more);
    } catch (problem) {
      if (problem.name !== "AbortError") throw problem;
    }
  }

  function draw(text, more) {
    list.replaceChildren();
    options.forEach((option, index) => {
      const row = document.createElement("div");
      row.setAttribute("role", "option");
      row.id = `${list.id}-${index}`;
      row.textContent = option.name;
      if (option.note) { const note = document.createElement("small"); note.textContent = option.note; row.append(note); }
      row.addEventListener("mousedown", (event) => { event.preventDefault(); pick(index); input.dispatchEvent(new CustomEvent("chosen", { bubbles: true })); });
      list.append(row);
    });
    if (more || !options.length) {
      const note = document.createElement("p");
      note.textContent = options.length ? words.more.replace("{n}", more) : words.nothing;
      list.append(note);
    }
    const known = options.findIndex((option) => option.id === chosen);
    mark(text ? (options.length ? 0 : -1) : known);
    place();
  }

  function place() {
    if (!list.isConnected) (input.closest("dialog") ?? document.getElementById("main")).append(list);
    const box = input.getBoundingClientRect();
    if (!list.matches(":popover-open")) list.showPopover();
    list.style.minWidth = `${box.width}px`;
    const below = innerHeight - box.bottom;
    list.style.left = `${Math.min(box.left, innerWidth - list.offsetWidth - 8)}px`;
    list.style.top = below > list.offsetHeight + 8 || below > box.top ? `${box.bottom + 2}px` : `${box.top - list.offsetHeight - 2}px`;
    input.setAttribute("aria-expanded", "true");
  }

  function mark(index) {
    at = index;
    [...list.querySelectorAll("[role=option]")].forEach((row, place_) => row.setAttribute("aria-selected", place_ === index ? "true" : "false"));
    const row = list.querySelector('[aria-selected="true"]');
    row?.scrollIntoView({ block: "nearest" });
    if (row) input.setAttribute("aria-activedescendant", row.id); else input.removeAttribute("aria-activedescendant");
  }

  function pick(index) {
    if (!options[index]) return;
    chosen = options[index].id;
    input.value = options[index].name;
    close();
  }

  function close() {
    if (list.matches(":popover-open")) list.hidePopover();
    list.remove();
    input.setAttribute("aria-expanded", "false");
  }

  input.addEventListener("input", () => { touched = true; chosen = ""; ask(input.value.trim()); });
  input.addEventListener("focus", () => { if (!list.isConnected) ask(touched ? input.value.trim() : ""); });
  input.addEventListener("blur", close);
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      event.stopPropagation();
      mark(Math.max(0, Math.min(options.length - 1, at + (event.key === "ArrowDown" ? 1 : -1))));
    } else if ((event.key === "Enter" || event.key === "Tab") && list.isConnected && at >= 0 && (touched || options[at]?.id !== value)) pick(at);
  });
  return { node: input, input, value: () => (input.value.trim() ? chosen || input.value.trim() : ""), shown: () => input.value, close };
}
