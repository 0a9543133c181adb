// <northing-choose>: a slider or a pin moves the answer. One question is under way at a time; while it is, the newest
// state waits. When the answer has come, it is asked again for a better one until nothing better can be had.
const STATES = ["comes-in", "goes-out", "changes", "stays-in", "stays-out"];
const PAUSE = 400; // milliseconds
const LATE = 300; // milliseconds after which what is shown is dimmed: an answer at once does not flicker

class NorthingChoose extends HTMLElement {
  connectedCallback() {
    this.form = this.querySelector("[data-moves]");
    if (!this.form) return;
    this.rows = new Map([...this.querySelectorAll("tr[data-id]")].map((row) => [row.dataset.id, row]));
    for (const row of this.rows.values()) row.at = STATES.indexOf(row.className.slice("is-".length));
    this.controls = [...this.form.querySelectorAll("[data-plan]")];
    this.names = new Map([...this.rows].map(([id, row]) => [id, row.querySelector("th a").textContent]));
    this.form.addEventListener("input", (event) => this.#moved(event.target));
    this.form.addEventListener("submit", (event) => event.preventDefault());
    this.order = new Map([...this.rows.keys()].map((id, place) => [id, place]));
    this.addEventListener("click", (event) => {
      this.#follow(event.target.closest("a.why"));
      const repair = event.target.closest("[data-repair]");
      if (!repair) return;
      event.preventDefault();
      this.#repair(JSON.parse(repair.dataset.repair));
    });
    // What stands beside the answer is asked about the limits as they are now.
    document.addEventListener("click", (event) => {
      const link = event.target.closest("a[data-with-moves]");
      if (!link) return;
      const address = new URL(link.href);
      for (const name of [...address.searchParams.keys()]) if (!["of", "at", "mode"].includes(name)) address.searchParams.delete(name);
      for (const [name, value] of this.moves) address.searchParams.set(name, value);
      link.href = address;
    }, { capture: true });
    this.format = new Intl.NumberFormat(document.documentElement.lang || "en", { style: "currency", currency: this.dataset.currency || "EUR", notation: "compact", maximumFractionDigits: 2 });
    this.percent = new Intl.NumberFormat(document.documentElement.lang || "en", { style: "percent" });
    for (const slider of this.form.querySelectorAll('input[type="range"]')) this.#mark(slider);
    if (this.dataset.impossible !== undefined) this.#clash();
    if (this.dataset.watch !== undefined) this.#watch(this.dataset.watch);
  }

  // What is moved from where the plan has it, as the address says it.
  get moves() {
    const found = new URLSearchParams();
    for (const one of this.controls) {
      if (one.value !== one.dataset.plan && !(one.tagName === "SELECT" && one.value === "free" && !one.dataset.plan)) found.set(one.name, one.value);
    }
    for (const one of this.form.querySelectorAll("[data-extra]")) found.set(one.name, one.value);
    return found;
  }

  #moved(control) {
    if (control.type === "range") this.#mark(control);
    if (!this.classList.contains("is-stale")) this.late = setTimeout(() => this.classList.add("is-late"), LATE);
    this.classList.add("is-stale");
    this.waiting = true;
    if (!this.busy) this.#ask();
  }

