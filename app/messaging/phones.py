"""Telephone numbers as people write them, in the one form providers dial (E.164); pure."""

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat, PhoneNumberType

HOME = "BE"
MOBILE = (
    PhoneNumberType.MOBILE,
    PhoneNumberType.FIXED_LINE_OR_MOBILE,
)  # some countries do not tell them apart


def mobile(text: str | None, country: str | None = None) -> str | None:
    """+32470123456; None for what is no number, or of a telephone on a wall. Without + or 00 it is one of `country`,
    else of Belgium: «0470 12 34 56», «+33 6 12 34 56 78», «0032/470.12.34.56».
    """
    written = (text or "").strip()[:40]
    for region in dict.fromkeys((country or HOME, HOME)):
        try:
            number = phonenumbers.parse(written, region)
        except NumberParseException:
            continue
        if phonenumbers.is_valid_number(number) and phonenumbers.number_type(number) in MOBILE:
            return phonenumbers.format_number(number, PhoneNumberFormat.E164)
    return None
