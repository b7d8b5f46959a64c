"""Somebody in front of a screen, who notices what nobody should have to see: errors, refused requests, barriers."""

import gettext
import re
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Error

CATALOGUES = Path(__file__).resolve().parents[2] / "app" / "locales"
LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
AXE_OPTIONS = {
    "resultTypes": ["violations"],
    "runOnly": {"type": "tag", "values": LEVELS},
    "rules": {"target-size": {"enabled": True}},
}
AXE = Axe()
# not AXE.run, which also sends back all that was found to be right
VIOLATIONS = "async (options) => (await axe.run(options)).violations"
# not innerWidth: a phone zooms out, and innerWidth grows with what does not fit
AT_A_GLANCE = """() => [
  document.documentElement.getAttribute("lang"), document.scrollingElement.scrollWidth,
  document.querySelectorAll("h1").length,
]"""


def words(language):
    """The sentences of the portal in one language, as its pages say them."""
    return gettext.translation("messages", CATALOGUES, [language], fallback=True).gettext


class Visitor:
    """A browser window with one language; `allowed` are the statuses this journey provokes on purpose."""

    def __init__(self, context, portal, language, *, scripted, mirror):
        self.context, self.portal, self.language = context, portal, language
        self.scripted, self._open_mirror, self._glass = scripted, mirror, None
        self.say = words(language)
        self.allowed, self.problems, self.partial = set(), [], []
        context.on("console", self._console)
        context.on("weberror", lambda error: self.problems.append(f"script error: {error.error}"))
        context.on("requestfailed", self._failed)
        context.on("response", self._response)
        self.page = context.new_page()

    def _console(self, message):
        told_by_response = re.search(r"status of (\d+)", message.text)
        if message.type in ("error", "warning") and not told_by_response:
            self.problems.append(f"console: {message.text}")

    def _failed(self, request):
        if request.failure != "net::ERR_ABORTED":  # a page that is left, or a download
            self.problems.append(f"failed: {request.url} {request.failure}")

    def _response(self, response):
        if response.status >= 400 and response.status not in self.allowed:
            self.problems.append(f"{response.status}: {response.request.method} {response.url}")
        if response.request.headers.get("hx-request-type") == "partial":
            self.partial.append((response.status, response.url))

    def open(self, url):
        self.page.goto(url)
        return self.check()

    def check(self, page=None, *, scripted=None):
        """The page in front of this person has no barrier, no error, one language, and fits its window."""
        page = page or self.page
        page.wait_for_load_state()
        scripted = self.scripted if scripted is None else scripted
        return self.fits(page, but=barriers(page) if scripted else self._barriers_in_mirror(page))

    def fits(self, page=None, *, but=()):
        """The same without looking for barriers: `but` are those found by somebody else."""
        page = page or self.page
        page.wait_for_load_state()
        found, where, self.problems = [*but, *self.problems], page.url, []
        language, wide, headings = page.evaluate(AT_A_GLANCE)
        if language != self.language:
            found.append(f"in {language}, not in {self.language}")
        too_wide = wide - page.viewport_size["width"]
        if too_wide > 0:
            found.append(f"{too_wide} px wider than the window: {wide_elements(page)}")
        if headings != 1:
            found.append(f"{headings} headings of level 1")
        assert not found, f"{where}:\n  " + "\n  ".join(found)
        return page

    def _barriers_in_mirror(self, page):
        """The same document where axe can run: it needs timers, which stand still where scripts may not run."""
        if self._glass is None:  # one for the journey: another page would be a process that reads axe anew
            self._glass = self._open_mirror().new_page()
            self._glass.context.route("**/*.js*", lambda route: route.abort())
        content, glass, (url, _, place) = page.content(), self._glass, page.url.partition("#")

        def shown(route):
            route.fulfill(body=content, content_type="text/html; charset=utf-8")

        glass.set_viewport_size(page.viewport_size)
        glass.route(lambda address: address == url, shown)
        glass.goto(url)
        if place:
            glass.evaluate("place => { location.hash = place }", place)
        found = barriers(glass)
        glass.unroute_all()
        return found

    def at_ease(self):
        """Called at the end of every journey: what happened after the last look counts too."""
        assert not self.problems, "\n".join(self.problems)


def barriers(page):
    try:
        if not page.evaluate("typeof axe === 'object'"):  # a page whose parts were swapped has it still
            page.evaluate(AXE.axe_script)
        found = page.evaluate(VIOLATIONS, AXE_OPTIONS)
    except Error as broken:
        return [f"axe could not look: {broken}"]
    return [
        f"{one['id']} ({one['impact']}): {node['target']} {node['failureSummary']!r} {node['html'][:200]}"
        for one in found
        for node in one["nodes"]
    ]


# What lies in a row that scrolls by itself does not make the page wide, unless it is placed by something further up.
WIDE = """
const kept = (element) => {
  let absolute = false;
  for (let one = element; one !== document.body; one = one.parentElement) {
    const { position, overflowX } = getComputedStyle(one);
    if (absolute && position === "static") continue;
    if (one !== element && overflowX !== "visible") return true;
    absolute = position === "absolute" || position === "fixed";
  }
  return false;
};
return [...document.body.querySelectorAll("*")]
  .filter((one) => one.getBoundingClientRect().right > document.documentElement.clientWidth + 0.5 && !kept(one))
  .slice(0, 6).map((one) => one.tagName + "." + one.className + " " + one.textContent.trim().slice(0, 40))
"""


def wide_elements(page):
    return page.evaluate("() => {" + WIDE + "}")