  #mark(slider) {
    const label = slider.closest(".slider");
    const output = label.querySelector("output");
    const value = Number(slider.value);
    label.classList.toggle("is-moved", slider.value !== slider.dataset.plan);
    if (output.dataset.unit === "money") output.textContent = this.format.format(value).replace(/[MK]$/, (letter) => letter.toLowerCase());
    else if (output.dataset.unit === "share") output.textContent = this.percent.format(value);
    else if (output.dataset.unit === "people") output.textContent = value > 0 ? `+${value}` : value < 0 ? `−${-value}` : "±0";
    else output.textContent = slider.value;
  }

  async #ask() {
    this.busy = true;
    while (this.waiting) {
      this.waiting = false;
      const moves = this.moves;
      const answer = await this.#fetch(moves);
      if (this.waiting) continue;
      const address = moves.toString();
      history.replaceState(null, "", this.dataset.here + (address ? `?${address}` : ""));
      if (!answer) continue;
      this.#show(answer);
      if (!answer.told?.final) this.#watch(answer.told?.rest ?? "");
    }
    this.busy = false;
  }

  // The worker goes on: asked again, it answers as soon as it knows better. A moment passes between: the eye follows no
  // faster, and who moves on meets nobody in the way.
  async #watch(rest) {
    const turn = (this.turn = (this.turn ?? 0) + 1);
    let gap = rest;
    while (turn === this.turn && !this.waiting && document.visibilityState === "visible") {
      await new Promise((done) => setTimeout(done, PAUSE));
      if (turn !== this.turn || this.waiting) return;
      const moves = this.moves;
      moves.set("rest", gap);
      const answer = await this.#fetch(moves);
      if (turn !== this.turn || this.waiting || !answer) return;
      this.#show(answer);
      if (answer.told?.final) return;
      gap = String(answer.told?.rest ?? "");
    }
  }

  async #fetch(moves) {
    if (!moves.has("rest")) this.turn = (this.turn ?? 0) + 1;
    try {
      const response = await fetch(`${this.dataset.answer}${this.dataset.answer.includes("?") ? "&" : "?"}${moves}`, { headers: { Accept: "application/json" } });
      const answer = await response.json();
      if (!response.ok) { this.#wrong(answer); return null; }
      return answer;
    } catch {
      this.#wrong({ message: this.dataset.gone });
      return null;
    }
  }

  #wrong(problem) {
    const box = this.querySelector("[data-wrong]");
    const said = box.querySelector("[data-wrong-words]");
    said.textContent = "";
    const strong = document.createElement("strong");
    strong.textContent = problem.message ?? "";
    said.append(strong);
    for (const one of problem.details?.findings?.slice(1) ?? []) said.append(` ${one.message}`);
    if (problem.remedy) said.append(` ${problem.remedy}`);
    box.hidden = false;
    this.querySelector("[data-progress]").textContent = "";
    if (problem.code === "impossible") {
      this.querySelector("[data-lead]").textContent = this.dataset.none;
      this.#clash();
    } else this.querySelector("[data-clash]").hidden = true;
    this.#saving(false);
  }

  async #clash() {
    const box = this.querySelector("[data-clash]");
    const turn = this.turn;
    const address = `${this.dataset.clashAt}&${this.moves}`;
    try {
      const answer = await fetch(address, { headers: { "HX-Request": "true" } });
      if (!answer.ok || turn !== this.turn || this.waiting) return;
      box.querySelector("[data-clash-words]").innerHTML = await answer.text();
      box.hidden = false;
    } catch { /* the words above say that there is no plan */ }
  }

  #saving(known) {
    const button = document.querySelector('a[href*="/choose/take"]');
    if (button) button.hidden = !known;
  }

  #show({ told }) {
    if (!told) return;
    clearTimeout(this.late);
    this.classList.remove("is-stale", "is-late");
    this.querySelector("[data-wrong]").hidden = true;
    this.querySelector("[data-clash]").hidden = true;
    this.#saving(true);
    this.querySelector("[data-lead]").textContent = told.lead;
    this.querySelector("[data-progress]").textContent = told.final ? "" : this.dataset.working;
    const reset = this.querySelector("[data-reset]");
    if (reset) reset.hidden = !this.moves.size;
    this.#figures(told.figures);
    for (const row of told.rows) this.#row(row);
    this.#sort(told.rows);
    for (const [key, cells] of Object.entries(told.cells)) this.#cells(key, cells);
    for (const one of told.lists) this.#list(one);
  }

  #figures(figures) {
    const boxes = this.querySelectorAll("[data-figures] > div");
    figures.forEach(([name, value, why], place) => {
      const parts = boxes[place]?.children;
      if (!parts) return;
      parts[0].textContent = name;
      parts[1].textContent = value;
      parts[2].firstElementChild.textContent = why;
    });
  }

  #row(told) {
    const row = this.rows.get(told.id);
    if (!row) return;
    const key = `${told.state} ${told.way} ${told.value} ${told.cost}`;
    if (row.told === key) return;
    row.told = key;
    row.className = `is-${told.state}`;
    row.querySelector("[data-said]").textContent = told.said;
    row.querySelector("[data-way]").textContent = told.way;
    row.way = told.name;
    for (const [name, text] of [["value", told.value], ["cost", told.cost]]) {
      const cell = row.querySelector(`[data-${name}]`);
      (cell.firstElementChild ?? cell).textContent = text;
    }
  }

  // A figure leads to its receipt in the way in which the investment is done now: said when it is followed, for to
  // write all addresses anew would take a tenth of an answer's time.
  #follow(link) {
    const way = link?.closest("tr[data-id]")?.way;
    if (!way) return;
    const address = new URL(link.href);
    address.searchParams.set("way", way);
    link.href = address;
  }

  // What is decided otherwise stands first. Only rows that are decided differently than before change places: laying
  // all of a long table out again would take longer than the answer.
  #sort(rows) {
    const wanted = rows.filter(({ id }) => this.rows.has(id)).map(({ id, state }) => [STATES.indexOf(state), this.order.get(id), this.rows.get(id)]).sort((a, b) => a[0] - b[0] || a[1] - b[1]);
    const focused = document.activeElement;
    const body = wanted[0]?.[2].parentElement;
    for (const [at, , row] of wanted) {
      if (row.at !== at) row.remove();
      row.at = at;
    }
    let next = body?.firstElementChild;
    for (const [, , row] of wanted) {
      if (row === next) next = next.nextElementSibling;
      else body.insertBefore(row, next);
    }
    if (body?.contains(focused)) focused.focus();
  }

  #cells(key, cells) {
    const boxes = this.querySelector(`[data-cells="${CSS.escape(key)}"]`)?.children ?? [];
    cells.forEach((cell, place) => {
      const box = boxes[place];
      const told = JSON.stringify(cell);
      if (!box || box.told === told) return;
      box.told = told;
      box.className = `span-cell${cell.tone ? ` is-${cell.tone}` : ""}`;
      box.querySelector(".fill").setAttribute("width", (100 * cell.share).toFixed(2));
      if (cell.mark !== null) box.querySelector(".mark")?.setAttribute("d", `M${(100 * cell.mark).toFixed(2)} -1V7`);
      box.querySelector("b").textContent = cell.text;
      box.querySelector(".span-used .muted").textContent = cell.of;
    });
  }

  #list({ state, count, ids, more }) {
    const box = this.querySelector(`[data-state="${state}"]`);
    const told = `${count} ${ids.join()}`;
    if (!box || box.told === told) return;
    box.told = told;
    box.hidden = !count;
    box.querySelector(".count").textContent = count;
    box.querySelector("[data-more]").textContent = more;
    box.querySelector("ul").replaceChildren(...ids.map((id) => {
      const line = document.createElement("li");
      line.textContent = this.names.get(id) ?? "";
      return line;
    }));
  }

  #repair(moves) {
    for (const [name, value] of moves) {
      let control = this.form.elements[name];
      if (!control) {
        control = document.createElement("input");
        control.type = "hidden";
        control.name = name;
        control.dataset.extra = "";
        this.form.append(control);
      }
      if (control.type === "range" && Number(value) > Number(control.max)) control.max = value;
      if (control.type === "range") control.step = "any";
      control.value = value;
      this.#moved(control);
    }
  }
}
customElements.define("northing-choose", NorthingChoose);
