/* Arranging a list: by drag, with mouse or finger, by the arrow keys and by its buttons. Without it each press is a form. */
(() => {
  const form = document.querySelector("[data-order]");
  if (!form) return;
  const shown = form.querySelector("[data-shown]");
  const waiting = form.querySelector("[data-hidden]");
  const lines = () => [...shown.children];

  const keep = () => { form.elements.shown.value = lines().map((line) => line.dataset.slug).join(","); };

  const say = (line) => {
    const at = lines().indexOf(line);
    const words = at < 0 ? form.dataset.gone : form.dataset.place;
    form.querySelector("[data-said]").textContent = words
      .replace("{widget}", line.dataset.title).replace("{place}", at + 1).replace("{total}", lines().length);
  };

  const step = (line, what) => {
    if (what === "up") line.previousElementSibling?.before(line);
    if (what === "down") line.nextElementSibling?.after(line);
    if (what === "hide") waiting.append(line);
    if (what === "show") shown.append(line);
    keep();
    say(line);
  };

  form.addEventListener("click", (event) => {
    const button = event.target.closest("button[name=press]");
    const line = button?.closest("[data-slug]");
    if (!line) return;
    event.preventDefault();
    const what = button.value.split(":")[0];
    step(line, what);
    const next = { hide: "show", show: "up" }[what] || what;
    line.querySelector(`.arrange-${next}`).focus();
  });

  form.addEventListener("keydown", (event) => {
    const grip = event.target.closest(".arrange-grip");
    const what = { ArrowUp: "up", ArrowDown: "down" }[event.key];
    if (!grip || !what) return;
    event.preventDefault();
    step(grip.closest("[data-slug]"), what);
    grip.focus();
  });

  /* The line follows the pointer between its neighbours; a mouse may take it anywhere, a finger by its grip. */
  form.addEventListener("pointerdown", (event) => {
    const line = event.target.closest("[data-shown] > [data-slug]");
    const grip = event.target.closest(".arrange-grip");
    if (!line || event.button || (!grip && (event.pointerType !== "mouse" || event.target.closest("button")))) return;
    event.preventDefault();
    grip?.focus();
    const before = form.elements.shown.value;
    line.classList.add("arrange-taken");

    const move = ({ clientY }) => {
      const over = lines().find((other) => {
        const box = other.getBoundingClientRect();
        return other !== line && clientY >= box.top && clientY <= box.bottom;
      });
      if (!over) return;
      const box = over.getBoundingClientRect();
      const below = lines().indexOf(over) > lines().indexOf(line);
      if (below && clientY > box.top + box.height / 2) over.after(line);
      if (!below && clientY < box.top + box.height / 2) over.before(line);
    };
    const drop = () => {
      line.classList.remove("arrange-taken");
      removeEventListener("pointermove", move);
      removeEventListener("pointerup", drop);
      removeEventListener("pointercancel", drop);
      keep();
      if (form.elements.shown.value !== before) say(line);
    };
    addEventListener("pointermove", move);
    addEventListener("pointerup", drop);
    addEventListener("pointercancel", drop);
  });
})();
