/* Passkeys: a question from the portal, an answer from the browser. The page around works without this file. */
(() => {
  const encode = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const decode = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));
  const known = (list = []) => list.map((one) => ({ ...one, id: decode(one.id) }));

  /* What newer browsers do by themselves. */
  const readable = (asked) => ({
    ...asked,
    challenge: decode(asked.challenge),
    ...(asked.user && { user: { ...asked.user, id: decode(asked.user.id) } }),
    ...(asked.excludeCredentials && { excludeCredentials: known(asked.excludeCredentials) }),
    ...(asked.allowCredentials && { allowCredentials: known(asked.allowCredentials) }),
  });

  const written = (made) => {
    const response = {};
    for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
      if (made.response[name]) response[name] = encode(made.response[name]);
    }
    return JSON.stringify({ id: made.id, rawId: encode(made.rawId), type: made.type, response });
  };

  const send = async (form, path, more = {}) => {
    const body = new URLSearchParams(new FormData(form));
    for (const [name, value] of Object.entries(more)) body.set(name, value);
    const answer = await fetch(path, { method: "POST", body, credentials: "same-origin", headers: { Accept: "application/json" } });
    if (!(answer.headers.get("Content-Type") || "").startsWith("application/json")) throw new Error(`status ${answer.status}`);
    const told = await answer.json();
    if (!answer.ok) throw Object.assign(new Error("refused"), { sentence: told.sentence });
    return told;
  };

  const ask = async (form) => {
    const asked = readable(await send(form, "/passkeys/options"));
    const made = asked.user
      ? await navigator.credentials.create({ publicKey: asked })
      : await navigator.credentials.get({ publicKey: asked });
    return send(form, form.getAttribute("action"), { answer: written(made) });
  };

  const words = { NotAllowedError: "cancelled", AbortError: "cancelled", InvalidStateError: "known" };
  const able = window.PublicKeyCredential && navigator.credentials;

  for (const form of document.querySelectorAll("form[data-passkey]")) {
    const said = form.querySelector("[data-passkey-said]");
    const button = form.querySelector("button[type=submit]");
    let asking = false;
    form.hidden = !able;
    if (!able) form.parentNode.querySelector("[data-passkey-unknown]").hidden = false;
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      if (asking) return;
      asking = true;
      said.hidden = true;
      try {
        window.location.assign((await ask(form)).go);
      } catch (wrong) {
        said.textContent = wrong.sentence || form.dataset[words[wrong.name] || "broken"];
        said.hidden = false;
        asking = false;
        form.removeAttribute("data-sent"); /* it may be pressed again */
        button.removeAttribute("aria-busy");
        button.focus();
      }
    });
  }
})();
