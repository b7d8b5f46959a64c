/* One's own account, a little easier: every page of it works without this file. */
(() => {
  const say = (text) => document.dispatchEvent(new CustomEvent("toast", { detail: { text } }));

  /* Show or hide what was typed; the words of the button stay, whether it is pressed says the rest. */
  const reveal = (button, on) => {
    const input = document.getElementById(button.dataset.reveal);
    if (!input || (input.type === "text") === on) return;
    const [from, to] = [input.selectionStart, input.selectionEnd];
    input.type = on ? "text" : "password";
    input.setSelectionRange(from, to);
    button.setAttribute("aria-pressed", on);
  };

  const copy = async (button) => {
    try {
      await navigator.clipboard.writeText(button.dataset.copy);
      say(button.dataset.copied);
    } catch {
      say(button.dataset.notCopied);
    }
  };

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-reveal], [data-copy]");
    if (!button) return;
    if (button.matches("[data-copy]")) return copy(button);
    const on = button.getAttribute("aria-pressed") !== "true";
    reveal(button, on);
    say(on ? button.dataset.shown : button.dataset.hidden);
  });

  /* A password leaves this page hidden: browsers offer to remember only those. */
  const hideAll = (root) => root.querySelectorAll("[data-reveal][aria-pressed=true]").forEach((button) => reveal(button, false));
  document.addEventListener("submit", (event) => hideAll(event.target), true);
  window.addEventListener("pagehide", () => hideAll(document));

  /* 12345678 -> 1234 5678 while one types at the end; anything else is left alone. */
  document.addEventListener("input", ({ target: input }) => {
    if (!input.matches("[data-code]") || input.selectionStart !== input.value.length) return;
    const digits = input.value.replace(/[\s.\-]/g, "");
    if (!/^\d+$/.test(digits)) return;
    const half = Math.ceil(input.dataset.code / 2);
    input.value = digits.length > half ? `${digits.slice(0, half)} ${digits.slice(half)}` : digits;
  });
})();
