"""A browser in words: «Firefox on Windows», from what it says of itself; nothing of it is ever believed."""

from dataclasses import dataclass

# the first sign that is found counts: most browsers also call themselves Chrome or Safari
BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("CriOS/", "Chrome"),
    ("Safari/", "Safari"),
)
SYSTEMS = (
    ("iPhone", "iPhone", "smartphone"),
    ("iPad", "iPad", "tablet"),
    ("Android", "Android", "smartphone"),
    ("Windows", "Windows", "monitor"),
    ("Mac OS X", "Mac", "laptop"),
    ("CrOS", "Chromebook", "laptop"),
    ("Linux", "Linux", "monitor"),
)


@dataclass(frozen=True)
class Device:
    browser: str  # a proper name, or nothing
    system: str
    icon: str


def device(user_agent: str) -> Device:
    browser = next((name for sign, name in BROWSERS if sign in user_agent), "")
    system, icon = next(((name, icon) for sign, name, icon in SYSTEMS if sign in user_agent), ("", "monitor"))
    return Device(browser, system, icon)
