// <northing-chart>: draws an ECharts option that the server made (report/charts.py) and follows the theme.
// The option stands in a <script type="application/json"> inside; the table beside it says the same in words.

const library = () => import("../vendor/echarts/echarts.esm.min.js");

class NorthingChart extends HTMLElement {
  connectedCallback() {
    if (this.watcher) return;
    this.watcher = new IntersectionObserver((seen) => {
      if (seen.some((entry) => entry.isIntersecting)) { this.watcher.disconnect(); this.draw(); }
    }, { rootMargin: "200px" });
    this.watcher.observe(this);
    this.dark = matchMedia("(prefers-color-scheme: dark)");
    this.repaint = () => this.paint();
    this.dark.addEventListener("change", this.repaint);
  }

  disconnectedCallback() {
    this.watcher?.disconnect();
    this.watcher = null;
    this.dark?.removeEventListener("change", this.repaint);
    this.resizer?.disconnect();
    this.chart?.dispose();
    this.chart = null;
  }

  async draw() {
    const { init } = await library();
    const place = this.querySelector("[data-canvas]");
    if (!place || !this.isConnected) return;
    this.chart = init(place, null, { renderer: "canvas" });
    this.chart.on("click", ({ data }) => this.follow(data?.href));
    this.resizer = new ResizeObserver(() => this.chart?.resize());
    this.resizer.observe(place);
    this.paint();
    this.setAttribute("data-drawn", "");
  }

  // Where a part of the picture leads: the receipt of a figure opens over the page.
  async follow(href) {
    if (!href) return;
    if (href.includes("/why?")) (await import("./why.js")).openWhy(href, null);
    else location.href = href;
  }

  paint() {
    if (!this.chart) return;
    const option = this.resolve(JSON.parse(this.querySelector('script[type="application/json"]').textContent));
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) option.animation = false;
    option.tooltip = { ...option.tooltip, formatter: ({ data, name, value }) => data?.tip ?? `${name}: ${value}` };
    this.chart.setOption(option, true);
  }

  // Tokens become colours, and ways of writing numbers become formatters.
  resolve(value) {
    const styles = getComputedStyle(this);
    const token = (text) => text.replace(/var\((--[\w-]+)\)/g, (_, name) => styles.getPropertyValue(name).trim());
    const walk = (part) => {
      if (typeof part === "string") return part.startsWith("var(") ? token(part) : part;
      if (Array.isArray(part)) return part.map(walk);
      if (part === null || typeof part !== "object") return part;
      const made = Object.fromEntries(Object.entries(part).map(([key, inner]) => [key, key === "tip" ? inner : walk(inner)]));
      if (made.short) {
        made.formatter = shortened(made.short);
        delete made.short;
      }
      if (made.intl) {
        const format = new Intl.NumberFormat(document.documentElement.lang || "en", made.intl);
        delete made.intl;
        made.formatter = (number) => format.format(number);
      }
      return made;
    };
    return walk(value);
  }
}

// €500k, €1.2m: as the pages around shorten it (report/words.py, amount).
function shortened({ before, steps }) {
  const language = document.documentElement.lang || "en";
  const [plain, fine] = [0, 1].map((digits) => new Intl.NumberFormat(language, { minimumFractionDigits: digits, maximumFractionDigits: digits }));
  const whole = new Intl.NumberFormat(language, { maximumFractionDigits: 2 });
  return (number) => {
    const size = Math.abs(number);
    const [limit, letter] = steps.find(([least]) => size >= least * 0.9995) ?? [1, ""];
    const format = letter ? (size < limit * 100 ? fine : plain) : whole;
    return `${number < 0 ? "−" : ""}${before}${format.format(size / limit)}${letter}`;
  };
}

customElements.define("northing-chart", NorthingChart);
