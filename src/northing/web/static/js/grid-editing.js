// Typing into cells: Enter or F2 begins, Escape leaves, Enter commits and goes down, Tab commits and goes on.
// A commit is shown at once and sent in turn; if it is refused, the cell says again what it said before.
import { showFragment } from "./dialogs.js";
import { makeControl } from "./grid-control.js";
import { home, send } from "./send.js";
import { toast } from "./toasts.js";
import { openWhy } from "./why.js";

export class Editing {
  constructor(grid) {
    this.grid = grid;
    this.turn = Promise.resolve();
    this.words = JSON.parse(document.body.dataset.words || "{}");
    grid.table.addEventListener("copy", (event) => this.#copy(event));
    grid.table.addEventListener("paste", (event) => this.#paste(event));
  }

  async begin(cell, { typed = "" } = {}) {
    if (!cell || this.open) return;
    const column = this.grid.columnOf(cell);
    if (column && !column.field && column.key !== "number") { if (!typed) this.#why(cell, column); return; }
    if (!this.grid.canEdit) { if (!typed) cell.closest("tr").querySelector("th a")?.click(); return; }
    if (!column?.field) return;
    let value = cell.dataset.v ?? cell.textContent.trim();
    if (cell.dataset.more !== undefined && !typed) value = await this.#whole(cell, column);
    const control = makeControl(column, value, { home: home(), words: this.words });
    if (column.ref && !typed) control.input.value = cell.dataset.v ? cell.textContent.trim() : "";
    if (typed && control.input.tagName === "INPUT") control.input.value = "";
    control.input.setAttribute("aria-label", column.title);
    const box = document.createElement("div");
    box.className = "editor";
    box.append(control.node);
    cell.classList.add("editing");
    cell.append(box);
    this.open = { cell, column, control, box, value };
    control.input.focus({ preventScroll: true });
    if (!typed && control.input.select && control.input.type !== "date") control.input.select();
    box.addEventListener("keydown", (event) => this.#key(event));
    box.addEventListener("chosen", () => this.finish({ move: [0, 0] }));
    control.input.addEventListener("blur", () => setTimeout(() => { if (this.open?.box === box && !box.contains(document.activeElement)) this.finish(); }, 0));
    if (control.input.tagName === "SELECT") control.input.addEventListener("change", () => this.finish({ move: [0, 0] }));
  }

  // A computed cell is not typed into: it says what it is made of.
  #why(cell, column) {
    const query = new URLSearchParams({ of: "column", kind: "investment", id: cell.closest("tr").dataset.id, name: column.key });
    const here = new URLSearchParams(location.search);
    for (const name of ["at", "mode"]) if (here.get(name)) query.set(name, here.get(name));
    openWhy(`${home()}why?${query}`, cell);
  }

  async #whole(cell, column) {
    const id = cell.closest("tr").dataset.id;
    const response = await fetch(`${home()}portfolio/value?id=${id}&column=${encodeURIComponent(column.key)}`, { headers: { Accept: "application/json" } });
    return response.ok ? (await response.json()).value : cell.textContent.trim();
  }

  #key(event) {
    const long = this.open?.column.long;
    if (event.key === "Escape") { event.preventDefault(); event.stopPropagation(); this.cancel(); }
    else if (event.key === "Enter" && !(long && (event.shiftKey || event.altKey))) { event.preventDefault(); event.stopPropagation(); this.finish({ move: [event.shiftKey ? -1 : 1, 0] }); }
    else if (event.key === "Tab") { event.preventDefault(); event.stopPropagation(); this.finish({ move: [0, event.shiftKey ? -1 : 1] }); }
    else event.stopPropagation();
  }

  cancel() {
    const was = this.#shut();
    if (was) this.#stand(was.cell, [0, 0]);
  }

  #shut() {
    const was = this.open;
    if (!was) return null;
    this.open = null;
    was.control.close();
    was.box.remove();
    was.cell.classList.remove("editing");
    return was;
  }

  #stand(cell, [down, right]) {
    const { line, column } = this.grid.placeOf(cell);
    return this.grid.go(line + down, column + right);
  }

  // Commit what is open, if it differs; then move.
  async finish({ move = null } = {}) {
    const was = this.open;
    if (!was) return;
    const text = was.control.value();
    const shown = was.control.shown();
    this.#shut();
    if (move) this.#stand(was.cell, move);
    if (text === was.value) return;
    await this.#commit([{ cell: was.cell, column: was.column, text, shown }]);
  }

  async clear(cell) {
    const cells = this.grid.spanned().flat();
    const wanted = (cells.length ? cells : [cell]).map((one) => ({ cell: one, column: this.grid.columnOf(one), text: "", shown: "" }));
    const possible = wanted.filter(({ cell: one, column }) => column?.field && (one.dataset.v ?? one.textContent.trim()) !== "");
    if (possible.length) await this.#commit(possible);
    else if (this.grid.canEdit && wanted[0].column && !wanted[0].column.field) toast({ text: this.words.fixed.replace("{title}", wanted[0].column.title) });
  }

  #commit(changes) {
    if (!this.grid.canEdit) return Promise.resolve();
    const before = changes.map(({ cell }) => cell.innerHTML);
    for (const { cell, shown } of changes) {
      cell.classList.add("saving");
      cell.dataset.asked = "";
      cell.textContent = shown;
    }
    const cells = changes.map(({ cell, column, text }) => ({ id: cell.closest("tr").dataset.id, column: column.key, text }));
    this.turn = this.turn.then(async () => {
      const answer = await send("portfolio/edit", { query: this.grid.query, cells });
      if (answer.ok) { this.grid.changed(answer.body); this.grid.say(answer.body.toast?.text ?? ""); }
      if (!answer.ok) {
        changes.forEach(({ cell }, index) => { cell.innerHTML = before[index]; });
        if (answer.status === 409) this.grid.lines.refresh();
      }
      for (const { cell } of changes) { cell.classList.remove("saving"); delete cell.dataset.asked; }
    });
    return this.turn;
  }

  #copy(event) {
    if (event.target.closest(".editor") || getSelection().toString()) return;
    const rows = this.grid.spanned();
    const cell = this.grid.cellOf(event.target);
    if (!rows.length && !cell) return;
    const text = (rows.length ? rows : [[cell]]).map((row) => row.map((one) => said(one)).join("\t")).join("\n");
    event.clipboardData.setData("text/plain", text);
    event.preventDefault();
  }

  async #paste(event) {
    if (event.target.closest(".editor")) return;
    const cell = this.grid.cellOf(event.target);
    const text = event.clipboardData.getData("text/plain");
    if (!cell || !text || !this.grid.canEdit) return;
    event.preventDefault();
    const asked = { query: this.grid.query, id: cell.closest("tr").dataset.id, column: this.grid.columnOf(cell).key, text };
    const answer = await send("portfolio/paste", asked);
    if (!answer.ok) return;
    if (!answer.body.dialog) { this.grid.changed(answer.body); return; }
    const dialog = showFragment("ask", answer.body.dialog);
    dialog.querySelector("form").addEventListener("submit", async (submitted) => {
      submitted.preventDefault();
      dialog.close();
      const done = await send("portfolio/paste", { ...asked, apply: true });
      if (done.ok) this.grid.changed(done.body);
      cell.focus();
    });
  }
}

function said(cell) {
  if (cell.dataset.v === "") return "";
  const text = cell.textContent.trim();
  return /[\t\n"]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
