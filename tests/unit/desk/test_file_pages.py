"""The pages of a file: who sees which, and where one is."""

import pytest

from app.desk import file_pages
from app.kernel.ids import uuid7
from app.staff.models import Member
from app.staff.permissions import PERMISSIONS

PATIENT = uuid7()
FILE = f"/desk/patients/{PATIENT}"


def tabs(path=FILE, roles=("owner", "receptionist", "practitioner")):
    return file_pages.tabs(PATIENT, member=Member(roles=list(roles)), path=path)


def test_each_page_of_the_file_is_under_its_address_and_has_a_permission_that_exists():
    for page in file_pages.FILE_PAGES:
        assert page.href.startswith("/desk/patients/{patient}")
        assert page.permission in PERMISSIONS
    assert [one.href for one in tabs()][0] == FILE


def test_nobody_sees_a_page_they_may_not_open():
    assert tabs(roles=()) == []


@pytest.mark.parametrize("rest", ["", "/prescriptions", "/series"])
def test_the_page_one_is_on_is_marked_and_no_other(rest):
    assert [one.href for one in tabs(FILE + rest) if one.is_here] == [FILE + rest]


def test_an_answer_below_a_page_belongs_to_that_page():
    below = tabs(f"{FILE}/prescriptions/{uuid7()}/end")
    assert [one.href for one in below if one.is_here] == [f"{FILE}/prescriptions"]
