"""`make widget NAME=x` writes the three files of a widget, and never over anything."""

import ast

import pytest

from tools.widget import make


def test_the_three_files_stand_under_one_name(tmp_path):
    module, template, test = make("my_allergies", tmp_path)
    assert "widget = Widget(" in (tmp_path / module).read_text()
    ast.parse((tmp_path / module).read_text())
    ast.parse((tmp_path / test).read_text())
    assert "/me/widgets/my-allergies" in (tmp_path / test).read_text()
    assert "{% if files %}" in (tmp_path / template).read_text()


def test_nothing_is_written_over(tmp_path):
    made = make("my_allergies", tmp_path)
    (tmp_path / made[0]).unlink()
    with pytest.raises(SystemExit, match="there already"):
        make("my_allergies", tmp_path)
    assert not (tmp_path / made[0]).exists()


@pytest.mark.parametrize("name", ["", "My", "../x", "a__b", "x" * 41, "1a"])
def test_a_name_is_small_letters(tmp_path, name):
    with pytest.raises(SystemExit, match="no name"):
        make(name, tmp_path)
    assert not list(tmp_path.iterdir())
