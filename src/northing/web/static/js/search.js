// Ctrl-K: asks the server as one types, arrows choose, Enter opens.
class Search extends HTMLElement {
  connectedCallback() {
    this.input = this.querySelector("input");
    this.results = this.querySelector("[role=listbox]");
    this.start = this.results.innerHTML;
    this.input.addEventListener("input", () => this.#later());
    this.addEventListener("keydown", (event) => this.#key(event));
    this.closest("dialog").addEventListener("close", () => { this.input.value = ""; this.results.innerHTML = this.start; });
  }

  #later() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.#ask(), 120);
  }

  async #ask() {
    const text = this.input.value.trim();
    this.asking?.abort();
    if (!text) { this.results.innerHTML = this.start; return; }
    this.asking = new AbortController();
    const at = this.dataset.at ? `&${this.dataset.at}` : "";
    try {
      const response = await fetch(`${this.dataset.url}?q=${encodeURIComponent(text)}${at}`, { signal: this.asking.signal, headers: { "HX-Request": "true" } });
      if (!response.ok) return;
      this.results.innerHTML = await response.text();
      this.#choose(0);
    } catch (problem) {
      if (problem.name !== "AbortError") throw problem;
    }
  }

  get options() { return [...this.results.querySelectorAll("[role=option]")]; }

  #choose(index) {
    const options = this.options;
    options.forEach((option, at) => option.setAttribute("aria-selected", at === index ? "true" : "false"));
    this.index = index;
    if (options[index]) {
      this.input.setAttribute("aria-activedescendant", options[index].id);
      options[index].scrollIntoView({ block: "nearest" });
    } else this.input.removeAttribute("aria-activedescendant");
  }

  #key(event) {
    const last = this.options.length - 1;
    if (event.key === "ArrowDown") { event.preventDefault(); this.#choose(Math.min(last, (this.index ?? -1) + 1)); }
    else if (event.key === "ArrowUp") { event.preventDefault(); this.#choose(Math.max(0, (this.index ?? 1) - 1)); }
    else if (event.key === "Enter") { event.preventDefault(); (this.options[this.index ?? 0])?.click(); }
  }
}
customElements.define("northing-search", Search);
