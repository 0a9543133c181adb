// Pictures of flow (templates/flow/drawing.html): the marks that lead somewhere are one stop of Tab, and the arrow keys go
// from one to the next, from left to right. What a mark says stands beside it while it has the focus.
const KEYS = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1, PageDown: 10, PageUp: -10, Home: -Infinity, End: Infinity };

for (const plot of document.querySelectorAll(".flow-plot")) {
  const marks = [...plot.querySelectorAll("a[href]")];
  if (marks.length) rove(plot, marks);
}

function rove(plot, marks) {
  let order = null;
  const tip = document.createElement("p");
  tip.className = "flow-tip small";
  tip.hidden = true;
  tip.ariaHidden = "true";
  plot.append(tip);
  marks[0].tabIndex = 0;

  plot.addEventListener("keydown", (event) => {
    const step = KEYS[event.key];
    if (!step || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    const from = event.target.closest("a[href]");
    if (!from) return;
    event.preventDefault();
    order ??= sorted(marks);
    const place = Math.min(Math.max(order.indexOf(from) + step, 0), order.length - 1);
    order[place].focus();
  });

  plot.addEventListener("focusin", ({ target }) => {
    const mark = target.closest("a[href]");
    if (!mark) return;
    for (const one of marks) one.tabIndex = one === mark ? 0 : -1;
    if (mark.matches(":focus-visible")) tell(plot, tip, mark);
  });
  plot.addEventListener("focusout", () => { tip.hidden = true; });
}

// From left to right, and of one place from the top.
function sorted(marks) {
  const at = new Map(marks.map((one) => [one, one.getBoundingClientRect()]));
  const middle = (one) => Math.round(at.get(one).left + at.get(one).width / 2);
  return [...marks].sort((a, b) => middle(a) - middle(b) || at.get(a).top - at.get(b).top);
}

function tell(plot, tip, mark) {
  tip.textContent = mark.getAttribute("aria-label");
  tip.hidden = !tip.textContent;
  const box = plot.getBoundingClientRect(), own = mark.getBoundingClientRect();
  const middle = own.left + own.width / 2 - box.left - tip.offsetWidth / 2;
  tip.style.left = `${Math.min(Math.max(middle, 0), box.width - tip.offsetWidth)}px`;
  tip.style.top = `${Math.max(own.top - box.top - tip.offsetHeight - 6, -tip.offsetHeight - 4)}px`;
}
