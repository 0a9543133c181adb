// <northing-timeline>: on a past page, dragging shows the same page at each revision, or day, without leaving it.

const SWAPPED = ["#main", ".banner-past [data-at]", ".revision", ".rail nav"];
const DAY = 86_400_000;
const YEAR_ONE = Date.UTC(1970, 0, 1) - 719_163 * DAY; // day 719163 is 1 January 1970

class NorthingTimeline extends HTMLElement {
  connectedCallback() {
    this.slider = this.querySelector("input[type=range]");
    this.slider?.addEventListener("input", () => {
      clearTimeout(this.later);
      this.later = setTimeout(() => this.show(), 90);
    });
  }

  get reference() {
    const value = Number(this.slider.value);
    return this.dataset.unit === "day" ? new Date(YEAR_ONE + value * DAY).toISOString().slice(0, 10) : String(value);
  }

  async show() {
    this.asking?.abort();
    this.asking = new AbortController();
    const address = new URL(location.href);
    address.searchParams.set("at", this.reference);
    address.searchParams.set("mode", this.dataset.mode);
    try {
      const answer = await fetch(address, { signal: this.asking.signal, headers: { Accept: "text/html" }, credentials: "same-origin" });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      if (!page.querySelector(".banner-past")) { location.href = address; return; } // at the newest: no longer the past
      for (const selector of SWAPPED) {
        const here = document.querySelector(selector), there = page.querySelector(selector);
        if (here && there) here.replaceWith(document.adoptNode(there));
      }
      document.title = page.title;
      history.replaceState(null, "", address);
      window.htmx?.process(document.querySelector("#main"));
      this.querySelector("[data-said]").textContent = document.querySelector(".banner-past [data-at]")?.textContent ?? "";
    } catch (problem) {
      if (problem.name !== "AbortError") throw problem;
    }
  }
}

customElements.define("northing-timeline", NorthingTimeline);
