// The behaviour of the frame: dialogs, menus, the rail on a phone, toasts, and how a change is sent.
// Everything here is an addition: without it the pages can still be read.
import "./search.js";
import "./send.js";
import "./time.js";
import "./timeline.js";
import "./why.js";
import { closeAll, openDialog } from "./dialogs.js";
import { toast } from "./toasts.js";

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-open]");
  if (opener) { event.preventDefault(); openDialog(opener.dataset.open); return; }
  const closer = event.target.closest("[data-close]");
  if (closer) { closer.closest("dialog")?.close(); return; }
  if (event.target.closest("[data-refresh]")) { location.reload(); return; }
  if (event.target.closest("[data-print]")) { print(); return; }
  if (event.target.matches("dialog")) event.target.close(); // the veil around it
  for (const menu of document.querySelectorAll("details.menu[open], details.switcher[open]")) {
    if (!menu.contains(event.target) || event.target.closest(".menu-panel a")) menu.open = false;
  }
  if (event.target.closest("[data-rail-open]")) { event.preventDefault(); rail(true); }
  else if (event.target.closest("[data-rail-close], .veil")) { event.preventDefault(); rail(false); }
});

document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") { event.preventDefault(); openDialog("search"); }
  else if (event.key === "/" && !event.target.closest("input, textarea, select, [contenteditable], dialog")) {
    const box = document.querySelector("[data-slash]");
    if (box) { event.preventDefault(); box.focus(); box.select(); }
  } else if (event.key === "?" && document.getElementById("keys") && !event.target.closest("input, textarea, select, dialog")) { event.preventDefault(); openDialog("keys"); }
  else if (event.key === "Escape") { closeAll(event); rail(false); }
});

function rail(open) {
  const found = document.getElementById("rail");
  if (!found || found.classList.contains("open") === open) return;
  found.classList.toggle("open", open);
  document.querySelector(".veil")?.remove();
  if (open) {
    const veil = document.createElement("div");
    veil.className = "veil";
    document.body.append(veil);
    found.querySelector("nav a")?.focus();
  } else document.querySelector("[data-rail-open]")?.focus();
}

// A plain form that says data-confirm asks first, in our own dialog.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.busy === "yes") { event.preventDefault(); return; }
  if (form.method === "post" && !form.hasAttribute("hx-post")) form.dataset.busy = "yes";
});
addEventListener("pageshow", () => document.querySelectorAll("form[data-busy]").forEach((form) => delete form.dataset.busy));

// A form of a few choices takes effect as one chooses.
document.addEventListener("change", (event) => event.target.form?.matches("form[data-auto]") && event.target.form.requestSubmit());

// The server's word to the page: HX-Trigger: {"toast": {"text": …, "undo": 42, "tone": "bad"}}
document.addEventListener("toast", (event) => toast(event.detail));
document.addEventListener("htmx:response:error", (event) => {
  if (event.detail?.ctx?.response?.status === 401) location.reload();
});
const left = document.querySelector("[data-toast]");
if (left) toast(JSON.parse(left.dataset.toast));
