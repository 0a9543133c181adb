// A file on its way in is looked at again every second; a new source is only asked for where none is chosen.
const place = document.getElementById("incoming");
const form = document.querySelector("[data-bring]");

async function look() {
  if (!place?.querySelector("[data-working]")) return;
  try {
    const answer = await fetch(location.href, { headers: { "HX-Request": "true" } });
    const target = answer.headers.get("X-Go-To");
    if (target) { location.assign(target); return; }
    if (answer.ok) {
      const meter = place.querySelector("[data-working]");
      const text = await answer.text();
      // What is focused is left alone while nothing but the share of it has changed.
      const made = new DOMParser().parseFromString(text, "text/html");
      const next = made.querySelector("[data-job]");
      if (next?.hasAttribute("data-working") && meter) {
        meter.querySelector(".meter")?.replaceWith(next.querySelector(".meter"));
        meter.querySelector("p")?.replaceWith(next.querySelector("p"));
        const title = next.querySelector("h2").textContent;
        if (meter.querySelector("h2").textContent !== title) meter.querySelector("h2").textContent = title;
      } else if (next) {
        place.replaceChildren(next);
        place.querySelector(".confirm .button.primary")?.focus();
      }
    } else if (answer.status === 401) { location.reload(); return; }
  } catch { /* the server is away for a moment: it is asked again */ }
  setTimeout(look, 700);
}
if (place) setTimeout(look, 300);

if (form) {
  const chosen = form.querySelector('[name="source"]');
  const fresh = form.querySelector("[data-new]");
  const show = () => {
    fresh.hidden = Boolean(chosen?.value);
    for (const field of fresh.querySelectorAll("input, select")) field.disabled = fresh.hidden;
  };
  chosen?.addEventListener("change", show);
  show();
}
