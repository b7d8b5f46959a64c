"""One brand colour in, every accessible shade of a practice out: computed in OKLCH, measured in sRGB."""

import math
import re
from dataclasses import asdict, dataclass

TEXT = 4.5  # WCAG 2.2, 1.4.3: text
EDGE = 3.0  # WCAG 2.2, 1.4.11: what shows where a control is

# The page colours that do not follow the brand. static/css/tokens.css holds the same values; a test compares.
WHITE = "#ffffff"
INK = "#0e1416"
NEUTRALS = {
    "light": {"surface": "#ffffff", "canvas": "#faf8f5", "ink": "#1b2426", "muted": "#566164"},
    "dark": {"surface": "#1a1f21", "canvas": "#111516", "ink": "#edf1f0", "muted": "#a5afb1"},
}
PLATFORM_COLOUR = "#0b5c63"


class NotAColour(ValueError):
    """Not written as #rrggbb."""


class ColourRefused(ValueError):
    """Neither white nor ink can be read on this colour; `nearest` is the closest one that works."""

    def __init__(self, colour, *, nearest):
        super().__init__(f"text cannot be read on {colour}")
        self.colour, self.nearest = colour, nearest


@dataclass(frozen=True, kw_only=True)
class Shades:
    brand: str  # fill of the main button
    on_brand: str  # text on brand and on brand_strong
    brand_strong: str  # hover and pressed
    brand_edge: str  # the button's own outline: differs from brand only where brand is too pale to be seen
    brand_ink: str  # brand-coloured text on surface, canvas and soft
    brand_soft: str  # hero, selection
    brand_line: str  # hairline on soft
    ring: str  # keyboard focus


@dataclass(frozen=True, kw_only=True)
class Palette:
    colour: str
    light: Shades
    dark: Shades


def palette(colour):
    """Every shade of a practice from its one colour; raises NotAColour or ColourRefused."""
    colour = parse(colour)
    if not text_on(colour):
        raise ColourRefused(colour, nearest=_nearest(colour))
    return Palette(colour=colour, light=_light(colour), dark=_dark(colour))


def theme_css(shades):
    """The style sheet of one practice: custom properties only, so a brand can never carry a rule of its own."""
    # `screen`: paper is white even when the screen is dark.
    light, dark = _properties(shades.light), _properties(shades.dark)
    return f":root{{{light}}}\n@media screen and (prefers-color-scheme:dark){{:root{{{dark}}}}}\n"


def sample_css(shades):
    """The same for two pieces of a page, one in each light, beside a page that keeps its own colours."""
    return f".sample{{{_properties(shades.light)}}}\n.sample-dark{{{_properties(shades.dark)}}}\n"


def parse(colour):
    """Strict: this text ends up in a style sheet."""
    if not isinstance(colour, str) or not re.fullmatch(r"#[0-9a-fA-F]{6}", colour, re.ASCII):
        raise NotAColour("a colour is written as #rrggbb")
    return colour.lower()


def contrast(one, other):
    """The WCAG ratio of two colours, from 1 to 21."""
    bright, dim = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)


def text_on(colour):
    """White where it can be read, else ink, else nothing."""
    return next((text for text in (WHITE, INK) if contrast(text, colour) >= TEXT), None)


def _light(colour):
    lightness, chroma, hue = _to_oklch(colour)
    soft = _from_oklch(0.956, min(chroma * 0.2, 0.018), hue)
    grounds = (*_grounds("light"), soft)
    return _shades(
        brand=colour,
        soft=soft,
        line=_from_oklch(0.87, min(chroma * 0.5, 0.055), hue),
        ink=_until(TEXT + 0.3, grounds, min(lightness, 0.54), chroma, hue, step=-0.005),
        ring=_until(EDGE + 0.5, grounds, min(lightness, 0.6), chroma, hue, step=-0.005),
        surface=NEUTRALS["light"]["surface"],
    )


def _dark(colour):
    lightness, chroma, hue = _to_oklch(colour)
    soft = _from_oklch(0.285, min(chroma * 0.45, 0.042), hue)
    grounds = (*_grounds("dark"), soft)
    calm = min(chroma, 0.13)
    return _shades(
        brand=_lifted(colour),
        soft=soft,
        line=_from_oklch(0.42, min(chroma * 0.5, 0.055), hue),
        ink=_until(TEXT + 0.8, grounds, max(lightness, 0.74), calm, hue, step=0.005),
        ring=_until(EDGE + 1.5, grounds, max(lightness, 0.72), calm, hue, step=0.005),
        surface=NEUTRALS["dark"]["surface"],
    )


