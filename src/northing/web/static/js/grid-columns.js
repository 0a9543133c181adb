// Columns: Shift-click sorts by a second one, the edge of a head resizes, dragging a head reorders, a dialog chooses.
import { showFragment } from "./dialogs.js";

export function setUpColumns(grid) {
  fill(grid);
  pin(grid);
  new ResizeObserver(() => fill(grid)).observe(grid.scroller);
  const cols = [...grid.table.querySelectorAll("col[data-key]")];

  grid.table.tHead.addEventListener("click", (event) => {
    const head = event.target.closest("th[data-key]");
    if (!head || event.target.closest(".grip")) return;
    if (!event.shiftKey || !event.target.closest("a")) return;
    event.preventDefault();
    const query = new URLSearchParams(location.search);
    const keys = (query.get("sort") || "").split(",").filter(Boolean);
    const { key } = head.dataset;
    const at = keys.findIndex((one) => one.replace(/^-/, "") === key);
    if (at < 0) keys.push(key);
    else if (keys[at].startsWith("-")) keys.splice(at, 1);
    else keys[at] = `-${key}`;
    go(query, "sort", keys);
  });

  // -- widths
  grid.table.tHead.addEventListener("pointerdown", (event) => {
    const grip = event.target.closest(".grip");
    if (!grip) return;
    event.preventDefault();
    const col = cols.find((one) => one.dataset.key === grip.closest("th").dataset.key);
    const start = event.clientX;
    const width = Number(col.getAttribute("width"));
    const whole = Number(grid.table.getAttribute("width"));
    grip.classList.add("on");
    grip.closest("th").draggable = false; // the edge is pulled, not the head
    grip.setPointerCapture(event.pointerId);
    const move = (moved) => {
      const now = Math.max(48, Math.min(900, Math.round(width + moved.clientX - start)));
      col.setAttribute("width", now);
      if (col.dataset.own) col.dataset.own = now;
      grid.table.setAttribute("width", whole + now - width);
      if (col.dataset.key !== "name") fill(grid);
    };
    const end = () => {
      grip.classList.remove("on");
      grip.closest("th").draggable = true;
      grip.removeEventListener("pointermove", move);
      grip.removeEventListener("pointerup", end);
      grip.removeEventListener("pointercancel", end);
      keepWidth(grid, col);
      pin(grid);
    };
    grip.addEventListener("pointermove", move);
    grip.addEventListener("pointerup", end);
    grip.addEventListener("pointercancel", end);
  });

  // -- order
  for (const head of grid.table.tHead.querySelectorAll("th[data-key]")) {
    head.draggable = true;
    head.addEventListener("dragstart", (event) => {
      event.dataTransfer.setData("text/x-column", head.dataset.key);
      event.dataTransfer.effectAllowed = "move";
    });
    head.addEventListener("dragover", (event) => {
      if (!event.dataTransfer.types.includes("text/x-column")) return;
      event.preventDefault();
      head.classList.add("drop-before");
    });
    head.addEventListener("dragleave", () => head.classList.remove("drop-before"));
    head.addEventListener("drop", (event) => {
      event.preventDefault();
      head.classList.remove("drop-before");
      const moved = event.dataTransfer.getData("text/x-column");
      if (!moved || moved === head.dataset.key) return;
      const keys = grid.columns.map((one) => one.key).filter((key) => key !== moved);
      keys.splice(keys.indexOf(head.dataset.key), 0, moved);
      go(new URLSearchParams(location.search), "columns", keys);
    });
  }
}

function go(query, name, keys) {
  if (keys.length) query.set(name, keys.join(",")); else query.delete(name);
  const text = query.toString();
  location.assign(location.pathname + (text ? `?${text}` : ""));
}

// Where the columns leave room, the name takes it; what the address says of widths stays.
function fill(grid) {
  const name = grid.table.querySelector('col[data-key="name"]');
  if (!name) return;
  name.dataset.own ??= name.getAttribute("width");
  const narrow = matchMedia("(max-width: 640px)").matches;
  const others = [...grid.table.querySelectorAll("col")].filter((col) => col !== name).reduce((sum, col) => sum + Number(col.getAttribute("width")), 0);
  const width = narrow ? Math.min(168, Number(name.dataset.own)) : Math.max(Number(name.dataset.own), grid.scroller.clientWidth - others);
  name.setAttribute("width", width);
  grid.table.setAttribute("width", others + width);
  pin(grid);
}

