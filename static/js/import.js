/* A large file in pieces, one after the other; what has arrived is never sent again. Without this file a smaller one goes at once. */
(() => {
  const PIECE = 2 * 1024 * 1024, PAUSES = [1, 2, 4, 8, 15, 30];
  const one = (css, root) => root.querySelector(css);
  const megabytes = (size) => Math.max(1, Math.round(size / 1024 / 1024)).toLocaleString(document.documentElement.lang);
  const filled = (words, more) => Object.entries(more).reduce((text, [name, value]) => text.replace(`{${name}}`, value), words);

  /* Until the pause is over, or the network is back. */
  const pause = (seconds) => new Promise((go) => {
    const done = () => { clearTimeout(timer); window.removeEventListener("online", done); go(); };
    const timer = setTimeout(done, 1000 * seconds);
    window.addEventListener("online", done);
  });

  const refused = (key, sentence) => Object.assign(new Error("refused"), { key, sentence });

  /* Once: {status, told}, where told is what our views say. Anything that may pass by itself is thrown as `later`. */
  const post = async (path, options) => {
    let answer, told = null;
    try {
      answer = await fetch(path, { method: "POST", credentials: "same-origin", redirect: "manual", ...options });
      if ((answer.headers.get("Content-Type") || "").startsWith("application/json")) told = await answer.json();
    } catch {
      throw Object.assign(new Error("later"), { later: true });
    }
    if (answer.type === "opaqueredirect") throw refused("away");
    if (told && told.sentence) throw refused("", told.sentence);
    if (answer.status === 429 || answer.status >= 500) {
      throw Object.assign(new Error("later"), { later: true, wait: Number(answer.headers.get("Retry-After")) });
    }
    if (!told) throw refused(answer.status === 404 ? "gone" : "broken");
    return told;
  };

  const begin = (form) => {
    const box = one("[data-sending]", document), words = box.dataset;
    const bar = one("progress", box), said = one("[data-sending-text]", box), trouble = one("[data-sending-trouble]", box);
    const input = one("input[type=file]", form), button = one("button[type=submit]", form);
    let going = false, page = form.dataset.page;

    const warn = (event) => event.preventDefault(); /* a page that is closed stops sending */
    const around = form.closest("#import-job") || form; /* out of the way while it is sent */
    const tell = (sentence) => {
      one("[data-sending-words]", trouble).textContent = sentence;
      trouble.hidden = !sentence;
    };
    const show = (position, size) => {
      bar.max = size;
      bar.value = position;
      said.textContent = filled(words.sent, { here: position ? megabytes(position) : 0, total: megabytes(size) });
    };
    const rest = () => {
      going = around.hidden = false;
      window.removeEventListener("beforeunload", warn);
      form.removeAttribute("data-sent"); /* it may be pressed again */
      button.removeAttribute("aria-busy");
    };

    /* Again and again while it may pass; the person reads why it waits. */
    const patiently = async (ask) => {
      for (let tries = 0; ; tries += 1) {
        try {
          const told = await ask();
          tell("");
          return told;
        } catch (wrong) {
          if (!wrong.later || !going) throw wrong;
          tell(navigator.onLine ? words.waits : words.offline);
          await pause(wrong.wait || PAUSES[Math.min(tries, PAUSES.length - 1)]);
          if (!going) throw wrong;
        }
      }
    };

    const piece = async (file, at) => {
      let body;
      try {
        body = await file.slice(at, at + PIECE).arrayBuffer();
      } catch {
        throw refused("changed"); /* moved or written to since it was chosen */
      }
      const headers = { "Content-Type": "application/octet-stream", "X-CSRFToken": one("[name=csrf_token]", form).value };
      return patiently(() => post(`${page}/pieces/${at}`, { body, headers }));
    };

    const send = async (file) => {
      if (form.dataset.size && Number(form.dataset.size) !== file.size) throw refused("other");
      let found = form.dataset.page ? { page, go: null } : await patiently(() => ask(file));
      page = found.page;
      one("[data-give-up]", box).action = `${page}/abandonment`;
      one("[data-give-up]", box).hidden = false;
      /* of a file that was begun earlier the first piece says whether it is the same one */
      for (let at = 0; !found.go; at = found.position) {
        found = await piece(file, at);
        if (!going) return;
        show(found.position, file.size);
      }
      window.removeEventListener("beforeunload", warn);
      window.location.assign(found.go);
    };

    const ask = (file) => {
      const body = new URLSearchParams({ size: file.size });
      for (const name of ["csrf_token", "attempt", "kind"]) body.set(name, one(`[name=${name}]`, form).value);
      return post("/me/health/import/begin", { body });
    };

    form.addEventListener("submit", async (event) => {
      if (!input.files.length) return; /* the page says that one has to be chosen */
      event.preventDefault();
      if (going) return;
      going = true;
      const [file] = input.files;
      tell("");
      box.hidden = false;
      around.hidden = true;
      show(0, file.size);
      window.addEventListener("beforeunload", warn);
      try {
        await send(file);
      } catch (wrong) {
        rest();
        if (wrong.key === "away") window.location.assign(page || window.location.href); /* signing in comes back here */
        else tell(wrong.sentence || words[wrong.key] || words.broken);
        trouble.focus();
      }
    });
    /* another file is another import, also after coming back to this page */
    input.addEventListener("change", () => {
      const attempt = one("[name=attempt]", form);
      if (attempt) attempt.value = [...crypto.getRandomValues(new Uint8Array(16))].map((part) => part.toString(16).padStart(2, "0")).join("");
    });
    one("[data-give-up]", box).addEventListener("submit", rest);
  };

  document.querySelectorAll("form[data-pieces]").forEach(begin);
})();
