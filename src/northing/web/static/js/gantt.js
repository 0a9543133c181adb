// <northing-gantt>: the roadmap picture on a page. The server lays it out; this pans, zooms, folds and explains it.
// Without this script every control is a plain link and the picture is complete.

const STEP = 80;

class NorthingGantt extends HTMLElement {
  connectedCallback() {
    if (this.tip) return;
    this.tip = document.createElement("div");
    this.tip.className = "gantt-tip";
    this.tip.hidden = true;
    document.body.append(this.tip);
    this.addEventListener("pointerover", (event) => this.explain(event.target, event));
    this.addEventListener("pointermove", (event) => this.place(event.clientX, event.clientY));
    this.addEventListener("pointerleave", () => { this.tip.hidden = true; });
    this.addEventListener("focusin", (event) => this.explainFocus(event.target));
    this.addEventListener("focusout", () => { this.tip.hidden = true; });
    this.addEventListener("keydown", (event) => this.key(event));
    this.addEventListener("click", (event) => this.follow(event));
    this.addEventListener("pointerdown", (event) => this.drag(event));
    this.resizer = new ResizeObserver(() => this.measure());
    this.resizer.observe(this);
    this.settle();
  }

  disconnectedCallback() {
    this.resizer?.disconnect();
    this.tip?.remove();
    this.tip = null;
  }

  get scroller() { return this.querySelector(".gantt-frame"); }

  // After each drawing: titles become our tooltips (the words stay in aria-label), and today comes into view.
  settle(keep) {
    for (const title of this.querySelectorAll("[data-tip] > title")) title.remove();
    const frame = this.scroller;
    if (!frame) return;
    if (keep) frame.scrollLeft = keep;
    else if (frame.scrollWidth > frame.clientWidth && frame.dataset.today) {
      frame.scrollLeft = Math.max(0, Number(frame.dataset.today) - (frame.clientWidth - Number(frame.dataset.labels)) / 3);
    }
  }

  // Draw again where the room has changed; the cookie lets the next page come right at once.
  measure() {
    const room = Math.floor(this.clientWidth);
    const drawn = Number(this.dataset.width);
    if (!room || this.drawing || Math.abs(room - drawn) < 3 || getComputedStyle(this).getPropertyValue("--narrow").trim()) return;
    document.cookie = `northing_width=${room}; path=/; max-age=31536000; samesite=lax`;
    clearTimeout(this.later);
    this.later = setTimeout(() => this.draw(location.href, { width: room }), 120);
  }

  async draw(href, { width = Math.floor(this.clientWidth), push = false, focus = null } = {}) {
    const address = new URL(href, location.href);
    const shown = address.pathname + address.search;
    address.searchParams.set("part", "picture");
    address.searchParams.set("width", String(width));
    this.drawing = true;
    try {
      const answer = await fetch(address, { headers: { Accept: "text/html" }, credentials: "same-origin" });
      if (!answer.ok) { location.href = shown; return; }
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.querySelector("northing-gantt");
      if (!fresh) { location.href = shown; return; }
      const sameZoom = this.dataset.zoom === fresh.dataset.zoom;
      const keep = sameZoom ? this.scroller?.scrollLeft : 0;
      this.dataset.width = String(width);
      this.dataset.zoom = fresh.dataset.zoom;
      this.replaceChildren(...fresh.childNodes);
      if (push) history.replaceState(null, "", shown);
      this.settle(keep);
      if (focus) this.querySelector(`[data-fold="${CSS.escape(focus)}"]`)?.focus();
      this.dispatchEvent(new CustomEvent("drawn", { bubbles: true }));
    } finally {
      this.drawing = false;
    }
  }

  follow(event) {
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.button) return;
    if (this.dragged) { this.dragged = false; event.preventDefault(); return; }
    const link = event.target.closest("a[data-fold]");
    if (!link) return;
    event.preventDefault();
    this.draw(link.getAttribute("href"), { push: true, focus: link.dataset.fold });
  }

  key(event) {
    const frame = this.scroller;
    if (!frame || event.ctrlKey || event.metaKey || event.altKey) return;
    const fold = event.target.closest?.("a[data-fold]");
    if (fold && event.key === " ") { event.preventDefault(); this.draw(fold.getAttribute("href"), { push: true, focus: fold.dataset.fold }); return; }
    if (event.target !== frame) return;
    const pan = { ArrowLeft: -STEP, ArrowRight: STEP }[event.key];
    if (pan) frame.scrollBy({ left: pan });
    else if (event.key === "Home") frame.scrollTo({ left: 0 });
    else if (event.key === "End") frame.scrollTo({ left: frame.scrollWidth });
    else if (event.key === "t") this.settle();
    else if (event.key === "+" || event.key === "=") this.zoom(1);
    else if (event.key === "-") this.zoom(-1);
    else return;
    event.preventDefault();
  }

  // The zoom steps are the links of the page; a key takes the one before or after the current.
  zoom(step) {
    const links = [...document.querySelectorAll("[data-zoom-link]")];
    const here = links.findIndex((link) => link.hasAttribute("aria-current"));
    links[here + step]?.click();
  }

  drag(event) {
    const frame = this.scroller;
    if (event.button || event.pointerType === "touch" || !frame || frame.scrollWidth <= frame.clientWidth || event.target.closest("a")) return;
    const start = { x: event.clientX, left: frame.scrollLeft };
    const move = (next) => {
      const by = next.clientX - start.x;
      if (Math.abs(by) > 3) { this.dragged = true; frame.classList.add("dragging"); }
      frame.scrollLeft = start.left - by;
    };
    const stop = () => {
      window.removeEventListener("pointermove", move);
      frame.classList.remove("dragging");
      setTimeout(() => { this.dragged = false; });
    };
    window.addEventListener("pointermove", move);
    window.addEventListener("pointerup", stop, { once: true });
  }

  explain(target, event) {
    const about = target.closest?.("[data-tip]");
    const words = about?.dataset.tip;
    this.tip.hidden = !words;
    if (!words) return;
    this.tip.textContent = words;
    this.place(event.clientX, event.clientY);
  }

  explainFocus(target) {
    const about = target.closest?.("[data-tip]");
    if (!about?.dataset.tip) return;
    this.tip.textContent = about.dataset.tip;
    this.tip.hidden = false;
    const box = about.getBoundingClientRect();
    this.place(box.left + 24, box.bottom);
  }

  place(x, y) {
    if (this.tip.hidden) return;
    const { offsetWidth: wide, offsetHeight: tall } = this.tip;
    this.tip.style.left = `${Math.max(8, Math.min(x + 14, innerWidth - wide - 8))}px`;
    this.tip.style.top = `${y + 18 + tall > innerHeight ? y - tall - 12 : y + 18}px`;
  }
}

customElements.define("northing-gantt", NorthingGantt);

// Links beside the picture (zoom, fold all) draw in place too.
document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[data-draw]");
  const gantt = document.querySelector("northing-gantt");
  if (!link || !gantt || event.metaKey || event.ctrlKey || event.shiftKey || event.button) return;
  event.preventDefault();
  for (const other of link.parentElement.querySelectorAll("a[data-draw]")) other.toggleAttribute("aria-current", other === link);
  if (link.hasAttribute("aria-current")) link.setAttribute("aria-current", "true");
  gantt.draw(link.href, { push: true });
});
