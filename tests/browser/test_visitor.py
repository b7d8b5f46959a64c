"""The control of all journeys: a visitor notices a barrier on the page in front, and no longer once it is gone."""

import pytest

from tests.browser.conftest import DESKTOP

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("place", ["", "#main"])
@pytest.mark.parametrize("scripted", [True, False], ids=["with JavaScript", "without"])
def test_a_barrier_is_noticed_while_it_is_there(visitor, portal, scripted, place):
    one = visitor("fr", DESKTOP, java_script_enabled=scripted)
    main = one.open(f"{portal.site('lavande')}/book{place}").locator("main")
    main.evaluate("main => main.insertAdjacentHTML('beforeend', '<button id=mute></button>')")
    with pytest.raises(AssertionError, match="button-name"):
        one.check()
    main.locator("#mute").evaluate("mute => mute.remove()")
    one.check()
