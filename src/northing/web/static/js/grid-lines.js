// The lines of the grid: all of them where they are few, else blocks that come from the server as one scrolls.
// A block is a <tbody> of its own; what is not shown is one tall empty row, so the scrollbar tells the truth.

const BLOCK = 8;
const AROUND = 1; // blocks kept ready above and below
const AHEAD = 6; // blocks asked for together
const KEPT = 500; // blocks whose HTML stays in memory

export class Lines {
  constructor(grid) {
    this.grid = grid;
    this.table = grid.table;
    this.scroller = grid.scroller;
    this.count = Number(grid.dataset.lines);
    this.whole = grid.dataset.whole === "yes";
    [this.body] = this.table.tBodies;
    this.cache = new Map();
    this.asked = new Map();
    if (!this.whole) this.#start();
    this.scroller.addEventListener("scroll", () => {
      this.table.classList.toggle("scrolled", this.scroller.scrollLeft > 4);
      if (!this.whole) this.#soon();
    }, { passive: true });
    if (!this.whole) new ResizeObserver(() => this.#soon()).observe(this.scroller);
  }

  get height() {
    this.rowHeight ??= this.table.querySelector("tbody tr[data-id]")?.getBoundingClientRect().height || 36;
    return this.rowHeight;
  }

  #start() {
    const { body } = this;
    const rows = [...body.rows];
    this.above = this.#space();
    this.below = this.#space();
    body.before(this.above);
    body.after(this.below);
    this.shown = new Map();
    for (let at = 0; at < rows.length; at += BLOCK) {
      const block = document.createElement("tbody");
      block.append(...rows.slice(at, at + BLOCK));
      this.below.before(block);
      this.shown.set(at / BLOCK, block);
    }
    body.remove();
    this.#space_out();
  }

