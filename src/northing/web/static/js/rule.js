// <northing-rule>: what a rule would claim, shown while one types. <northing-choose>: an investment, found by its name.
// Without this script the form has a button that looks first, and takes a number or a whole name.

class NorthingRule extends HTMLElement {
  connectedCallback() {
    this.form = this.querySelector("form");
    this.preview = this.querySelector("[data-preview]");
    this.waiting = 0;
    this.asked = 0;
    const later = () => {
      clearTimeout(this.waiting);
      this.waiting = setTimeout(() => this.look(), 250);
    };
    this.form.addEventListener("input", (event) => { if (event.target.name !== "reason") later(); });
    this.form.addEventListener("northing:chosen", later);
    this.form.addEventListener("click", (event) => {
      const mend = event.target.closest("[data-mend]");
      if (!mend) return;
      this.form.elements.where.value = mend.dataset.mend;
      this.form.elements.where.focus();
      this.look();
    });
  }

  disconnectedCallback() { clearTimeout(this.waiting); }

  async look() {
    const number = ++this.asked;
    this.preview.classList.add("waiting");
    let said = null;
    try {
      const answer = await fetch(this.dataset.url, { method: "POST", body: new FormData(this.form), headers: { Accept: "application/json", "X-CSRFToken": document.body.dataset.csrf }, credentials: "same-origin" });
      if (answer.ok) said = await answer.json();
    } catch { /* what stands there stays; saving says what is wrong */ }
    if (number !== this.asked || !this.isConnected) return;
    this.preview.classList.remove("waiting");
    if (!said) return;
    this.preview.innerHTML = said.html;
    for (const field of this.querySelectorAll("[data-field]")) this.mark(field, said.errors[field.dataset.field] || "", said.mends[field.dataset.field] || "");
  }

  mark(field, error, mended) {
    const place = field.querySelector("p.error");
    const control = this.form.elements[field.dataset.field];
    place.hidden = !error;
    place.querySelector("[data-error]").textContent = error;
    if (error) control.setAttribute("aria-invalid", "true"); else control.removeAttribute("aria-invalid");
    const mend = place.querySelector("[data-mend]");
    if (mend) { mend.dataset.mend = mended; mend.hidden = !mended; }
  }
}

class NorthingChoose extends HTMLElement {
  connectedCallback() {
    this.input = this.querySelector("input");
    this.list = this.querySelector("[role=listbox]");
    this.at = -1;
    this.input.addEventListener("input", () => this.ask());
    this.input.addEventListener("click", () => { if (!this.input.value && this.list.hidden) this.ask(); });
    this.input.addEventListener("blur", () => setTimeout(() => this.close(), 120));
    this.input.addEventListener("keydown", (event) => this.key(event));
    this.list.addEventListener("mousedown", (event) => {
      const option = event.target.closest("[role=option]");
      if (option) { event.preventDefault(); this.take(option); }
    });
  }

  ask() {
    clearTimeout(this.waiting);
    this.close();
    this.pending = true;
    this.waiting = setTimeout(async () => {
      const text = this.input.value;
      let said;
      try {
        const answer = await fetch(`${this.dataset.url}?q=${encodeURIComponent(text)}`, { headers: { Accept: "application/json" }, credentials: "same-origin" });
        said = answer.ok ? await answer.json() : null;
      } catch { said = null; }
      if (text !== this.input.value) return;
      this.pending = false;
      if (!said || document.activeElement !== this.input) return;
      this.show(said);
      if (this.wanted && this.at >= 0) this.take(this.options[this.at]);
      this.wanted = false;
    }, 120);
  }

  show(said) {
    this.at = -1;
    this.list.replaceChildren(...said.options.map((one, place) => {
      const item = document.createElement("li");
      item.role = "option";
      item.id = `${this.list.id}-${place}`;
      item.textContent = one.value;
      item.setAttribute("aria-selected", "false");
      return item;
    }));
    if (!said.options.length) {
      const item = document.createElement("li");
      item.role = "option";
      item.setAttribute("aria-disabled", "true");
      item.className = "muted";
      item.textContent = said.none;
      this.list.append(item);
    }
    this.list.hidden = false;
    this.input.setAttribute("aria-expanded", "true");
    if (said.options.length && this.input.value) this.move(1);
  }

  close() {
    this.at = -1;
    this.list.replaceChildren();
    this.list.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
  }

  get options() { return [...this.list.querySelectorAll("[role=option]:not([aria-disabled])")]; }

  move(by) {
    const options = this.options;
    if (!options.length) return;
    this.at = (this.at + by + options.length) % options.length;
    options.forEach((one, place) => one.setAttribute("aria-selected", String(place === this.at)));
    options[this.at].scrollIntoView({ block: "nearest" });
    this.input.setAttribute("aria-activedescendant", options[this.at].id);
  }

  key(event) {
    // Enter before the answer is there means the first of what will be found.
    if (event.key === "Enter" && this.pending) { event.preventDefault(); this.wanted = true; return; }
    if (this.list.hidden) { if (event.key === "ArrowDown") { event.preventDefault(); this.ask(); } return; }
    if (event.key === "ArrowDown" || event.key === "ArrowUp") { event.preventDefault(); this.move(event.key === "ArrowDown" ? 1 : -1); }
    else if (event.key === "Enter" && this.at >= 0) { event.preventDefault(); this.take(this.options[this.at]); }
    else if (event.key === "Tab" && this.at >= 0) this.take(this.options[this.at]);
    else if (event.key === "Escape") { event.preventDefault(); event.stopPropagation(); this.close(); }
  }

  take(option) {
    this.input.value = option.textContent;
    this.close();
    this.dispatchEvent(new CustomEvent("northing:chosen", { bubbles: true }));
  }
}

customElements.define("northing-rule", NorthingRule);
customElements.define("northing-choose", NorthingChoose);
