"""A word of a hundred letters: whatever somebody is called or writes, no page grows wider than its window."""

import re

import pytest

from tests.browser.conftest import NARROW
from tests.browser.residents import Resident, Room, let_in, settle

pytestmark = pytest.mark.browser
CLAIRE = Resident("claire@example.be", rooms=(Room(method="mail"),))
OWNER = Resident("aline@lavande.example", rooms=(Room(staff=True),))
# what stands in a page is written over: numbers, buttons and columns keep the words of the portal
LENGTHEN = """() => {
  const word = "Vandenbroucke".repeat(8).slice(0, 100);
  const kept = "table, nav, button, .button, .badge, .widget-side, .numbers, .visually-hidden, time, kbd, option, "
    + "textarea, script, svg";
  const within = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT), texts = [];
  while (within.nextNode()) texts.push(within.currentNode);
  const said = texts.filter((one) => /\\p{L}{4}/u.test(one.data) && !one.parentElement.closest(kept));
  for (const one of said) one.data = word;
  return said.length;
}"""
# where one goes on to: not to another language, and not to what is kept as a file
LINKS = """() => [...document.querySelectorAll("a[href^='/']:not([hreflang], [download])")]
  .filter((one) => !/\\.\\w+$|attachments|file$/.test(one.pathname)).map((one) => one.pathname + one.search)"""
UNIQUE = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}")
ROOMS = {
    "profile": (CLAIRE, ("/me", "/account/messages", "/questionnaires", "/programmes")),
    "desk": (OWNER, ("/desk",)),
    "settings": (OWNER, ("/settings",)),
}


@pytest.mark.parametrize("name", ROOMS)
def test_no_page_of_a_room_grows_with_a_long_word(visitor, portal, name):
    who, inside = ROOMS[name]
    one = visitor("fr", NARROW)
    page, site = one.page, let_in(one, settle(portal, who)[0]["tokens"][0])
    ahead, known = [inside[0]], set()
    for link in ahead:  # which grows: one page of each kind, whichever patient or agenda it is of
        page.goto(site + link)
        for path in page.evaluate(LINKS):
            kind = UNIQUE.sub("…", path.partition("?")[0])
            if path.startswith(inside) and kind not in known:
                ahead.append(path)
                known.add(kind)
        page.evaluate(LENGTHEN)
        one.fits()
    assert len(ahead) > 20


def test_the_ways_to_another_day_are_whole_on_the_narrowest_screen(visitor, portal):
    one = visitor("fr", NARROW)  # «Aujourd’hui» stands between them
    site = let_in(one, settle(portal, OWNER)[0]["tokens"][0])
    one.open(f"{site}/desk/day")
    widths = one.page.locator(".day-head .round").evaluate_all("(all) => all.map((one) => one.offsetWidth)")
    assert len(widths) == 2 and min(widths) >= 36
