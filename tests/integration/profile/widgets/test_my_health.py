"""«My health»: what was measured last, and the way to everything else."""

import pytest

from tests.integration.record.world import measurer, note
from tests.people import sign_in_as

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
HERE = "/me/widgets/my-health"


def test_it_shows_the_newest_values_and_leads_to_all_of_them(client, practice, clock):
    alice = measurer(practice)
    sign_in_as(client, alice, clock=clock)
    assert "notez ce que vous mesurez" in client.get(HERE).text
    for days, kind in enumerate(("weight", "height", "waist", "heart-rate", "steps")):
        note(alice, kind, 700, days_ago=days)
    page = client.get(HERE).text
    assert page.count("numbers strong") == 4 and "70,0" in page and "hier" in page
    assert 'href="/me/health"' in page and 'href="/me/health/sharing"' in page
