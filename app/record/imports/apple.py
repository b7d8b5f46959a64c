"""Apple Health's export.xml, element by element: nothing of it is ever held whole.

Records are `<Record type sourceName unit startDate endDate value/>`, blood pressure a `<Correlation>` of two of them
(the DTD at the head of each export). Entities and anything from outside are refused (defusedxml).
"""

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import BinaryIO
from xml.sax import SAXException
from xml.sax.handler import ContentHandler

from defusedxml import DefusedXmlException
from defusedxml.expatreader import DefusedExpatParser

from app.record.imports.days import Days
from app.record.imports.points import Found, day_of, moment, number, point
from app.record.kinds import KINDS

CHUNK = 64 * 1024
MOST_SILENT = 8 * 1024 * 1024  # without one element: it is no such file, whatever it begins with
QUANTITY = "HKQuantityTypeIdentifier"
PRESSURE = "HKCorrelationTypeIdentifierBloodPressure"
HALVES = {f"{QUANTITY}BloodPressureSystolic": "first", f"{QUANTITY}BloodPressureDiastolic": "second"}

LENGTH = {
    "mm": "0.1", "cm": "1", "m": "100", "km": "100000", "in": "2.54", "ft": "30.48", "yd": "91.44",
    "mi": "160934.4",
}  # fmt: skip
FAR = {unit: str(Decimal(factor) / 100_000) for unit, factor in LENGTH.items()}
MASS = {"kg": "1", "g": "0.001", "lb": "0.45359237", "oz": "0.028349523125", "st": "6.35029318"}
HEAT = {"kcal": "1", "Cal": "1", "cal": "0.001", "kJ": "0.2390057361", "J": "0.0002390057361"}
COUNT = {"count": "1"}
# type -> our kind, and what one of a unit is in the unit of the kind
TYPES: dict[str, tuple[str, dict[str, str]]] = {
    "BodyMass": ("weight", MASS),
    "Height": ("height", LENGTH),
    "WaistCircumference": ("waist", LENGTH),
    "HeartRate": ("heart-rate", {"count/min": "1", "count/s": "60"}),
    "BloodGlucose": (
        "glucose",
        {"mg/dL": "1", "g/L": "100", "mmol/L": "18.01559"},
    ),  # glucose: 180.1559 g/mol
    "StepCount": ("steps", COUNT),
    "DistanceWalkingRunning": ("distance", FAR),
    "ActiveEnergyBurned": ("calories", HEAT),
    "BasalEnergyBurned": ("calories", HEAT),
    "FlightsClimbed": ("floors", COUNT),
}


class NotReadable(Exception):
    """No export of Apple Health, or one that wants something of whoever reads it."""


def read(
    stream: BinaryIO, *, most: int, now: datetime, torn: tuple[type[Exception], ...] = ()
) -> Iterator[Found]:
    """Every record, then the totals of the days. NotReadable; beyond `most` bytes, or cut off, the rest is «cut».

    `torn` is what the stream raises where it is damaged.
    """
    records = _Records(now=now)
    parser = DefusedExpatParser(forbid_dtd=False, forbid_entities=True, forbid_external=True)
    parser.setContentHandler(records)
    fed = heard = 0
    try:
        while chunk := stream.read(CHUNK):
            fed += len(chunk)
            parser.feed(chunk)
            heard = fed if records.take_sign() else heard
            if fed - heard > MOST_SILENT or (fed > MOST_SILENT and not records.begun):
                raise NotReadable
            yield from records.taken()
            if fed > most:
                yield "cut"
                break
        else:
            parser.close()
    except DefusedXmlException as trick:
        raise NotReadable from trick
    except (SAXException, *torn) as broken:
        if not records.begun:
            raise NotReadable from broken
        yield from records.taken()
        yield "cut"
    if not records.begun:
        raise NotReadable
    yield from records.days.totals()


class _Records(ContentHandler):
    def __init__(self, *, now: datetime) -> None:
        super().__init__()
        self.now, self.days = now, Days(now=now)
        self.begun = False
        self._sign = False
        self._found: list[Found] = []
        self._pair: dict[str, tuple[str, str]] | None = None
        self._when = self._source = ""

    def take_sign(self) -> bool:
        sign, self._sign = self._sign, False
        return sign

    def taken(self) -> list[Found]:
        found, self._found = self._found, []
        return found

    def startElement(self, name: str, attrs: object) -> None:
        self._sign = True
        said = dict(attrs.items())  # type: ignore[attr-defined]
        if not self.begun:
            if name != "HealthData":
                raise NotReadable
            self.begun = True
        elif name == "Correlation" and said.get("type") == PRESSURE:
            self._pair, self._when, self._source = {}, said.get("startDate", ""), said.get("sourceName", "")
        elif name == "Record" and said.get("type") in HALVES:
            if self._pair is not None:  # each stands in the file twice: alone, and in its pair
                self._pair[HALVES[said["type"]]] = (said.get("value", ""), said.get("unit", ""))
        elif name == "Record":
            self._found.append(self._record(said))

    def endElement(self, name: str) -> None:
        self._sign = True
        if name == "Correlation" and self._pair is not None:
            self._found.append(self._pressure(self._pair))
            self._pair = None

    def _pressure(self, pair: dict[str, tuple[str, str]]) -> Found:
        if len(pair) != 2:
            return "value"
        if {unit for _value, unit in pair.values()} != {"mmHg"}:
            return "unit"
        when, first, second = moment(self._when), number(pair["first"][0]), number(pair["second"][0])
        if when is None:
            return "date"
        if first is None or second is None:
            return "value"
        return point(KINDS["blood-pressure"], when, first, second, source=self._source, now=self.now)

    def _record(self, said: dict[str, str]) -> Found:
        known = TYPES.get(said.get("type", "").removeprefix(QUANTITY))
        if known is None:
            return "kind"
        key, units = known
        unit = said.get("unit", "")
        unit = "mmol/L" if unit.startswith("mmol<") and unit.endswith("/L") else unit
        if unit not in units:
            return "unit"
        value, begin = number(said.get("value", "")), said.get("startDate", "")
        if value is None:
            return "value"
        when, source = moment(begin), said.get("sourceName", "")
        if when is None:
            return "date"
        value *= Decimal(units[unit])
        if not KINDS[key].daily:
            return point(KINDS[key], when, value, None, source=source, now=self.now)
        checked = point(KINDS[key], when, value, None, source="", now=self.now)
        if isinstance(checked, str):
            return checked
        # active and resting energy are counted apart and are one total
        end = f"{said.get('endDate', '')[:30]}{said['type'][-24:]}"
        return self.days.add(key, day_of(when), source, begin=begin, end=end, value=value)