  #space() {
    const body = document.createElement("tbody");
    body.setAttribute("aria-hidden", "true");
    const row = body.insertRow();
    row.className = "space";
    row.insertCell().colSpan = this.grid.columns.length + this.grid.skip;
    return body;
  }

  #space_out() {
    const numbers = [...this.shown.keys()].sort((a, b) => a - b);
    const first = numbers[0] ?? 0;
    const after = (numbers.at(-1) ?? -1) + 1;
    this.above.hidden = first === 0;
    this.above.rows[0].cells[0].style.height = `${first * BLOCK * this.height}px`;
    const left = Math.max(0, this.count - after * BLOCK);
    this.below.hidden = left === 0;
    this.below.rows[0].cells[0].style.height = `${left * this.height}px`;
  }

  #soon() {
    if (this.frame) return;
    this.frame = requestAnimationFrame(() => { this.frame = 0; this.#fit(); });
  }

  #wanted() {
    const top = this.scroller.scrollTop;
    const tall = BLOCK * this.height;
    const last = Math.ceil(this.count / BLOCK) - 1;
    const from = Math.max(0, Math.floor(top / tall) - AROUND);
    const to = Math.min(last, Math.floor((top + this.scroller.clientHeight) / tall) + AROUND);
    return [from, to];
  }

  // One block a frame is put in, so that no frame is long.
  #fit() {
    const [from, to] = this.#wanted();
    for (const [number, body] of this.shown) {
      if (number < from || number > to) {
        if (body.contains(document.activeElement)) this.scroller.focus({ preventScroll: true });
        body.remove();
        this.shown.delete(number);
      }
    }
    const missing = [];
    for (let number = from; number <= to; number += 1) if (!this.shown.has(number)) missing.push(number);
    const ready = missing.find((number) => this.cache.has(number) && this.#joins(number));
    const unknown = missing.filter((number) => !this.cache.has(number) && !this.asked.has(number));
    if (unknown.length) {
      const last = Math.ceil(this.count / BLOCK) - 1;
      let end = unknown.at(-1);
      while (end < Math.min(last, unknown.at(-1) + AHEAD) && !this.cache.has(end + 1) && !this.asked.has(end + 1)) end += 1;
      this.#ask(unknown[0], end);
    }
    if (ready !== undefined) {
      this.#put(ready);
      this.#soon();
    }
    this.#space_out();
  }

  // Blocks stand side by side; a far jump starts anew.
  #joins(number) {
    if (!this.shown.size) return true;
    return this.shown.has(number - 1) || this.shown.has(number + 1);
  }

  #put(number) {
    const holder = document.createElement("template");
    holder.innerHTML = `<table><tbody>${this.cache.get(number).join("")}</tbody></table>`;
    const body = holder.content.querySelector("tbody");
    const next = [...this.shown.keys()].filter((other) => other > number).sort((a, b) => a - b)[0];
    (next === undefined ? this.below : this.shown.get(next)).before(body);
    this.shown.set(number, body);
    this.grid.choice.mark(body);
  }

  #ask(from, to) {
    const task = this.#fetch(from * BLOCK, (to - from + 1) * BLOCK).then((answer) => {
      if (answer) {
        this.#counted(answer);
        for (let number = from; number <= to; number += 1) {
          this.cache.set(number, answer.rows.slice((number - from) * BLOCK, (number - from + 1) * BLOCK));
        }
        while (this.cache.size > KEPT) this.cache.delete(this.cache.keys().next().value);
      }
      for (let number = from; number <= to; number += 1) this.asked.delete(number);
      this.#soon();
    });
    for (let number = from; number <= to; number += 1) this.asked.set(number, task);
    return task;
  }

  async #fetch(offset, limit) {
    const sign = this.grid.dataset.rows.includes("?") ? "&" : "?";
    const response = await fetch(`${this.grid.dataset.rows}${sign}offset=${offset}&limit=${limit}`, { headers: { Accept: "application/json" } });
    return response.ok ? response.json() : null;
  }

  #counted(answer) {
    if (answer.lines !== this.count) {
      this.count = answer.lines;
      this.table.setAttribute("aria-rowcount", answer.lines + 1);
    }
    document.querySelector("[data-shown]").textContent = answer.total.toLocaleString(document.documentElement.lang);
  }

  // Bring a line into the document, wherever it is.
  async show(line) {
    if (this.whole || this.grid.rowAt(line)) return;
    const number = Math.floor(line / BLOCK);
    this.scroller.scrollTop = Math.max(0, line * this.height - this.scroller.clientHeight / 2);
    for (let tries = 0; tries < 120 && !this.grid.rowAt(line); tries += 1) {
      if (!this.cache.has(number) && !this.asked.has(number)) this.#ask(number, number);
      this.#soon();
      await new Promise(requestAnimationFrame);
    }
  }

  replace(id, html) {
    const old = this.table.querySelector(`tbody tr[data-id="${CSS.escape(id)}"]`);
    this.cache.clear();
    if (!old) return null;
    const holder = document.createElement("template");
    holder.innerHTML = `<table><tbody>${html}</tbody></table>`;
    const row = holder.content.querySelector("tr");
    row.setAttribute("aria-rowindex", old.getAttribute("aria-rowindex"));
    [...row.cells].forEach((cell, index) => {
      const before = old.cells[index];
      if (!before) return;
      if (before.innerHTML !== cell.innerHTML && before.dataset.asked === undefined) cell.classList.add("fresh");
      if (before.classList.contains("here")) { cell.classList.add("here"); cell.setAttribute("tabindex", "0"); }
    });
    const focused = old.contains(document.activeElement) ? document.activeElement.cellIndex : -1;
    const typing = old.querySelector(".editor");
    if (typing) return null; // somebody types in this row: the next answer brings it up to date
    old.replaceWith(row);
    this.grid.choice.mark(row.parentElement);
    if (focused >= 0) row.cells[focused]?.focus({ preventScroll: true });
    return row;
  }

  // Rows that were added by hand stand in their own places now.
  #drop_new() {
    for (const body of this.table.querySelectorAll("tbody.new")) if (!body.querySelector("input:focus")) body.remove();
  }

  // All that is shown, asked again; where one stands stays.
  async refresh() {
    this.cache.clear();
    if (this.whole) {
      const rows = [];
      for (let offset = 0; ; offset += 400) {
        const answer = await this.#fetch(offset, 400);
        if (!answer) return;
        this.#counted(answer);
        rows.push(...answer.rows);
        if (rows.length >= answer.lines || !answer.rows.length) break;
      }
      this.#drop_new();
      this.body.innerHTML = rows.join("");
      this.grid.choice.mark(this.body);
    } else {
      const [from, to] = this.#wanted();
      await this.#ask(from, to);
      this.#drop_new();
      for (const body of this.shown.values()) body.remove();
      this.shown.clear();
      for (let number = from; number <= to; number += 1) if (this.cache.get(number)?.length) this.#put(number);
      this.#space_out();
    }
    const { line, column } = this.grid.here;
    await this.grid.go(line, column);
  }
}
