"""The table of what can be measured: code, unit, how finely, what is usual, and what cannot be.

Values are whole numbers of the smallest decimal: 724 with one decimal is 72.4. Codes are LOINC's and units UCUM's
(https://loinc.org, https://ucum.org); where LOINC has no code that says exactly this, there is none.
"""

from dataclasses import dataclass

Range = tuple[int, int]  # both ends belong to it

GROUPS = ("body", "feeling", "heart", "activity")


@dataclass(frozen=True)
class Kind:
    """`usual` is where no question is asked; beyond `hard` a value is refused. `second` is the other of a pair."""

    key: str
    group: str
    ucum: str
    usual: Range
    hard: Range
    start: int  # where the slider stands before there is a value
    decimals: int = 0
    step: int = 1
    loinc: str | None = None
    style: str = "number"  # number, faces, glucose, derived
    daily: bool = False  # one value a day, of the whole day
    icon: str = "activity"
    faces: tuple[int, ...] = ()
    second: "Second | None" = None


@dataclass(frozen=True)
class Second:
    """The second number of a pair, in the unit of the first."""

    usual: Range
    hard: Range
    start: int
    loinc: str
    first_loinc: str


def _day(
    key: str, ucum: str, usual: Range, hard: Range, start: int, *, icon: str, loinc: str | None = None,
    decimals: int = 0, step: int = 1,
) -> Kind:  # fmt: skip
    return Kind(key, "activity", ucum, usual, hard, start, decimals, step, loinc, daily=True, icon=icon)


_ALL = (
    Kind("weight", "body", "kg", (250, 2000), (3, 7000), 700, 1, 1, "29463-7", icon="weight"),
    Kind("height", "body", "cm", (500, 2150), (200, 2800), 1700, 1, 5, "8302-2", icon="ruler"),
    Kind("bmi", "body", "kg/m2", (140, 450), (50, 3000), 220, 1, 1, "39156-5", "derived", icon="scale"),
    Kind("metabolic-rate", "body", "kcal/d", (800, 3000), (100, 9000), 1500, style="derived", icon="flame"),
    Kind("waist", "body", "cm", (500, 1500), (200, 3000), 850, 1, 5, "8280-0", icon="ruler"),
    Kind("mood", "feeling", "{score}", (1, 5), (1, 5), 3, style="faces", icon="smile", faces=(1, 2, 3, 4, 5)),
    Kind("energy", "feeling", "{score}", (1, 5), (1, 5), 3, style="faces", icon="zap", faces=(1, 2, 3, 4, 5)),
    Kind(
        "pain", "feeling", "{score}", (0, 10), (0, 10), 0, loinc="72514-3", style="faces", icon="bandage",
        faces=(0, 2, 4, 6, 8, 10),
    ),
    Kind(
        "blood-pressure", "heart", "mm[Hg]", (80, 190), (40, 320), 120, loinc="85354-9", icon="heart-pulse",
        second=Second((40, 115), (15, 220), 80, loinc="8462-4", first_loinc="8480-6"),
    ),
    Kind("heart-rate", "heart", "/min", (40, 190), (15, 300), 70, loinc="8867-4", icon="activity"),
    Kind("glucose", "heart", "mg/dL", (50, 350), (10, 1000), 100, loinc="41653-7", style="glucose", icon="droplet"),
    _day("steps", "{steps}/d", (0, 40_000), (0, 200_000), 6000, loinc="41950-7", step=100, icon="footprints"),
    _day("distance", "km", (0, 4000), (0, 40_000), 400, loinc="41953-1", decimals=2, step=10, icon="map"),
    _day("calories", "kcal/d", (800, 6000), (0, 20_000), 2000, loinc="41979-6", step=10, icon="flame"),
    _day("fat-burn", "min/d", (0, 300), (0, 1440), 30, icon="timer"),
    _day("cardio", "min/d", (0, 240), (0, 1440), 20, icon="heart"),
    _day("floors", "{floors}/d", (0, 100), (0, 1000), 10, icon="chevrons-up"),
)  # fmt: skip

KINDS: dict[str, Kind] = {one.key: one for one in _ALL}

# when blood glucose was measured, and how rich the meal before it was
TAKEN = (
    "fasting", "after-breakfast", "before-lunch", "after-lunch", "before-dinner", "after-dinner", "bedtime",
    "night", "other",
)  # fmt: skip
MEALS = ("none", "light", "medium", "rich")


def outside(value: int, limits: Range) -> bool:
    return not limits[0] <= value <= limits[1]


def unusual(kind: Kind, value: int, second: int | None = None) -> bool:
    """Whether to ask «is that right?» before it is kept."""
    pair = kind.second is not None and second is not None and outside(second, kind.second.usual)
    return outside(value, kind.usual) or pair


def impossible(kind: Kind, value: int, second: int | None = None) -> bool:
    """Whether nobody has ever measured that; of a pair, also when the lower number is not the lower one."""
    if kind.style == "faces" and value not in kind.faces:
        return True
    if kind.second is None:
        return outside(value, kind.hard)
    return second is None or outside(value, kind.hard) or outside(second, kind.second.hard) or second >= value
