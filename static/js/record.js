/* One value: slider, − and +, and typing in step; days back and forth; the steps of a glucose value. Forms work without it. */
(() => {
  const one = (css, root) => root.querySelector(css);
  const comma = !document.documentElement.lang.startsWith("en");

  const number = (text) => {
    const plain = text.replace(/[\s\u00a0\u202f']/g, "").replace(",", ".");
    return /^\d+(\.\d+)?$/.test(plain) ? Number(plain) : null;
  };
  const written = (value, decimals) => {
    const text = value.toFixed(decimals);
    return comma ? text.replace(".", ",") : text;
  };
  const within = (value, low, high) => Math.min(Math.max(value, low), high);
  const facts = (box) => Object.fromEntries(
    ["min", "max", "start", "least", "most", "by", "decimals"].map((name) => [name, Number(box.dataset[name])]));

  /* A number of a whole kind may be typed in thousands: «10.000». */
  const typedIn = (box) => {
    const { decimals } = facts(box);
    const text = one("[data-typed]", box).value;
    return number(decimals === 0 ? text.replace(/(?<=\d)[.,](?=\d{3}\b)/g, "") : text);
  };

  const slide = (box) => {
    const slider = one("[data-slide]", box);
    const { min, max, by, start, decimals } = facts(box);
    Object.assign(slider, { min, max, step: by });
    const value = typedIn(box);
    slider.value = value ?? start;
    slider.setAttribute("aria-valuetext", written(Number(slider.value), decimals));
  };

  const set = (box, value) => {
    const { least, most, decimals } = facts(box);
    one("[data-typed]", box).value = written(within(value, least, most), decimals);
    slide(box);
  };

  const shift = (box, sign) => {
    const { by, start } = facts(box);
    set(box, typedIn(box) === null ? start : typedIn(box) + sign * by);
  };

  const day = (box, sign) => {
    const input = one("[data-typed]", box);
    const date = new Date(`${input.value || new Date().toISOString().slice(0, 10)}T12:00:00Z`);
    if (Number.isNaN(date.getTime())) return;
    date.setUTCDate(date.getUTCDate() + sign);
    const next = date.toISOString().slice(0, 10);
    if (!input.max || next <= input.max) input.value = next;
  };

  /* Four steps, one at a time; a step with something to correct is shown first. */
  const steps = (form, at) => {
    const parts = [...form.querySelectorAll("[data-step]")];
    const now = within(at, 0, parts.length - 1);
    form.dataset.at = now;
    parts.forEach((part, i) => { part.hidden = i !== now; });
    one("[data-back]", form).hidden = now === 0;
    one("[data-on]", form).hidden = now === parts.length - 1;
    one("[data-send]", form).hidden = now !== parts.length - 1;
    const said = one("[data-step-said]", form);
    said.textContent = said.dataset.words.replace("{now}", now + 1).replace("{total}", parts.length);
  };

  const prepare = (root) => {
    for (const box of root.querySelectorAll("[data-measure]")) slide(box);
    for (const form of root.querySelectorAll("form[data-steps]")) {
      const parts = [...form.querySelectorAll("[data-step]")];
      const wrong = parts.findIndex((part) => one(".error", part));
      steps(form, form.dataset.at ? Number(form.dataset.at) : wrong < 0 ? 0 : wrong);
    }
  };

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-less], [data-more], [data-back], [data-on]");
    if (!button) return;
    const form = button.closest("form[data-steps]");
    if (button.matches("[data-back], [data-on]")) {
      steps(form, Number(form.dataset.at) + (button.matches("[data-on]") ? 1 : -1));
      one("[data-step]:not([hidden]) input, [data-step]:not([hidden]) select", form)?.focus();
      return;
    }
    const box = button.closest("[data-measure], [data-day]");
    const sign = button.matches("[data-more]") ? 1 : -1;
    box.matches("[data-day]") ? day(box, sign) : shift(box, sign);
  });
  document.addEventListener("input", ({ target }) => {
    const box = target.closest("[data-measure]");
    if (!box) return;
    target.matches("[data-slide]") ? set(box, Number(target.value)) : slide(box);
  });
  document.addEventListener("htmx:after:swap", () => prepare(document));
  prepare(document);
})();
