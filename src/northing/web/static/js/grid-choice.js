// Choosing rows, and what can be done with many: set a field, retire, delete. And adding one quickly.
import { showFragment } from "./dialogs.js";
import { makeControl } from "./grid-control.js";
import { home, send } from "./send.js";

export class Choice {
  constructor(grid) {
    this.grid = grid;
    this.ids = new Set();
    this.everything = false;
    this.bar = grid.querySelector(".pickbar");
    this.words = JSON.parse(document.body.dataset.words || "{}");
    document.querySelector("[data-add]")?.addEventListener("click", (event) => { event.preventDefault(); this.add(); });
    if (!grid.canEdit) return;
    grid.table.addEventListener("change", (event) => this.#ticked(event));
    this.bar.querySelector("[data-pick-none]").addEventListener("click", () => this.none());
    this.bar.querySelector("[data-pick-everything]").addEventListener("click", () => { this.everything = true; this.mark(grid.table); this.#show(); });
    for (const button of this.bar.querySelectorAll("[data-remove]")) button.addEventListener("click", () => this.remove(button.dataset.remove));
    this.field = this.bar.querySelector("select");
    this.field.addEventListener("change", () => this.#control());
    this.bar.querySelector("form").addEventListener("submit", (event) => { event.preventDefault(); this.set(); });
    this.#control();
  }

  #control() {
    const column = this.grid.columns.find((one) => one.key === this.field.value);
    if (!column) return;
    this.control = makeControl(column, "", { home: home(), words: this.words });
    this.control.node.classList.add(this.control.node.tagName === "SELECT" ? "select" : "input");
    this.control.input.setAttribute("aria-label", column.title);
    this.bar.querySelector("[data-many-value]").replaceChildren(this.control.node);
  }

  #ticked(event) {
    if (event.target.matches("[data-pick-all]")) {
      for (const row of this.grid.table.querySelectorAll("tbody tr[data-id]")) this.ids[event.target.checked ? "add" : "delete"](row.dataset.id);
      if (!event.target.checked) this.everything = false;
      this.mark(this.grid.table);
      this.#show();
    } else if (event.target.closest("td.pick")) {
      const row = event.target.closest("tr");
      this.ids[event.target.checked ? "add" : "delete"](row.dataset.id);
      this.everything = false;
      this.mark(this.grid.table);
      this.#show();
    }
  }

  toggle(row) {
    if (!this.grid.canEdit || !row.dataset.id) return;
    this.ids[this.ids.has(row.dataset.id) ? "delete" : "add"](row.dataset.id);
    this.everything = false;
    this.mark(row.parentElement);
    this.#show();
  }

  none() {
    if (!this.ids.size && !this.everything) return;
    this.ids.clear();
    this.everything = false;
    this.mark(this.grid.table);
    this.#show();
  }

  mark(part) {
    for (const row of part.querySelectorAll("tr[data-id]")) {
      const on = this.everything || this.ids.has(row.dataset.id);
      row.classList.toggle("picked", on);
      if (on) row.setAttribute("aria-selected", "true"); else row.removeAttribute("aria-selected");
      const box = row.querySelector("td.pick input");
      if (box) box.checked = on;
    }
  }

  #show() {
    const total = Number(this.grid.dataset.total);
    const number = this.everything ? total : this.ids.size;
    this.bar.hidden = number === 0;
    this.bar.querySelector("[data-picked]").textContent = this.words.chosen.replace("{n}", number.toLocaleString());
    const rest = this.bar.querySelector("[data-pick-everything]");
    rest.hidden = this.everything || number >= total;
    rest.textContent = this.words.all.replace("{n}", total.toLocaleString());
    this.grid.say(this.bar.querySelector("[data-picked]").textContent);
  }

  get asked() { return { query: this.grid.query, ids: this.everything ? [] : [...this.ids], all: this.everything }; }

  async set() {
    const answer = await send("portfolio/many", { ...this.asked, column: this.field.value, text: this.control.value() });
    if (answer.ok) { this.none(); this.grid.changed(answer.body); }
  }

  async remove(how) {
    const answer = await send("portfolio/removal", { ...this.asked, how });
    if (!answer.ok) return;
    const dialog = showFragment("ask", answer.body.dialog);
    dialog.querySelector("form").addEventListener("submit", async (event) => {
      event.preventDefault();
      dialog.close();
      const done = await send("portfolio/remove", { ...this.asked, how });
      if (done.ok) { this.none(); this.grid.lines.refresh(); }
    });
  }

  // A row at the top with one box: a name, Enter, and it is in the plan.
  async add() {
    const open = this.grid.table.querySelector("tr.adding input");
    if (open) { open.focus(); return; }
    this.grid.scroller.scrollTop = 0;
    await this.grid.lines.show(0);
    const body = this.grid.table.createTBody();
    this.grid.table.tHead.after(body);
    body.className = "new";
    const row = body.insertRow();
    row.className = "adding";
    const cell = row.insertCell();
    cell.colSpan = this.grid.columns.length + this.grid.skip;
    const input = document.createElement("input");
    input.placeholder = this.words.name;
    input.setAttribute("aria-label", this.words.name);
    cell.append(input);
    input.focus();
    input.addEventListener("keydown", async (event) => {
      event.stopPropagation();
      if (event.key === "Escape") { document.querySelector("[data-add]").focus(); this.#added(body); }
      if (event.key !== "Enter" || !input.value.trim()) return;
      event.preventDefault();
      input.disabled = true;
      const answer = await send("portfolio/add", { query: this.grid.query, name: input.value });
      input.disabled = false;
      if (!answer.ok) { input.focus(); return; }
      const made = document.createElement("template");
      made.innerHTML = `<table><tbody>${answer.body.row}</tbody></table>`;
      const added = made.content.querySelector("tr");
      for (const one of added.cells) one.classList.add("fresh");
      row.after(added);
      input.value = "";
      input.focus();
      document.querySelector("[data-shown]").textContent = answer.body.total.toLocaleString(document.documentElement.lang);
    });
    input.addEventListener("blur", () => { if (!input.value.trim() && !input.disabled) this.#added(body); });
  }

  // Once nobody adds any more, what was added goes where the order wants it.
  #added(body) {
    if (!body.isConnected || body.dataset.done) return;
    body.dataset.done = "yes";
    if (body.rows.length > 1) this.grid.lines.refresh(); else body.remove();
  }
}
