// Saved views: the address under a name.
import { send } from "./send.js";

const state = () => document.querySelector("northing-grid")?.query ?? document.querySelector("[data-state]").dataset.state;

{
  const form = document.querySelector("[data-view-save]");
  form?.addEventListener("submit", async (event) => {
    event.preventDefault();
    const answer = await send("portfolio/views/save", { query: state(), name: form.elements["view-name"].value, mine: form.elements.mine.checked });
    if (answer.ok) location.assign(`${location.pathname}?${state()}${state() ? "&" : ""}view=${answer.body.view}`);
  });
  document.addEventListener("click", async (event) => {
    const update = event.target.closest("[data-view-update]");
    const remove = event.target.closest("[data-view-remove]");
    if (update) {
      const query = new URLSearchParams(state());
      query.delete("view");
      await send("portfolio/views/save", { query: query.toString(), id: update.dataset.viewUpdate });
    } else if (remove) {
      const answer = await send("portfolio/views/remove", { id: remove.dataset.viewRemove });
      if (answer.ok) location.assign(location.pathname);
    }
  });
}
