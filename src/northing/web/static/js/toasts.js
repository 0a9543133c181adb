// A short word at the foot of the page, with a way back where there is one.
// The undo itself is sent by whoever listens (send.js): this module imports nothing, so that anything may import it.

const SHOWN_MS = 9000;

export function toast({ text, undo = null, undoText = "Undo", tone = "", href = "", hrefText = "" }) {
  const region = document.getElementById("toasts");
  if (!region) return;
  const box = document.createElement("div");
  box.className = `toast ${tone}`.trim();
  const words = document.createElement("span");
  words.textContent = text;
  box.append(words);
  if (undo) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button";
    button.textContent = region.dataset.undo || undoText;
    button.addEventListener("click", () => {
      box.remove();
      document.dispatchEvent(new CustomEvent("northing:undo", { detail: undo }));
    });
    box.append(button);
  }
  if (href) {
    const link = document.createElement("a");
    link.className = "button";
    link.href = href;
    link.textContent = hrefText;
    box.append(link);
  }
  const close = document.createElement("button");
  close.type = "button";
  close.className = "close";
  close.setAttribute("aria-label", region.dataset.close || "Close");
  close.textContent = "×";
  close.addEventListener("click", () => box.remove());
  box.append(close);
  while (region.children.length > 2) region.firstElementChild.remove();
  region.append(box);
  let timer = setTimeout(() => box.remove(), SHOWN_MS);
  box.addEventListener("pointerenter", () => clearTimeout(timer));
  box.addEventListener("focusin", () => clearTimeout(timer));
  box.addEventListener("pointerleave", () => { timer = setTimeout(() => box.remove(), SHOWN_MS); });
}
