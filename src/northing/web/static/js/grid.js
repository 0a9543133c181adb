// <northing-grid>: the table that the server wrote, made to be walked through, typed into and scrolled for ever.
import { Choice } from "./grid-choice.js";
import { setUpColumns } from "./grid-columns.js";
import { Editing } from "./grid-editing.js";
import { Lines } from "./grid-lines.js";
import "./grid-views.js";

class NorthingGrid extends HTMLElement {
  connectedCallback() {
    this.table = this.querySelector("table");
    this.scroller = this.querySelector(".grid-scroll");
    this.columns = JSON.parse(this.dataset.columns);
    this.canEdit = this.hasAttribute("data-edit");
    this.skip = this.canEdit ? 1 : 0; // the column of ticks
    this.here = { line: 0, column: Math.max(0, this.columns.findIndex((column) => column.key === "name")) };
    this.lines = new Lines(this);
    this.choice = new Choice(this);
    this.editing = new Editing(this);
    setUpColumns(this);
    this.table.setAttribute("role", "grid");
    this.table.setAttribute("aria-colcount", this.columns.length + this.skip);
    this.#enter();
    this.table.addEventListener("keydown", (event) => this.#key(event));
    this.table.addEventListener("mousedown", (event) => this.#press(event));
    this.table.addEventListener("click", (event) => { const button = event.target.closest(".fold"); if (button) this.fold(button.closest("tr")); });
    this.table.addEventListener("dblclick", (event) => this.editing.begin(this.cellOf(event.target)));
    document.addEventListener("northing:changed", (event) => this.changed(event.detail));
  }

  get query() { return this.dataset.query; }

  // -- where one stands

  #enter() { // one cell can be reached with Tab; arrows do the rest
    const first = this.cellAt(this.here.line, this.here.column) ?? this.table.querySelector("tbody th, tbody td:not(.pick)");
    first?.setAttribute("tabindex", "0");
  }

  cellOf(node) {
    const cell = node.closest?.("tbody td, tbody th");
    return cell && !cell.classList.contains("pick") && cell.closest("tr").dataset.id ? cell : null;
  }

  rowAt(line) { return this.table.querySelector(`tbody tr[aria-rowindex="${line + 2}"]`); }

  cellAt(line, column) {
    const row = this.rowAt(line);
    if (!row) return null;
    return row.dataset.id ? row.cells[column + this.skip] : row.cells[0];
  }

  placeOf(cell) {
    return { line: Number(cell.closest("tr").getAttribute("aria-rowindex")) - 2, column: cell.cellIndex - this.skip };
  }

  columnOf(cell) { return this.columns[cell.cellIndex - this.skip]; }

  async go(line, column, { extend = false } = {}) {
    line = Math.max(0, Math.min(this.lines.count - 1, line));
    column = Math.max(0, Math.min(this.columns.length - 1, column));
    await this.lines.show(line);
    const step = line < this.here.line ? -1 : 1; // over what is folded away
    while (this.rowAt(line)?.hidden && line + step >= 0 && line + step < this.lines.count) line += step;
    const cell = this.cellAt(line, column);
    if (!cell) return;
    this.table.querySelectorAll('tbody [tabindex="0"]').forEach((other) => other.setAttribute("tabindex", "-1"));
    this.table.querySelectorAll(".here").forEach((other) => other.classList.remove("here"));
    if (!extend) this.from = null; else this.from ??= { ...this.here };
    this.here = { line, column };
    cell.setAttribute("tabindex", "0");
    cell.classList.add("here");
    cell.focus({ preventScroll: true });
    cell.scrollIntoView({ block: "nearest", inline: "nearest" });
    this.#span();
  }

  #span() { // the rectangle between where Shift was pressed and here
    this.table.querySelectorAll(".spanned").forEach((cell) => cell.classList.remove("spanned"));
    for (const row of this.spanned()) for (const cell of row) cell.classList.add("spanned");
  }

  spanned() {
    if (!this.from) return [];
    const [top, bottom] = [this.from.line, this.here.line].sort((a, b) => a - b);
    const [left, right] = [this.from.column, this.here.column].sort((a, b) => a - b);
    const rows = [];
    for (let line = top; line <= bottom; line += 1) {
      const row = this.rowAt(line);
      if (row?.dataset.id) rows.push([...row.cells].slice(left + this.skip, right + this.skip + 1));
    }
    return rows;
  }

