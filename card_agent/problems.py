"""What can go wrong, as codes: the person reads them in words.py, the portal's page in its own words."""


class Problem(Exception):
    """`code` is one of CODES; it ends the reading."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


# what the portal is told, so that its page can say it too
TOLD = frozenset(
    {
        "no-service",  # the system's smart card service does not run
        "no-reader",
        "no-card",  # nobody put one in
        "wrong-side",  # the chip does not answer, or answers as a passport does
        "unsupported",  # another kind of card, or an applet older than 1.7
        "busy",  # another program holds the card
        "removed",
        "swapped",  # another card than the one that was read
        "unreadable",  # a file without an end, an answer no card gives
        "pin-blocked",
        "cancelled",  # the person said no, or closed the window
        "asks-too-much",  # the portal wants more than this purpose allows
    }
)
# between agent and portal: there is nobody to tell
CODES = TOLD | {
    "code-unknown",
    "unreachable",
    "not-secure",
    "not-a-portal",
    "too-many",
    "too-old",
    "not-confirmed",
    "over",
    "not-accepted",
}
