/* Inside the day sheet's own file: opens it with the practice's passphrase. Nothing leaves the page. */
(() => {
  const sheet = document.getElementById("sheet"), said = document.getElementById("said");
  const bytes = (text) => Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
  const coded = (text) => new TextEncoder().encode(text);
  const element = (name, words, parent) => {
    const made = document.createElement(name);
    made.textContent = words;
    parent.append(made);
    return made;
  };

  const unseal = async (passphrase) => {
    const { salt, iterations, content, about } = sheet.dataset, sealed = bytes(content);
    const raw = await crypto.subtle.importKey("raw", coded(passphrase), "PBKDF2", false, ["deriveKey"]);
    const how = { name: "PBKDF2", hash: "SHA-256", salt: bytes(salt), iterations: Number(iterations) };
    const key = await crypto.subtle.deriveKey(how, raw, { name: "AES-GCM", length: 256 }, false, ["decrypt"]);
    const opened = await crypto.subtle.decrypt({ name: "AES-GCM", iv: sealed.slice(0, 12), additionalData: coded(about) }, key, sealed.slice(12));
    return JSON.parse(new TextDecoder().decode(opened));
  };

  const draw = ({ days }) => {
    const place = document.getElementById("days"), heads = JSON.parse(sheet.dataset.heads);
    for (const { day, agendas } of days) {
      const section = element("section", "", place);
      element("h2", day, section);
      for (const { name, place: where, rows } of agendas) {
        element("h3", where ? `${name} · ${where}` : name, section);
        if (!rows.length) { element("p", sheet.dataset.nobody, section); continue; }
        const table = element("table", "", section), top = element("tr", "", element("thead", "", table)), body = element("tbody", "", table);
        for (const head of heads) element("th", head, top).scope = "col";
        for (const row of rows) {
          const line = element("tr", "", body);
          for (const cell of [...row, ""]) element("td", cell, line);
        }
      }
    }
    document.getElementById("key").remove();
    const print = document.getElementById("print");
    print.hidden = false;
    print.addEventListener("click", () => window.print());
    print.focus();
  };

  document.getElementById("key").addEventListener("submit", async (event) => {
    event.preventDefault();
    if (!globalThis.crypto?.subtle) { said.textContent = sheet.dataset.old; return; }
    said.textContent = sheet.dataset.opening;
    try {
      draw(await unseal(document.getElementById("passphrase").value));
    } catch {
      said.textContent = sheet.dataset.wrong;
      document.getElementById("passphrase").select();
    }
  });
})();
