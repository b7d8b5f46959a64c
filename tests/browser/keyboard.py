"""Somebody without a mouse: moves with Tab alone, and must see at every step where they are."""

MOST_STEPS = 90

# Where the focus is drawn: on the element, on what stands for it (a radio button's face), or on the group around it.
SEEN = """async () => {
  await Promise.allSettled(document.getAnimations().map((one) => one.finished));
  const element = document.activeElement;
  if (element === document.body) return "";
  const ring = (one, part) => {
    const style = getComputedStyle(one, part);
    const outlined = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
    return outlined || /0px 0px 0px [2-4]px/.test(style.boxShadow);
  };
  const near = [element, element.nextElementSibling, element.parentElement].filter(Boolean);
  const name = element.outerHTML.slice(0, 160);
  if (!near.some((one) => ring(one)) && !ring(element, "::after")) return `no ring around ${name}`;
  const face = element.closest("label") || element;
  const box = face.getClientRects()[0];
  const at = (x, y) => document.elementFromPoint(box.left + box.width * x, box.top + box.height * y);
  const hits = [at(0.5, 0.5), at(0.1, 0.5), at(0.9, 0.5), at(0.5, 0.1), at(0.5, 0.9)];
  const inSight = hits.some((hit) => hit && (face.contains(hit) || hit.contains(face)));
  return inSight ? "" : `hidden behind something: ${name}`;
}"""


def tab_to(page, css, *, key="Tab"):
    """Press until the focus is there; every stop on the way must be visible."""
    for _ in range(MOST_STEPS):
        page.keyboard.press(key)
        problem = page.evaluate(SEEN)
        assert not problem, f"{page.url}: {problem}"
        if page.evaluate("css => document.activeElement.matches(css)", css):
            return
    raise AssertionError(f"{page.url}: {css} is not reached with {key}")


def press(page, key, *, on=None):
    """Go to an element, then press a key there."""
    if on:
        tab_to(page, on)
    page.keyboard.press(key)


def write(page, text, *, into):
    tab_to(page, into)
    page.keyboard.type(text)
