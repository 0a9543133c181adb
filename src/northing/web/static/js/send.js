// How a change goes to the server: JSON, under the session's own token, on the revision that the page shows.
// A conflict opens the dialog that the server made of it; a refusal becomes a toast; the head is kept up to date.
import { showFragment } from "./dialogs.js";
import { toast } from "./toasts.js";

const root = document.body;

export const home = () => root.dataset.home;
export const head = () => Number(root.dataset.head || 0);

export function moveHead(no, said = "") {
  if (!no || no <= head()) return;
  root.dataset.head = no;
  const pulse = document.getElementById("pulse");
  if (pulse) {
    pulse.setAttribute("hx-get", `${home()}pulse?since=${no}`);
    window.htmx?.process(pulse);
  }
  for (const shown of document.querySelectorAll(".revision strong")) shown.textContent = `r${no}`;
  const words = document.querySelector("[data-at-words]");
  if (words && said) words.textContent = ` · ${said}`;
}

export async function send(path, body, { quiet = false } = {}) {
  let response;
  try {
    response = await fetch(home() + path, {
      method: "POST",
      headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": root.dataset.csrf },
      body: JSON.stringify({ on: head(), ...body }),
    });
  } catch {
    toast({ text: root.dataset.offline || "The server cannot be reached. Nothing was changed.", tone: "bad" });
    return { ok: false, status: 0, body: {} };
  }
  const answer = response.headers.get("Content-Type")?.includes("json") ? await response.json() : {};
  if (response.ok) {
    moveHead(answer.head, answer.said);
    if (answer.toast) toast(answer.toast);
    return { ok: true, status: response.status, body: answer };
  }
  if (response.status === 401) location.reload();
  if (response.status === 409 && answer.dialog) {
    const dialog = showFragment("conflict", answer.dialog);
    const resolved = await new Promise((resolve) => {
      const form = dialog.querySelector("form");
      form.addEventListener("submit", (event) => {
        event.preventDefault();
        resolve(Object.fromEntries(new FormData(form)));
        dialog.close();
      });
      dialog.addEventListener("close", () => resolve(null), { once: true });
    });
    if (resolved) return send("resolve", { conflict: answer.conflict, choices: resolved, on: answer.at }, { quiet });
    return { ok: false, status: 409, body: answer, dropped: true };
  }
  if (!quiet) toast({ text: [answer.message, answer.remedy].filter(Boolean).join(" ") || `${response.status}`, tone: "bad" });
  return { ok: false, status: response.status, body: answer };
}

document.addEventListener("northing:undo", async (event) => {
  const answer = await send("undo", { no: event.detail });
  if (!answer.ok) return;
  if (document.querySelector("northing-grid")) document.dispatchEvent(new CustomEvent("northing:changed", { detail: answer.body }));
  else location.reload();
});