def _shades(*, brand, soft, line, ink, ring, surface):
    return Shades(
        brand=brand,
        on_brand=text_on(brand),
        brand_strong=_strong(brand),
        brand_edge=brand if contrast(brand, surface) >= EDGE else ink,
        brand_ink=ink,
        brand_soft=soft,
        brand_line=line,
        ring=ring,
    )


def _grounds(theme):
    return NEUTRALS[theme]["surface"], NEUTRALS[theme]["canvas"]


def _until(wanted, grounds, lightness, chroma, hue, *, step):
    """Walk away from the grounds until the colour is told apart from each of them."""
    while 0 < lightness < 1:
        colour = _from_oklch(lightness, chroma, hue)
        if min(contrast(colour, ground) for ground in grounds) >= wanted:
            return colour
        lightness += step
    return INK if step < 0 else WHITE


def _strong(brand):
    """One step darker, or lighter where darker would swallow the text."""
    lightness, chroma, hue = _to_oklch(brand)
    text = text_on(brand)
    steps = (-0.07, 0.08, 0.25, -0.03) if text == WHITE else (0.06, -0.06, 0.03, -0.03)
    for step in steps:
        if not 0.12 < lightness + step < 0.985:
            continue
        candidate = _from_oklch(lightness + step, chroma, hue)
        if contrast(candidate, text) >= TEXT:
            return candidate
    return brand


def _lifted(colour):
    """The same colour on a dark page: lifted until the button is seen, dimmed until it does not glare."""
    lightness, chroma, hue = _to_oklch(colour)
    surface = NEUTRALS["dark"]["surface"]
    if text_on(colour) == INK:
        return _from_oklch(0.88, chroma, hue) if lightness > 0.88 else colour
    lifted = colour
    while contrast(lifted, surface) < EDGE:
        lightness += 0.004
        candidate = _from_oklch(lightness, chroma, hue)
        if contrast(candidate, WHITE) < TEXT:
            return lifted
        lifted = candidate
    return lifted


def _nearest(colour):
    lightness, chroma, hue = _to_oklch(colour)
    for distance in range(1, 500):
        for sign in (-1, 1):
            candidate = _from_oklch(min(max(lightness + sign * distance / 500, 0), 1), chroma, hue)
            if text_on(candidate):
                return candidate
    return PLATFORM_COLOUR


def _properties(shades):
    return "".join(f"--{name.replace('_', '-')}:{parse(value)};" for name, value in asdict(shades).items())


def _rgb(colour):
    return [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]


def _linear(channel):
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4


def _gamma(channel):
    return channel * 12.92 if channel <= 0.0031308 else 1.055 * channel ** (1 / 2.4) - 0.055


def _luminance(colour):
    red, green, blue = map(_linear, _rgb(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _to_oklch(colour):
    """Björn Ottosson's Oklab, in polar form."""
    r, g, b = map(_linear, _rgb(colour))
    l = math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b)  # noqa: E741 - the names of the paper
    m = math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b)
    s = math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b)
    lightness = 0.2104542553 * l + 0.7936177850 * m - 0.0040720468 * s
    a = 1.9779984951 * l - 2.4285922050 * m + 0.4505937099 * s
    b = 0.0259040371 * l + 0.7827717662 * m - 0.8086757660 * s
    return lightness, math.hypot(a, b), math.atan2(b, a)


def _from_oklch(lightness, chroma, hue):
    """The colour as #rrggbb; where a screen cannot show it, the same with less chroma."""
    channels = _channels(lightness, chroma, hue)
    if not _shown(channels):
        low, high = 0.0, chroma
        for _ in range(16):
            middle = (low + high) / 2
            low, high = (middle, high) if _shown(_channels(lightness, middle, hue)) else (low, middle)
        channels = _channels(lightness, low, hue)
    eight_bit = (round(255 * _gamma(min(max(channel, 0.0), 1.0))) for channel in channels)
    return "#" + "".join(f"{channel:02x}" for channel in eight_bit)


def _channels(lightness, chroma, hue):
    a, b = chroma * math.cos(hue), chroma * math.sin(hue)
    l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3  # noqa: E741 - the names of the paper
    m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    s = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
        -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
        -0.0041960863 * l - 0.7034186147 * m + 1.7076147010 * s,
    )


def _shown(channels):
    return all(-0.0005 <= channel <= 1.0005 for channel in channels)
