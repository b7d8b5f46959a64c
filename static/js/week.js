/* A week one can draw: the picture and the lines below it say the same, and the lines are what is sent.
   Mouse: draw on a free place; finger or mouse: tap for an hour, pull an edge, move a block; pull it flat to remove it. */
(() => {
  const AXIS = 8, COLUMN = (100 - AXIS) / 7, STEP = 15, EDGE = 9;
  const SVG = "http://www.w3.org/2000/svg";

  const minutes = (text) => {
    const found = /^(\d{1,2})(?:\s*[h:.,u]\s*(\d{2})?|(\d{2}))?\s*(?:h|u|uhr|uur|heures?)?\.?$/i.exec(text.trim().replace(/\s+/g, " "));
    if (!found) return null;
    const minute = Number(found[2] || found[3] || 0), total = Number(found[1]) * 60 + minute;
    return minute < 60 && total <= 1440 ? total : null;
  };
  const wall = (total) => `${String(Math.floor(total / 60)).padStart(2, "0")}:${String(total % 60).padStart(2, "0")}`;

  const rowsOf = (form, week) => [...form.querySelectorAll(".hours-row")].map((node) => {
    const [at, day] = node.querySelector("input[name$='-day']").value.split("-").map(Number);
    const from = node.querySelector("input[name$='-from']"), to = node.querySelector("input[name$='-to']");
    return { node, week: at, day, from, to, staff: node.querySelector("select").value === "staff" };
  }).filter((row) => row.week === week);

  const emptyRow = (form, week, day) => {
    const rows = rowsOf(form, week).filter((row) => row.day === day);
    const free = rows.find((row) => !row.from.value && !row.to.value);
    return free || cloned(form, rows[rows.length - 1], week);
  };

  /* One line more, as the button «Another line» would give. */
  const cloned = (form, like, week) => {
    const highest = Math.max(...[...form.querySelectorAll("input[name$='-day']")].map((one) => Number(/\d+/.exec(one.name)[0])));
    if (highest >= 150) return null;
    const node = like.node.cloneNode(true), old = /\d+/.exec(like.from.name)[0], number = String(highest + 1);
    node.classList.remove("field-wrong");
    node.querySelectorAll(".error").forEach((one) => one.remove());
    node.querySelectorAll("input, select, label").forEach((one) => {
      for (const name of ["id", "name", "for"]) {
        const value = one.getAttribute(name);
        if (value) one.setAttribute(name, value.replace(`r${old}-`, `r${number}-`));
      }
      one.removeAttribute("aria-invalid");
      one.removeAttribute("aria-describedby");
      if (one.type === "checkbox") one.checked = false;
      if (one.tagName === "SELECT") one.value = "public";
    });
    node.querySelector("input[name$='-from']").value = node.querySelector("input[name$='-to']").value = "";
    like.node.after(node);
    return rowsOf(form, week).find((row) => row.node === node);
  };

  const plane = (box) => {
    const form = box.closest("form"), svg = box.querySelector("svg"), group = svg.querySelector("[data-blocks]");
    const week = Number(box.dataset.week), first = Number(box.dataset.first), last = Number(box.dataset.last);
    let held = null;

    const draw = () => {
      group.replaceChildren();
      for (const row of rowsOf(form, week)) {
        const start = minutes(row.from.value), end = minutes(row.to.value);
        if (start === null || end === null || end <= start) continue;
        const low = Math.max(start, first), high = Math.min(end, last);
        if (high <= low) continue;
        const shape = document.createElementNS(SVG, "rect");
        const at = { x: AXIS + COLUMN * row.day + 0.4, y: (low - first) * 100 / (last - first), width: COLUMN - 0.8, height: (high - low) * 100 / (last - first) };
        for (const name of Object.keys(at)) shape.setAttribute(name, `${at[name]}%`);
        shape.setAttribute("rx", "6");
        shape.setAttribute("class", `week-block${row.staff ? " week-block-staff" : ""}`);
        shape.row = row;
        group.append(shape);
        const words = document.createElementNS(SVG, "text");
        words.setAttribute("class", "week-words");
        words.setAttribute("x", `${at.x + 0.6}%`);
        words.setAttribute("y", `${at.y}%`);
        words.setAttribute("dy", "13");
        words.textContent = svg.clientWidth > 560 ? `${wall(start)} – ${wall(end)}` : wall(start);
        if (high - low >= 45) group.append(words);
      }
    };

    const where = (event) => {
      const area = svg.getBoundingClientRect();
      const day = Math.floor(((event.clientX - area.left) / area.width * 100 - AXIS) / COLUMN);
      const minute = first + (event.clientY - area.top) / area.height * (last - first);
      return { day, minute: Math.min(Math.max(Math.round(minute / STEP) * STEP, first), last), inside: day >= 0 && day < 7 };
    };
    const edgeOf = (shape, event) => {
      const area = shape.getBoundingClientRect();
      if (event.clientY - area.top < Math.min(EDGE, area.height / 3)) return "from";
      return area.bottom - event.clientY < Math.min(EDGE, area.height / 3) ? "to" : "";
    };
    const write = (row, start, end) => {
      row.from.value = end > start ? wall(start) : "";
      row.to.value = end > start ? wall(end) : "";
      draw();
    };

    svg.addEventListener("pointerdown", (event) => {
      if (event.button) return;
      const at = where(event), row = event.target.row;
      if (row) {
        const start = minutes(row.from.value), end = minutes(row.to.value);
        held = { row, start, end, edge: edgeOf(event.target, event), from: at.minute };
      } else if (at.inside && event.pointerType === "mouse") {
        held = { day: at.day, from: at.minute };
      } else return;
      event.preventDefault();
      svg.setPointerCapture(event.pointerId);
    });
    svg.addEventListener("pointermove", (event) => {
      if (!held) {
        if (event.target.row) event.target.classList.toggle("week-edge", Boolean(edgeOf(event.target, event)));
        return;
      }
      const at = where(event);
      if (!held.row) {
        if (Math.abs(at.minute - held.from) < STEP) return;
        held.row = emptyRow(form, week, held.day);
        if (!held.row) { held = null; return; }
        held.drawn = true;
      }
      held.moved = held.moved || at.minute !== held.from;
      if (held.drawn) write(held.row, Math.min(held.from, at.minute), Math.max(held.from, at.minute));
      else if (held.edge === "from") write(held.row, Math.min(at.minute, held.end), held.end);
      else if (held.edge === "to") write(held.row, held.start, Math.max(at.minute, held.start));
      else {
        const by = Math.min(Math.max(at.minute - held.from, first - held.start), last - held.end);
        write(held.row, held.start + by, held.end + by);
      }
    });
    const drop = () => { held = null; };
    svg.addEventListener("pointerup", drop);
    svg.addEventListener("pointercancel", drop);
    svg.addEventListener("click", (event) => {
      const at = where(event);
      if (event.target.row || !at.inside || (event.pointerType && event.pointerType === "mouse")) return;
      const row = emptyRow(form, week, at.day);
      const start = Math.floor(at.minute / 60) * 60;
      if (row) write(row, start, Math.min(start + 60, last));
    });
    form.addEventListener("input", draw);
    window.addEventListener("resize", draw);
    box.classList.add("week-live");
    box.querySelector("[data-hint]").hidden = false;
    draw();
  };

  const begin = () => document.querySelectorAll("[data-plane]:not(.week-live)").forEach(plane);
  begin();
  document.addEventListener("htmx:afterSettle", begin);
})();
