// The receipt of a figure in a dialog over the page; one receipt leads to the next, and back. Without this it is a page.
import { toast } from "./toasts.js";

const dialog = document.getElementById("receipt");
const trail = [];

// Open the receipt at *href*; focus goes back to *opener*.
export function openWhy(href, opener) {
  trail.length = 0;
  dialog.opener = opener;
  return show(href);
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a.why");
  if (!link || !dialog || event.metaKey || event.ctrlKey || event.shiftKey || event.button) return;
  event.preventDefault();
  if (dialog.open) show(link.href);
  else openWhy(link.href, link);
});

dialog?.addEventListener("close", () => { dialog.opener?.focus(); dialog.replaceChildren(); });

async function show(href, back = false) {
  let html;
  try {
    const answer = await fetch(href, { headers: { "HX-Request": "true", Accept: "text/html" }, credentials: "same-origin" });
    if (!answer.ok && answer.status !== 404 && answer.status !== 422) { location.href = href; return; }
    html = await answer.text();
  } catch {
    toast({ text: document.body.dataset.offline || "The server cannot be reached.", tone: "bad" });
    return;
  }
  if (!back) trail.push(href);
  dialog.innerHTML = html;
  const title = dialog.querySelector("h2");
  dialog.setAttribute("aria-label", title?.textContent || "");
  if (trail.length > 1 && title) title.before(backward());
  if (!dialog.open) dialog.showModal();
  dialog.scrollTop = 0;
  dialog.querySelector("[data-close]")?.focus();
}

function backward() {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button plain small";
  button.textContent = dialog.dataset.back;
  button.addEventListener("click", () => { trail.pop(); show(trail.at(-1), true); });
  return button;
}
