// <northing-forecast>: amounts by investment and period, typed in place as in a spreadsheet.
// One cell holds the focus (arrows move it); a commit goes out in turn, and when nothing is typed or under way the
// grid is read anew, so that sums, figures and what others did are true again.
import { send } from "./send.js";
import { toast } from "./toasts.js";

class NorthingForecast extends HTMLElement {
  connectedCallback() {
    this.turn = Promise.resolve();
    this.waiting = 0;
    this.at = { line: 0, column: 0 };
    this.addEventListener("keydown", (event) => this.#key(event));
    this.addEventListener("focusin", (event) => this.#focused(event));
    this.addEventListener("dblclick", (event) => this.begin(event.target.closest("td.slot")));
    this.addEventListener("copy", (event) => this.#copy(event));
    this.addEventListener("paste", (event) => this.#paste(event));
    this.#rove();
  }

  get lines() { return [...this.querySelectorAll("tr.is-line")].map((row) => [...row.querySelectorAll("td.slot")]); }

  cell({ line, column }) { return this.lines[line]?.[column]; }

  placeOf(cell) {
    const lines = this.lines;
    const line = lines.findIndex((row) => row.includes(cell));
    return { line, column: line < 0 ? -1 : lines[line].indexOf(cell) };
  }

  // The cell that Tab leads to: the one last held, at first the first that can be typed into.
  #rove() {
    const lines = this.lines;
    if (!lines.length) return;
    if (!this.cell(this.at) || !this.held) {
      const column = Math.max(0, lines[0].findIndex((cell) => !cell.classList.contains("locked")));
      if (!this.held) this.at = { line: 0, column };
    }
    this.querySelectorAll('td.slot[tabindex="0"]').forEach((cell) => { cell.tabIndex = -1; });
    const cell = this.cell(this.at) ?? lines[0][0];
    cell.tabIndex = 0;
  }

  go(line, column) {
    const lines = this.lines;
    const row = Math.min(Math.max(line, 0), lines.length - 1);
    const cell = lines[row]?.[Math.min(Math.max(column, 0), lines[row].length - 1)];
    cell?.focus({ preventScroll: true });
    cell?.scrollIntoView({ block: "nearest", inline: "nearest" });
    return cell;
  }

  #focused(event) {
    const cell = event.target.closest?.("td.slot");
    if (!cell || event.target !== cell) return;
    this.held = true;
    this.at = this.placeOf(cell);
    this.#rove();
  }

  #key(event) {
    if (event.target.closest(".typed")) return this.#typing(event);
    const cell = event.target.closest("td.slot");
    if (!cell || event.target !== cell) return;
    const { line, column } = this.placeOf(cell);
    const moves = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
    if (moves[event.key] && !event.altKey && !event.metaKey) {
      event.preventDefault();
      const [down, right] = moves[event.key];
      this.go(line + down, column + right);
    } else if (event.key === "Home" || event.key === "End") {
      event.preventDefault();
      this.go(line, event.key === "Home" ? 0 : 999);
    } else if (event.key === "Enter" || event.key === "F2") {
      event.preventDefault();
      this.begin(cell);
    } else if (event.key === "Delete" || event.key === "Backspace") {
      event.preventDefault();
      if (this.#open(cell)) this.commit([{ cell, text: "" }]);
    } else if (/^[\d.,\-+(€$£]$/.test(event.key) && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      this.begin(cell, event.key);
    }
  }

  // Whether a cell may be typed into; if not, it says why.
  #open(cell) {
    if (!cell) return false;
    if (!cell.classList.contains("locked")) return true;
    toast({ text: cell.title });
    return false;
  }

  begin(cell, typed = null) {
    if (this.input || !this.#open(cell)) return;
    const input = document.createElement("input");
    input.className = "typed";
    input.inputMode = "decimal";
    input.autocomplete = "off";
    input.setAttribute("aria-label", cell.getAttribute("aria-label"));
    input.value = typed ?? cell.dataset.v ?? "";
    this.input = input;
    this.before = { cell, html: cell.innerHTML };
    cell.replaceChildren(input);
    input.focus();
    if (typed === null) input.select();
    input.addEventListener("blur", () => setTimeout(() => { if (this.input === input) this.finish(); }, 0));
  }

  #typing(event) {
    const { line, column } = this.at;
    if (event.key === "Escape") { event.preventDefault(); event.stopPropagation(); this.finish({ keep: false }); this.go(line, column); }
    else if (event.key === "Enter") { event.preventDefault(); this.finish(); this.go(line + (event.shiftKey ? -1 : 1), column); }
    else if (event.key === "Tab") { event.preventDefault(); this.finish(); this.go(line, column + (event.shiftKey ? -1 : 1)); }
  }

  finish({ keep = true } = {}) {
    const { input } = this;
    if (!input) return;
    const { cell, html } = this.before;
    const text = input.value.trim();
    this.input = null;
    cell.innerHTML = html;
    if (keep && text !== (cell.dataset.v ?? "")) this.commit([{ cell, text }]);
    else this.#settle();
  }

  commit(changes) {
    const before = changes.map(({ cell }) => cell.innerHTML);
    const cells = changes.map(({ cell, text }) => ({
      investment: cell.closest("tbody").dataset.investment,
      expense: cell.parentElement.dataset.expense,
      currency: cell.parentElement.dataset.currency,
      start: cell.dataset.start,
      end: cell.dataset.end,
      text,
    }));
    for (const { cell, text } of changes) {
      cell.classList.add("saving");
      if (text) cell.textContent = text;
    }
    this.waiting += 1;
    this.turn = this.turn.then(async () => {
      const answer = await send("money/forecast/save", { cells });
      this.waiting -= 1;
      changes.forEach(({ cell }, index) => {
        cell.classList.remove("saving");
        if (!answer.ok) cell.innerHTML = before[index];
      });
      if (answer.ok) this.querySelector("[data-said]").textContent = answer.body.toast?.text ?? "";
      if (answer.ok || answer.status === 409) this.stale = true;
      await this.#settle();
    });
    return this.turn;
  }

  // Read the grid anew as soon as nobody types and nothing is under way.
  async #settle() {
    if (!this.stale || this.input || this.waiting) return;
    this.stale = false;
    let fresh;
    try {
      const answer = await fetch(location.href, { headers: { Accept: "text/html" }, credentials: "same-origin" });
      fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    } catch { return; }
    const found = fresh.querySelector("northing-forecast");
    if (!found || this.input || this.waiting) { this.stale = true; return; }
    const holds = this.contains(document.activeElement) && document.activeElement.matches("td.slot");
    const wrap = this.querySelector(".forecast-wrap");
    const [left, top] = [wrap?.scrollLeft ?? 0, wrap?.scrollTop ?? 0];
    this.replaceChildren(...found.childNodes);
    const now = this.querySelector(".forecast-wrap");
    if (now) { now.scrollLeft = left; now.scrollTop = top; }
    this.#rove();
    if (holds) this.cell(this.at)?.focus({ preventScroll: true });
    const bridge = document.getElementById("bridge");
    const newer = fresh.getElementById("bridge");
    if (!bridge || !newer) return;
    bridge.replaceWith(newer);
    window.htmx?.process(newer);
  }

  #copy(event) {
    const cell = event.target.closest?.("td.slot");
    if (!cell || event.target.closest(".typed") || getSelection().toString()) return;
    event.clipboardData.setData("text/plain", cell.dataset.v || cell.textContent.trim());
    event.preventDefault();
  }

  #paste(event) {
    const cell = event.target.closest?.("td.slot");
    if (!cell || event.target.closest(".typed")) return;
    event.preventDefault();
    const block = event.clipboardData.getData("text/plain").replace(/\r/g, "").replace(/\n+$/, "").split("\n").map((row) => row.split("\t"));
    const { line, column } = this.placeOf(cell);
    const changes = [];
    let locked = null;
    block.forEach((row, down) => row.forEach((text, right) => {
      const into = this.cell({ line: line + down, column: column + right });
      if (!into) return;
      if (into.classList.contains("locked")) locked = into;
      else changes.push({ cell: into, text: text.trim() });
    }));
    if (locked) toast({ text: locked.title });
    if (changes.length) this.commit(changes);
  }
}

customElements.define("northing-forecast", NorthingForecast);
