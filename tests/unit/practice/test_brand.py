"""A practice may choose any colour: what we make of it can be read, and carries nothing but colours."""

import re
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.practice import brand
from app.practice.folder import COLORS

ROOT = Path(__file__).parents[3]
COLOURS = st.integers(0, 0xFFFFFF).map("#{:06x}".format)


@given(COLOURS)
@example("#000000")
@example("#ffffff")
@example("#ffff00")
@example("#0000ff")
@example("#777777")
@example(brand.PLATFORM_COLOUR)
def test_every_accepted_colour_gives_shades_one_can_read(colour):
    try:
        palette = brand.palette(colour)
    except brand.ColourRefused as refused:
        palette = brand.palette(refused.nearest)
    for theme in ("light", "dark"):
        shades, neutral = getattr(palette, theme), brand.NEUTRALS[theme]
        pairs = [
            (shades.on_brand, shades.brand),
            (shades.on_brand, shades.brand_strong),
            (shades.brand_ink, neutral["surface"]),
            (shades.brand_ink, neutral["canvas"]),
            (shades.brand_ink, shades.brand_soft),
            (neutral["ink"], shades.brand_soft),
            (neutral["muted"], shades.brand_soft),
        ]
        assert all(brand.contrast(*pair) >= brand.TEXT for pair in pairs), (theme, shades)
        for seen in (shades.ring, shades.brand_edge):
            assert brand.contrast(seen, neutral["surface"]) >= brand.EDGE, (theme, shades)


@given(COLOURS)
def test_the_button_keeps_the_practices_own_colour(colour):
    try:
        assert brand.palette(colour).light.brand == colour
    except brand.ColourRefused as refused:
        assert brand.contrast(colour, refused.nearest) < 1.15
        assert not brand.text_on(colour)


@given(COLOURS)
def test_hover_differs_from_rest(colour):
    try:
        palette = brand.palette(colour)
    except brand.ColourRefused:
        return
    assert palette.light.brand != palette.light.brand_strong
    assert palette.dark.brand != palette.dark.brand_strong


def test_a_grey_between_white_and_ink_is_refused_with_its_neighbour():
    with pytest.raises(brand.ColourRefused) as refused:
        brand.palette("#777777")
    assert refused.value.nearest == "#767676"


@pytest.mark.parametrize(
    "written",
    [
        "",
        "teal",
        "#fff",
        "#12345",
        "#1234567",
        "123456",
        "#12345g",
        "#123456\n",
        " #123456",
        "#123456;}body{display:none",
        "#１２３４５６",
        "url(//x)",
        "#12\x003456",
        None,
        0x123456,
        b"#123456",
    ],
)
def test_anything_but_six_hexadecimal_digits_is_refused(written):
    with pytest.raises(brand.NotAColour):
        brand.palette(written)


@given(st.text())
def test_no_text_passes_as_a_colour_by_accident(written):
    if not re.fullmatch("#[0-9a-fA-F]{6}", written):
        with pytest.raises(brand.NotAColour):
            brand.parse(written)


@given(COLOURS)
def test_the_style_sheet_is_made_of_custom_properties_only(colour):
    try:
        css = brand.theme_css(brand.palette(colour))
    except brand.ColourRefused:
        return
    block = r":root\{(--[a-z-]+:#[0-9a-f]{6};){8}\}"
    assert re.fullmatch(rf"{block}\n@media screen and \(prefers-color-scheme:dark\)\{{{block}\}}\n", css)


def test_known_contrasts():
    assert brand.contrast("#000000", "#ffffff") == pytest.approx(21)
    assert brand.contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


def test_the_neutral_colours_are_those_of_the_style_sheet():
    css = (ROOT / "static/css/tokens.css").read_text()
    light, dark = css.split("prefers-color-scheme: dark", 1)
    for theme, sheet in (("light", light), ("dark", dark)):
        for name, value in brand.NEUTRALS[theme].items():
            assert f"--{name}: {value};" in sheet, (theme, name)
        for name, value in vars(getattr(brand.palette(brand.PLATFORM_COLOUR), theme)).items():
            assert f"--{name.replace('_', '-')}: {value};" in sheet, (theme, name)


def test_the_colours_of_services_are_seen_on_every_face_of_a_card_by_day_and_night():
    css = (ROOT / "static/css/tokens.css").read_text()
    for sheet in css.split("prefers-color-scheme: dark", 1):
        tokens = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", sheet))
        for name in COLORS:
            for face in ("surface", "brand-soft", "notice-soft", "warning-soft"):
                assert brand.contrast(tokens[f"service-{name}"], tokens[face]) >= 3, (name, face)
