"""A practice's folder says which widgets its site has; a name nobody made stops the check; it is written back."""

import pytest

from app.practice import folder
from app.practice.folder import BadFolder
from app.settings.exporting import folder_of
from tests.conftest import ROOT
from tests.integration.settings.test_cli import commands

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
LINE = 'discipline = "persphysiotherapist"\n'


@pytest.fixture
def lavande(tmp_path):
    """A copy of the folder, whose practice.toml gets a line more."""

    def with_line(line):
        path = tmp_path / "lavande"
        folder.write(folder.read(ROOT / "tenants" / "lavande"), path)
        text = (path / "practice.toml").read_text()
        (path / "practice.toml").write_text(text.replace(LINE, LINE + line))
        return path

    return with_line


def test_its_order_is_kept_and_written_back(lavande, practice):
    path = lavande('widgets = ["my-data", "my-appointments"]\n')
    assert folder.read(path).widgets == ("my-data", "my-appointments")
    practice.profile = {**practice.profile, "widgets": ["my-data", "my-appointments"]}
    practice.save()
    assert folder_of(practice).widgets == ("my-data", "my-appointments")
    folder.write(folder_of(practice), path)
    assert 'widgets = ["my-data", "my-appointments"]' in (path / "practice.toml").read_text()


def test_without_the_key_all_are_there(lavande, practice):
    assert folder.read(lavande("")).widgets is None and folder_of(practice).widgets is None


@pytest.mark.parametrize("line", ["widgets = []\n", 'widgets = ["My Data"]\n', 'widgets = "my-data"\n'])
def test_what_is_no_list_of_names_is_a_problem(lavande, line, inside):
    with pytest.raises(BadFolder):
        folder.read(lavande(line))


def test_a_name_nobody_made_stops_the_check(lavande, app):
    code, output = commands(app)("practice", "check", lavande('widgets = ["my-fortune"]\n'))
    assert code != 0 and "practice.toml: widgets: there is no widget my-fortune" in output


def test_the_control_names_that_exist_pass(lavande, app):
    assert commands(app)("practice", "check", lavande('widgets = ["my-data"]\n'))[0] == 0
