"""What arrives when the worker has run, and the links in it."""

import re

from tests.delivery import deliver_for, emptied

JOINER = {
    "given_name": "Aline",
    "family_name": "Maes",
    "email": "aline@example.be",
    "number": "niss",
    "niss": "85.07.30-994.37",
    "language": "fr",
    "username": "",
    "password": "lampe onder kiosque marron",
    "accept": "y",
}


def post(app, services):
    """Every letter that leaves now, oldest first; the box is empty afterwards."""
    deliver_for(app)
    return emptied(services.mailer.letters)


def link_in(letter, part):
    """The path of the first address in it that holds `part`."""
    found = re.search(rf"https?://[^/\s]+(\S*{part}\S*)", letter.text)
    return found[1]


def hosts_in(letter):
    """Every host a reader could end at."""
    return set(re.findall(r"https?://([^/\s\"'<]+)", letter.text + letter.html))