  #press(event) {
    const cell = this.cellOf(event.target);
    if (!cell || event.button !== 0 || cell.classList.contains("editing") || event.target.closest("a")) return;
    event.preventDefault();
    const again = cell.classList.contains("here") && matchMedia("(pointer: coarse)").matches;
    const { line, column } = this.placeOf(cell);
    if (again) this.editing.begin(cell);
    else this.editing.finish().then(() => this.go(line, column, { extend: event.shiftKey }));
  }

  #key(event) {
    if (event.target.closest(".editor, thead, .adding") || event.altKey) return;
    const cell = this.cellOf(event.target) ?? (event.target.closest("tr.group") ? event.target : null);
    if (!cell) return;
    if (cell.matches("tr.group *") && ["ArrowLeft", "ArrowRight", "Enter"].includes(event.key)) { event.preventDefault(); this.fold(cell.closest("tr"), event.key === "Enter" ? undefined : event.key === "ArrowRight"); return; }
    const { line, column } = this.here;
    const page = Math.max(1, Math.floor(this.scroller.clientHeight / this.lines.height) - 2);
    const jump = event.ctrlKey || event.metaKey;
    const extend = event.shiftKey;
    const moves = {
      ArrowDown: [jump ? this.lines.count : line + 1, column], ArrowUp: [jump ? 0 : line - 1, column],
      ArrowRight: [line, jump ? this.columns.length : column + 1], ArrowLeft: [line, jump ? 0 : column - 1],
      PageDown: [line + page, column], PageUp: [line - page, column],
      Home: [jump ? 0 : line, 0], End: [jump ? this.lines.count : line, this.columns.length],
    };
    if (event.key in moves) { event.preventDefault(); this.go(...moves[event.key], { extend }); }
    else if (event.key === " " && !jump) { event.preventDefault(); this.choice.toggle(cell.closest("tr")); }
    else if (event.key === "Enter" && jump) { event.preventDefault(); cell.closest("tr").querySelector("th a")?.click(); }
    else if (event.key === "Enter" || event.key === "F2") { event.preventDefault(); this.editing.begin(cell); }
    else if (event.key === "Delete" || event.key === "Backspace") { event.preventDefault(); this.editing.clear(cell); }
    else if (event.key === "Escape") { this.from = null; this.#span(); this.choice.none(); }
    else if (event.key.length === 1 && !jump && !"/?".includes(event.key)) this.editing.begin(cell, { typed: event.key }); // the letter lands in the editor
  }

  // A group shut or opened; what stands under it is hidden, its sums stay.
  fold(head, open = head.classList.contains("shut")) {
    const button = head.querySelector(".fold");
    if (!button) return;
    const depth = Number(/depth-(\d)/.exec(head.className)[1]);
    head.classList.toggle("shut", !open);
    button.setAttribute("aria-expanded", open ? "true" : "false");
    let inside = 9; // rows under a group that is itself shut stay hidden
    for (let row = head.nextElementSibling; row; row = row.nextElementSibling) {
      const own = /depth-(\d)/.exec(row.className)?.[1];
      if (own !== undefined && Number(own) <= depth) break;
      if (own !== undefined && Number(own) <= inside) inside = row.classList.contains("shut") ? Number(own) : 9;
      row.hidden = !open || (own === undefined && inside < 9) || (own !== undefined && Number(own) > inside);
    }
  }

  // -- after a change

  changed(answer) {
    if (answer.rows && Object.keys(answer.rows).length && !answer.reload) {
      for (const [id, html] of Object.entries(answer.rows)) this.lines.replace(id, html);
      if (answer.foot) this.foot(answer.foot);
    } else this.lines.refresh();
  }

  foot(texts) {
    const cells = [...this.table.tFoot.rows[0].cells].slice(this.skip);
    texts.forEach((text, index) => { if (index) cells[index].innerHTML = text; });
  }

  say(text) { this.querySelector("[data-said]").textContent = text; }
}

customElements.define("northing-grid", NorthingGrid);
