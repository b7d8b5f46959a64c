/* Single letters for whoever works at the desk all day; each does what a link on the page does. */
(() => {
  const OFF = "parvis-keys-off";
  const stored = () => { try { return localStorage.getItem(OFF); } catch { return null; } };
  const ANYWHERE = { g: "/desk/day", b: "/desk/book", "/": "/desk/patients" };

  const cards = () => [...document.querySelectorAll("[id^='open-']")].filter((link) => link.offsetParent);
  const step = (by) => {
    const all = cards(), at = all.indexOf(document.activeElement);
    const next = all[at < 0 ? (by > 0 ? 0 : all.length - 1) : at + by];
    next?.focus();
    return Boolean(next);
  };

  /* the list of keys, over the page for a moment; it is a page of its own too */
  const help = async () => {
    const known = document.querySelector(".keys-dialog");
    if (known) return known.open ? known.close() : known.showModal();
    const answer = await fetch("/desk/shortcuts");
    const list = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("shortcuts");
    if (!answer.ok || !list) return window.location.assign("/desk/shortcuts");
    const dialog = document.createElement("dialog");
    dialog.className = "keys-dialog";
    dialog.setAttribute("aria-label", list.querySelector("h1").textContent);
    const title = document.createElement("p");
    title.className = "keys-title";
    title.textContent = dialog.getAttribute("aria-label");
    list.querySelector("h1").replaceWith(title);
    list.removeAttribute("id");
    dialog.append(list);
    document.body.append(dialog);
    ready(dialog);
    return dialog.showModal();
  };

  const ready = (root) => {
    for (const box of root.querySelectorAll("[data-keys-switch]")) {
      box.checked = !stored();
      for (const one of box.closest("label").querySelectorAll("[data-script]")) one.hidden = false;
    }
  };
  document.addEventListener("change", (event) => {
    if (!event.target.matches("[data-keys-switch]")) return;
    try { event.target.checked ? localStorage.removeItem(OFF) : localStorage.setItem(OFF, "1"); } catch { /* a browser that keeps nothing */ }
  });

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.target.closest?.("input, select, textarea, [contenteditable]") || stored()) return;
    if (event.key === "?") {
      event.preventDefault();
      help();
      return;
    }
    if (document.querySelector("dialog[open]")) return;
    const here = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
    if (here) here.click();
    else if (event.key === "j" || event.key === "k") step(event.key === "j" ? 1 : -1);
    else if (event.key in ANYWHERE) window.location.assign(ANYWHERE[event.key]);
    else return;
    event.preventDefault();
  });
  ready(document);
})();
