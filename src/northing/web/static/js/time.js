// The slider over the revisions: says of each when, by whom and why, before one goes there.
class Time extends HTMLElement {
  connectedCallback() {
    this.slider = this.querySelector("input[type=range]");
    this.output = this.querySelector("output");
    this.box = this.querySelector("input[name=at]");
    // Letting go of the slider goes there; by keyboard one chooses, then shows.
    this.slider.addEventListener("pointerdown", () => { this.dragged = true; });
    this.slider.addEventListener("change", () => { if (this.dragged) this.querySelector("form").requestSubmit(); });
    this.slider.addEventListener("keydown", () => { this.dragged = false; });
    this.slider.addEventListener("input", () => {
      this.box.value = this.slider.value;
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.#say(this.slider.value), 50);
    });
  }

  async #say(no) {
    this.asking?.abort();
    this.asking = new AbortController();
    try {
      const response = await fetch(`${this.dataset.url}?no=${no}`, { signal: this.asking.signal, headers: { "HX-Request": "true" } });
      if (response.ok) this.output.innerHTML = await response.text();
    } catch (problem) {
      if (problem.name !== "AbortError") throw problem;
    }
  }
}
customElements.define("northing-time", Time);
