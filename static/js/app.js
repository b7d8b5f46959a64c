/* The last touches: every page works without this file. */
(() => {
  const all = (css, root = document) => root.querySelectorAll(css);
  const one = (css, root = document) => root.querySelector(css);

  /* What only makes sense with a script is written hidden. */
  const prepare = (root) => {
    for (const element of all("[data-script]", root)) element.hidden = false;
    for (const strip of all("[data-strip]", root)) {
      const day = one("[aria-current]", strip);
      if (day) strip.scrollLeft = day.offsetLeft - strip.offsetLeft - (strip.clientWidth - day.offsetWidth) / 2;
    }
    for (const radio of all("[data-chosen]:checked", root)) show(radio);
    for (const clock of all("[data-seconds]", root)) countdown(clock);
  };

  /* The bar says what is chosen. */
  const show = (radio) => {
    const text = radio.form && one("[data-chosen-text]", radio.form);
    if (!text) return;
    text.textContent = radio.dataset.chosen;
    one("[data-detail-text]", radio.form).textContent = radio.dataset.detail || "";
  };

  const countdown = (clock) => {
    const end = Date.now() + 1000 * clock.dataset.seconds;
    clock.removeAttribute("data-seconds");
    const tick = () => {
      const left = Math.max(0, Math.round((end - Date.now()) / 1000));
      clock.textContent = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
      if (!left) clock.closest("[data-until-zero]")?.remove();
      if (left && clock.isConnected) setTimeout(tick, 1000);
    };
    tick();
  };

  /* 85073003328 -> 85.07.30-033.28 while one types at the end; anything else is left alone. */
  const group = (input) => {
    const digits = input.value.replace(/[\s.\-/]/g, "");
    if (!/^\d{1,11}$/.test(digits) || input.selectionStart !== input.value.length) return;
    const [, ...parts] = digits.match(/^(\d{1,2})(\d{0,2})(\d{0,2})(\d{0,3})(\d{0,2})$/);
    input.value = parts.reduce((text, part, i) => (part ? text + (i === 0 ? "" : i === 3 ? "-" : ".") + part : text), "");
  };

  const toast = (words) => {
    const region = one("#toasts");
    if (!region || !words) return;
    const line = document.createElement("p");
    line.className = "toast";
    line.textContent = words;
    region.append(line);
    setTimeout(() => line.remove(), 6000);
  };

  /* "Near me": asked for only when pressed; every answer is said beside the button. */
  const near = (button) => {
    const form = button.form;
    const { lat, lon, where } = form.elements;
    const say = (key) => { one("[data-near-said]", form.parentNode).textContent = button.dataset[key] || ""; };
    const set = (on, coords) => {
      button.setAttribute("aria-pressed", on);
      lat.value = coords ? coords.latitude.toFixed(3) : "";
      lon.value = coords ? coords.longitude.toFixed(3) : "";
    };
    if (button.getAttribute("aria-pressed") === "true") return set(false), say("cleared");
    if (!navigator.geolocation) return say("unavailable");
    button.setAttribute("aria-busy", "true");
    say("asking");
    navigator.geolocation.getCurrentPosition(
      (position) => {
        button.removeAttribute("aria-busy");
        where.value = "";
        set(true, position.coords);
        say("found");
      },
      (problem) => {
        button.removeAttribute("aria-busy");
        say({ 1: "refused", 3: "timeout" }[problem.code] || "unavailable");
        where.focus();
      },
      { timeout: 10000, maximumAge: 300000 },
    );
  };

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-near], [data-print]");
    if (button) button.matches("[data-print]") ? window.print() : near(button);
  });
  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-chosen]")) show(event.target);
  });
  document.addEventListener("input", (event) => {
    const input = event.target;
    if (input.matches("[data-niss]")) group(input);
    const pressed = input.name === "where" && input.form && one("[data-near][aria-pressed=true]", input.form);
    if (pressed) near(pressed);
  });

  /* A second press on the same form is not a second order. Capture: before htmx sees it. */
  const release = (form) => {
    form.removeAttribute("data-sent");
    for (const button of all("[type=submit][aria-busy]", form)) button.removeAttribute("aria-busy");
  };
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post") return;
    if (form.hasAttribute("data-sent")) {
      event.preventDefault();
      event.stopImmediatePropagation();
      return;
    }
    form.setAttribute("data-sent", "");
    event.submitter?.setAttribute("aria-busy", "true");
    setTimeout(release, 15000, form); /* a download answers without leaving the page */
  }, true);
  document.addEventListener("htmx:finally:request", (event) => {
    const form = event.target.closest?.("form") || event.detail.ctx.sourceElement?.form;
    if (form) release(form);
  });
  window.addEventListener("pageshow", () => {
    all("form[data-sent]").forEach(release);
    all("[data-chosen]:checked").forEach(show); /* Back: the browser has ticked it again by now */
  });

  /* After a swap the focus goes to what must be read first. */
  document.addEventListener("htmx:after:swap", (event) => {
    const target = event.detail.ctx.target;
    const root = target?.isConnected ? target : document.getElementById(target?.id) || document;
    prepare(root.parentNode || root);
    const kept = one("[data-keep]:focus", root); /* htmx found the same tab, arrow or person again */
    const first = one(kept ? ".error-summary" : ".error-summary, [data-focus]", root);
    if (!first) return;
    if (!first.hasAttribute("tabindex")) first.tabIndex = -1;
    first.focus({ preventScroll: true });
    const calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    first.scrollIntoView({ block: "nearest", behavior: calm ? "auto" : "smooth" });
  });
  document.addEventListener("htmx:error", () => toast(one("#toasts")?.dataset.failed));
  document.addEventListener("toast", (event) => toast(event.detail?.text || event.detail?.value));

  /* A menu closes on Escape, where the focus then is on its button, and when something else is touched. */
  const shut = (menu) => { menu.open = false; };
  document.addEventListener("keydown", (event) => {
    const menu = event.key === "Escape" && one("[data-menu][open]");
    if (!menu) return;
    if (menu.contains(document.activeElement)) one("summary", menu).focus();
    shut(menu);
  });
  for (const sign of ["click", "focusin"]) {
    document.addEventListener(sign, ({ target }) => {
      for (const menu of all("[data-menu][open]")) if (!menu.contains(target)) shut(menu);
    });
  }

  prepare(document);
  one(".error-summary")?.focus();
})();
