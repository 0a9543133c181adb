// Opening and closing: one dialog at a time, focus goes back where it was.
export function openDialog(id) {
  const dialog = document.getElementById(id);
  if (!dialog || dialog.open) return dialog;
  document.querySelectorAll("details.menu[open], details.switcher[open]").forEach((menu) => { menu.open = false; });
  dialog.showModal();
  const first = dialog.querySelector("[autofocus], input:not([type=hidden]):not([type=radio]), .body button, .body a");
  first?.focus();
  if (first?.select) first.select();
  return dialog;
}

export function closeAll() {
  document.querySelectorAll("details.menu[open], details.switcher[open]").forEach((menu) => {
    menu.open = false;
    menu.querySelector("summary").focus();
  });
}

// Put a fragment of the server's into a dialog of the frame and show it.
export function showFragment(id, html) {
  const dialog = document.getElementById(id);
  dialog.innerHTML = html;
  window.htmx?.process(dialog);
  if (!dialog.open) dialog.showModal();
  dialog.querySelector("[autofocus], input, button.primary")?.focus();
  return dialog;
}
