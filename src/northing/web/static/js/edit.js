// Forms in place: a link with data-ask opens its form in a dialog over the page. Without this script it is a page.
import { toast } from "./toasts.js";

const dialog = document.getElementById("ask");

document.addEventListener("click", async (event) => {
  const link = event.target.closest("a[data-ask]");
  if (!link || event.metaKey || event.ctrlKey || event.shiftKey || event.button) return;
  event.preventDefault();
  document.querySelectorAll("details.menu[open]").forEach((menu) => { menu.open = false; });
  const html = await fragment(link.href);
  if (html === null) { location.href = link.href; return; }
  show(html, link);
});

async function fragment(href) {
  try {
    const answer = await fetch(href, { headers: { "HX-Request": "true", Accept: "text/html" }, credentials: "same-origin" });
    return answer.ok || answer.status === 422 ? await answer.text() : null;
  } catch {
    toast({ text: document.body.dataset.offline || "The server cannot be reached. Nothing was changed.", tone: "bad" });
    return null;
  }
}

function show(html, opener) {
  dialog.innerHTML = html;
  const form = dialog.querySelector("form");
  dialog.setAttribute("aria-label", dialog.querySelector("h2")?.textContent || "");
  if (!dialog.open) dialog.showModal();
  (dialog.querySelector("[aria-invalid], [autofocus]") || dialog.querySelector("input:not([type=hidden]), select, textarea, button"))?.focus();
  dialog.addEventListener("close", () => opener?.focus(), { once: true });
  form?.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = form.querySelector("footer .primary, footer .danger");
    button.disabled = true;
    let answer;
    try {
      answer = await fetch(form.action, { method: "POST", body: new FormData(form), headers: { "HX-Request": "true", Accept: "text/html" }, credentials: "same-origin" });
    } catch {
      button.disabled = false;
      toast({ text: document.body.dataset.offline || "The server cannot be reached. Nothing was changed.", tone: "bad" });
      return;
    }
    const target = answer.headers.get("X-Go-To");
    if (target) {
      const there = new URL(target, location.href);
      if (there.pathname === location.pathname && there.search === location.search) location.reload();
      else location.href = target;
      return;
    }
    show(await answer.text(), opener);
  });
}