// What is pinned: the tick, and the columns up to the name where that is the first or the second.
function pin(grid) {
  const name = grid.columns.findIndex((one) => one.key === "name");
  const { table } = grid;
  const width = (index) => Number(table.querySelectorAll("col")[index]?.getAttribute("width") || 0);
  const first = grid.skip ? 36 : 0;
  table.classList.toggle("pin-a", grid.skip === 1 && (name === 0 || name === 1));
  table.classList.toggle("pin-b", grid.skip === 1 && name === 1);
  table.style.setProperty("--pin-a", `${first}px`);
  table.style.setProperty("--pin-b", `${first + width(1)}px`);
  const pinned = first + (name <= 1 ? width(1) : 0) + (name === 1 ? width(2) : 0);
  grid.scroller.style.scrollPaddingInlineStart = `${pinned}px`;
}

// A width is part of the address: the one shown, and every one that leads on from here.
function keepWidth(grid, col) {
  const query = new URLSearchParams(location.search);
  const kept = new Map((query.get("w") || "").split(",").filter(Boolean).map((part) => [part.slice(0, part.lastIndexOf(":")), part.slice(part.lastIndexOf(":") + 1)]));
  kept.set(col.dataset.key, col.getAttribute("width"));
  const text = [...kept].map(([key, width]) => `${key}:${width}`).join(",");
  query.set("w", text);
  history.replaceState(null, "", `${location.pathname}?${query}`);
  const own = new URLSearchParams(grid.dataset.query);
  own.set("w", text);
  grid.dataset.query = own.toString();
  for (const link of document.querySelectorAll(`a[href^="${location.pathname}"]`)) {
    const address = new URL(link.href);
    if (address.pathname !== location.pathname || link.closest("[data-saved-views]")) continue;
    address.searchParams.set("w", text);
    link.href = address.pathname + address.search;
  }
}

// -- the dialog
document.addEventListener("click", async (event) => {
  const opener = event.target.closest("[data-columns]:is(button)");
  if (!opener) return;
  const response = await fetch(opener.dataset.columns, { headers: { "HX-Request": "true" } });
  if (response.ok) chooser(showFragment("ask", await response.text()));
});

function chooser(dialog) {
  const form = dialog.querySelector("form");
  const list = form.querySelector(".chosen");
  const search = form.querySelector("input[type=search]");
  const buttons = () => [...form.querySelectorAll("[data-add-column]")];
  const row = (key, title) => {
    const made = list.querySelector("li")?.cloneNode(true);
    if (!made) return;
    made.dataset.key = key;
    made.querySelector("span").textContent = title;
    list.append(made);
    made.scrollIntoView({ block: "nearest" });
  };
  form.addEventListener("click", (event) => {
    const item = event.target.closest("li");
    const move = event.target.closest("[data-move]");
    const add = event.target.closest("[data-add-column]");
    if (move) {
      if (move.dataset.move === "1") item.nextElementSibling?.after(item); else item.previousElementSibling?.before(item);
      move.focus();
    } else if (event.target.closest("[data-drop]") && list.children.length > 1) item.remove();
    else if (add) { row(add.dataset.addColumn, add.textContent.trim()); add.remove(); }
    else if (event.target.closest("[data-usual]")) go(new URLSearchParams(location.search), "columns", []);
  });
  search.addEventListener("input", () => {
    const text = search.value.trim().toLowerCase();
    for (const button of buttons()) button.hidden = !`${button.textContent} ${button.dataset.addColumn}`.toLowerCase().includes(text);
    for (const group of form.querySelectorAll("[data-group]")) group.hidden = !group.querySelector("button:not([hidden])");
  });
  search.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !search.value.trim()) return;
    event.preventDefault();
    const first = buttons().find((button) => !button.hidden);
    if (first) first.click(); else row(search.value.trim(), search.value.trim());
    search.value = "";
    search.dispatchEvent(new Event("input"));
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    dialog.close();
    go(new URLSearchParams(location.search), "columns", [...list.children].map((item) => item.dataset.key));
  });
}
