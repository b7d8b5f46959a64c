/* The agendas renew themselves, cards are moved by mouse, finger and keys, details open beside them. Without this file
   every card and free time is a link to a page where the same can be done. */
(() => {
  const desk = document.querySelector(".agenda-desk");
  if (!desk) return;
  const EVERY = 15000; /* milliseconds between two looks at whether anything changed */
  const ROW = 5, QUARTER = 15, LONGEST = 720; /* minutes */
  const HOLD = 450, SLIP = 8; /* a finger lifts a card after so long, if it stayed so still (milliseconds, pixels) */
  const EDGE = 8; /* pixels at the foot of a card that pull it longer; a finger has twice as many */
  const PACE = 9; /* pixels a frame that the agendas go on under a card held at their edge */
  const part = () => document.getElementById("agendas");
  const panel = () => document.getElementById("panel");
  const columns = () => [...part().querySelectorAll("[data-column]")];
  const headers = { ...JSON.parse(document.body.getAttribute("hx-headers:inherited")), "HX-Request": "true", "HX-Request-Type": "partial" };
  const fill = (words, values) => words.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
  const say = (words) => {
    const region = document.getElementById("agenda-live");
    region.textContent = "";
    requestAnimationFrame(() => { region.textContent = words; });
  };
  let held = null; /* the card in the hand, if any */
  let pressed = null; /* where a mouse or a finger went down on a card, until it is let go */
  let opener = null; /* the id of what opened the panel */

  /* --- parts of the page that are exchanged: focus, scroll and what is open stay ------------------------------- */

  const swap = (html, { polled = false, focus = null } = {}) => {
    const fresh = new DOMParser().parseFromString(html, "text/html").body.firstElementChild;
    const old = fresh && document.getElementById(fresh.id);
    if (!old || (fresh.id !== "agendas" && fresh.id !== "panel")) return null;
    const active = old.contains(document.activeElement) ? document.activeElement.id : null;
    const grid = old.querySelector(".agendas");
    const scrolled = grid && [grid.scrollLeft, grid.scrollTop];
    const said = polled && old.querySelector("[data-said]");
    if (said) fresh.querySelector(".agendas-said").replaceWith(said);
    old.replaceWith(fresh);
    if (fresh.id === "agendas" && scrolled) fresh.querySelector(".agendas")?.scrollTo(...scrolled);
    window.htmx?.process(fresh);
    mark();
    const wanted = focus || active;
    if (fresh.id === "panel") (fresh.querySelector(".error-summary, [data-focus]") || fresh).focus({ preventScroll: true });
    else if (wanted) (document.getElementById(wanted) || document.getElementById("agendas-grid"))?.focus({ preventScroll: true });
    return fresh;
  };

  /* which card the panel is about, and where the hour stands */
  const mark = () => {
    for (const card of part().querySelectorAll("[data-open]")) card.removeAttribute("data-open");
    const of = panel().dataset.of;
    if (of) document.getElementById(`visit-${of}`)?.setAttribute("data-open", "");
    for (const line of part().querySelectorAll(".now")) {
      const { first, rows } = line.parentNode.dataset;
      const row = Math.floor((Date.now() / 60000 - first) / ROW) + 1;
      if (row > 0 && row <= rows) line.className = `now from-${row} for-1`;
    }
  };

  const elsewhere = (answer) => {
    const there = answer.headers.get("HX-Redirect");
    if (there) window.location.assign(there);
    return Boolean(there);
  };

  const failed = () => {
    document.dispatchEvent(new CustomEvent("toast", { detail: { text: document.getElementById("toasts").dataset.failed } }));
  };

  const send = async (url, fields, { focus = null } = {}) => {
    desk.setAttribute("data-busy", "");
    try {
      const body = fields instanceof FormData ? new URLSearchParams(fields) : new URLSearchParams({ ...JSON.parse(desk.dataset.form), csrf_token: headers["X-CSRFToken"], ...fields });
      const answer = await fetch(url, { method: "POST", headers, body });
      if (elsewhere(answer)) return;
      const fresh = swap(await answer.text(), { focus });
      if (!fresh) failed();
      else if (fresh.id === "panel") say(desk.dataset.back);
      else {
        if (answer.ok && panel().querySelector("form[data-place]")) close({ back: false });
        say(fresh.querySelector("[data-said]")?.textContent.trim() || "");
      }
    } catch {
      failed();
    } finally {
      desk.removeAttribute("data-busy");
      put();
    }
  };

  /* --- what others do appears by itself ------------------------------------------------------------------------ */

  let timer = 0, lastHeard = new Date();
  const offline = (away) => {
    const notice = document.getElementById("offline");
    if (!away) lastHeard = new Date();
    if (notice.hidden !== away) return;
    const clock = lastHeard.toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" });
    notice.querySelector("[data-offline]").textContent = fill(notice.dataset.words, { clock });
    notice.hidden = !away;
  };
  const look = async () => {
    clearTimeout(timer);
    if (!document.hidden && !held && !pressed) {
      try {
        const { agendas, tag } = part().dataset;
        const answer = await fetch(agendas, { headers: { ...headers, "If-None-Match": `"${tag}"` }, cache: "no-store" });
        offline(answer.status >= 500);
        if (answer.status === 200 && !held && !pressed && !desk.hasAttribute("data-busy")) {
          const html = await answer.text();
          if (!held && !pressed && swap(html, { polled: true })) say(desk.dataset.renewed);
        } else elsewhere(answer);
      } catch {
        offline(true);
      }
      mark();
    }
    clearTimeout(timer);
    timer = setTimeout(look, EVERY);
  };
  document.addEventListener("visibilitychange", () => { if (!document.hidden) look(); });
  window.addEventListener("online", look);
  document.addEventListener("htmx:after:swap", (event) => {
    if (event.detail.ctx.target?.id === "panel") mark(), look();
  });

  /* --- the panel ----------------------------------------------------------------------------------------------- */

  /* the quarter of an hour under the pointer; the first one for whoever has no pointer */
  const timeAt = (link, event) => {
    const first = Number(link.dataset.start);
    if (!event.detail) return first;
    const rows = (event.clientY - link.getBoundingClientRect().top) / rowHeight(link.closest("[data-column]"));
    const minute = first + Math.floor(rows) * ROW;
    return Math.max(first, minute - (minute % QUARTER));
  };

  const open = async (link, event) => {
    const url = new URL(link.href);
    if ("time" in link.dataset) url.searchParams.set("start", timeAt(link, event));
    else url.pathname += "/panel";
    try {
      const answer = await fetch(url, { headers });
      if (elsewhere(answer)) return;
      opener = link.id;
      if (!answer.ok || !swap(await answer.text())) window.location.assign(link.href);
      else panel().scrollIntoView({ block: "nearest" });
    } catch {
      window.location.assign(link.href);
    }
  };

  const close = ({ back = true } = {}) => {
    const empty = panel();
    empty.replaceChildren();
    empty.removeAttribute("aria-labelledby");
    delete empty.dataset.of;
    mark();
    if (back) (document.getElementById(opener) || document.getElementById("agendas-grid"))?.focus({ preventScroll: true });
  };

  document.addEventListener("click", (event) => {
    if (event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    const shutting = event.target.closest("[data-close]");
    const link = event.target.closest("[data-panel]");
    if (!shutting && !link) return;
    event.preventDefault();
    if (shutting) close();
    else open(link, event);
  });

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("[data-place]")) return;
    event.preventDefault();
    form.removeAttribute("data-sent");
    const card = form.action.match(/appointments\/([0-9a-f-]+)\//)?.[1];
    send(form.action, new FormData(form), { focus: `open-${card}` });
  });

  /* --- a card in the hand: the card itself stays, a copy shows where it would go -------------------------------- */

  const rowHeight = (column) => column.getBoundingClientRect().height / column.dataset.rows;
  const rowOf = (card) => Number(card.className.match(/\bfrom-(\d+)/)[1]);
  const clockOf = (minute) => new Date(minute * 60000).toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit", timeZone: desk.dataset.zone });

  const lift = (card, kind, { byKey = false } = {}) => {
    const copy = card.cloneNode(true);
    copy.removeAttribute("id");
    copy.removeAttribute("data-visit");
    for (const inner of copy.querySelectorAll("[id]")) inner.removeAttribute("id");
    copy.className = copy.className.replace(/\blane-\S+/g, "") + " lifted";
    copy.setAttribute("aria-hidden", "true");
    for (const link of copy.querySelectorAll("a")) link.tabIndex = -1;
    const column = card.closest("[data-column]");
    const minutes = Number(card.dataset.minutes);
    held = { card, copy, kind, byKey, column, from: column, row: rowOf(card), minutes, was: [rowOf(card), minutes], label: document.createElement("div") };
    held.label.className = "drag-label";
    document.body.append(held.label);
    card.classList.add("ghost");
    document.documentElement.classList.add("dragging");
    show();
    if (byKey) say(fill(kind === "move" ? desk.dataset.lifted : desk.dataset.stretched, { name: card.querySelector("a").textContent.trim() }));
  };

  const show = () => {
    const { copy, column, row, minutes, label } = held;
    const rows = Math.min(144, Math.max(Math.ceil(minutes / ROW), held.kind === "move" ? 3 : 1));
    copy.className = copy.className.replace(/\bfrom-\d+/, `from-${row}`).replace(/\bfor-\d+/, `for-${rows}`);
    if (copy.parentNode !== column) column.append(copy);
    const start = Number(column.dataset.first) + (row - 1) * ROW;
    label.textContent = fill(desk.dataset.over, { column: column.dataset.name, from: clockOf(start), to: clockOf(start + minutes) });
    if (held.byKey) say(label.textContent);
  };

  /* back where it was: after the answer, or because it was let go there */
  const put = () => {
    if (!held) return;
    held.copy.remove();
    held.label.remove();
    held.card.classList.remove("ghost");
    document.documentElement.classList.remove("dragging");
    held = null;
  };

  const drop = () => {
    const { card, column, from, row, minutes, was, kind } = held;
    if (column === from && row === was[0] && minutes === was[1]) return put();
    const there = kind === "move"
      ? { start: Number(column.dataset.first) + (row - 1) * ROW, schedule: column.dataset.column }
      : { minutes };
    return send(`/desk/appointments/${card.dataset.visit}/place`, { version: card.dataset.version, ...there }, { focus: `open-${card.dataset.visit}` });
  };

  const moveTo = (column, row) => {
    const step = Math.max(1, held.card.dataset.step / ROW);
    const last = column.dataset.rows - Math.ceil(held.minutes / ROW) + 1;
    held.column = column;
    held.row = Math.min(Math.max(1, Math.round((row - 1) / step) * step + 1), Math.max(1, last));
    show();
  };
  const stretchTo = (minutes) => {
    held.minutes = Math.min(LONGEST, Math.max(ROW, Math.round(minutes / ROW) * ROW));
    show();
  };

  /* --- by mouse and finger ------------------------------------------------------------------------------------- */

  const letGo = () => {
    clearTimeout(pressed?.timer);
    pressed = null;
  };
  desk.addEventListener("dragstart", (event) => event.preventDefault());
  desk.addEventListener("pointerdown", (event) => {
    if (pressed && event.pointerId !== pressed.id) return held ? undefined : letGo(); /* two fingers: a pinch */
    const card = event.target.closest("[data-movable]");
    if (!card || event.button || held || desk.hasAttribute("data-busy")) return;
    const box = card.getBoundingClientRect(), touch = event.pointerType === "touch";
    const edge = !touch ? EDGE : box.height > 5 * EDGE ? 2 * EDGE : 0;
    const kind = box.bottom - event.clientY <= edge ? "stretch" : "move";
    pressed = { id: event.pointerId, card, kind, touch, x: event.clientX, y: event.clientY, now: event, grip: event.clientY - box.top };
    if (!touch) return;
    pressed.timer = setTimeout(() => {
      if (!card.isConnected) return letGo();
      lift(card, kind);
      requestAnimationFrame(creep);
      navigator.vibrate?.(15);
    }, HOLD);
  });
  document.addEventListener("pointermove", (event) => {
    if (!pressed || event.pointerId !== pressed.id) return;
    const slipped = Math.hypot(event.clientX - pressed.x, event.clientY - pressed.y);
    if (!held) {
      if (pressed.touch) return slipped > SLIP ? letGo() : undefined;
      if (slipped < 4) return;
      lift(pressed.card, pressed.kind);
      requestAnimationFrame(creep);
    }
    pressed.now = event;
    follow(event);
  });
  const follow = (event) => {
    if (held.kind === "stretch") {
      const top = held.column.getBoundingClientRect().top + (held.row - 1) * rowHeight(held.column);
      return stretchTo(((event.clientY - top) / rowHeight(held.column)) * ROW);
    }
    const there = columns().find((one) => {
      const edges = one.getBoundingClientRect();
      return event.clientX >= edges.left && event.clientX < edges.right;
    }) || held.column;
    return moveTo(there, (event.clientY - pressed.grip - there.getBoundingClientRect().top) / rowHeight(there) + 1);
  };
  /* at an edge of the window or of the agendas they go on under the hand, even when it rests there */
  const creep = () => {
    if (!held || !pressed) return;
    const { clientX: x, clientY: y } = pressed.now;
    const grid = document.getElementById("agendas-grid"), box = grid.getBoundingClientRect();
    const before = [grid.scrollLeft, window.scrollY];
    const beside = held.kind === "move" && Math.abs(x - pressed.x) > SLIP;
    if (beside) grid.scrollLeft += x > box.right - 30 ? PACE : x < box.left + 80 ? -PACE : 0;
    if (Math.abs(y - pressed.y) > SLIP) window.scrollBy(0, y > window.innerHeight - 40 ? PACE : y < 40 ? -PACE : 0);
    if (grid.scrollLeft !== before[0] || window.scrollY !== before[1]) follow(pressed.now);
    requestAnimationFrame(creep);
  };
  document.addEventListener("pointerup", (event) => {
    if (pressed && event.pointerId !== pressed.id) return;
    const moved = pressed && held && !held.byKey;
    letGo();
    if (!moved) return;
    /* the click that ends a drag opens nothing */
    const swallow = (event) => { event.preventDefault(); event.stopPropagation(); };
    document.addEventListener("click", swallow, { capture: true, once: true });
    setTimeout(() => document.removeEventListener("click", swallow, { capture: true }), 50);
    drop();
  });
  document.addEventListener("pointercancel", (event) => {
    if (pressed && event.pointerId !== pressed.id) return;
    letGo();
    if (held && !held.byKey) put();
  });
  /* a finger that holds a card does not scroll the page */
  document.addEventListener("touchmove", (event) => { if (held && event.cancelable) event.preventDefault(); }, { passive: false });
  document.addEventListener("contextmenu", (event) => { if (held || pressed?.touch) event.preventDefault(); });

  /* --- by key -------------------------------------------------------------------------------------------------- */

  const KEYS = {
    ArrowUp: (step) => (held.kind === "move" ? moveTo(held.column, held.row - step) : stretchTo(held.minutes - ROW)),
    ArrowDown: (step) => (held.kind === "move" ? moveTo(held.column, held.row + step) : stretchTo(held.minutes + ROW)),
    ArrowLeft: () => beside(-1),
    ArrowRight: () => beside(1),
    Enter: () => drop(),
    Escape: () => { put(); say(desk.dataset.back); },
  };
  const beside = (by) => {
    const all = columns(), there = all[all.indexOf(held.column) + by];
    if (!there || held.kind !== "move") return;
    moveTo(there, held.row);
    there.scrollIntoView({ block: "nearest", inline: "nearest" });
  };
  document.addEventListener("keydown", (event) => {
    if (held) {
      const act = held.byKey || event.key === "Escape" ? KEYS[event.key] : null;
      if (act) {
        event.preventDefault();
        event.stopPropagation();
        act(Math.max(1, held.card.dataset.step / ROW));
      } else if (event.key === "Tab") put();
      else if (event.key.length === 1) event.preventDefault(); /* a letter goes nowhere with a card in the hand */
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const card = event.target.closest?.(".visit")?.closest("[data-movable]");
    const kind = { m: "move", r: "stretch" }[event.key.toLowerCase()];
    if (card && kind && event.target.id === `open-${card.dataset.visit}` && !desk.hasAttribute("data-busy")) {
      event.preventDefault();
      lift(card, kind, { byKey: true });
    } else if (event.key === "Escape" && panel().childElementCount && !document.querySelector("dialog[open], [data-menu][open]")) close();
  }, true);

  mark();
  timer = setTimeout(look, EVERY);
})();
