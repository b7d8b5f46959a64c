"""What files of values say, row by row; what is no value is a reason, never an exception."""

import io
import subprocess
import sys
import zipfile
from datetime import UTC, datetime, timedelta

import pytest

from app.record.imports import apple, archive, tables
from app.record.imports.pieces import PIECE, Pieces, cut
from app.record.imports.points import Point
from app.record.kinds import KINDS

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE HealthData [\n<!ELEMENT HealthData (Record*)>\n]>\n'
    '<HealthData locale="fr_BE">'
)
WORDS = {"mesure": "what", "valeur": "value", "quand": "when", "code": "code", "second": "second"}


def record(kind, value, unit, *, at="2026-11-01 08:30:00 +0100", end="x", source="Watch"):
    return (
        f'<Record type="HKQuantityTypeIdentifier{kind}" sourceName="{source}" unit="{unit}" '
        f'startDate="{at}" endDate="{end}" value="{value}"/>'
    )


def from_apple(*records, head=HEAD, end="</HealthData>", most=10**9):
    return list(apple.read(io.BytesIO((head + "".join(records) + end).encode()), most=most, now=NOW))


def from_table(text, kind="weight"):
    raw = text if isinstance(text, bytes) else text.encode()
    one = KINDS[kind] if kind else None
    return list(tables.read(io.BytesIO(raw), kind=one, words=WORDS, kinds={"poids": "weight"}, now=NOW))


def plain(found):
    return [(one.kind.key, one.value, one.second) if isinstance(one, Point) else one for one in found]


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        (("BodyMass", "72.4000001", "kg"), ("weight", 724)),
        (("BodyMass", "160", "lb"), ("weight", 726)),
        (("Height", "1.82", "m"), ("height", 1820)),
        (("HeartRate", "61", "count/min"), ("heart-rate", 61)),
        (("BloodGlucose", "5.5", "mmol&lt;180.1558800000541&gt;/L"), ("glucose", 99)),
        (("BloodGlucose", "99", "mg/dL"), ("glucose", 99)),
    ],
)
def test_a_record_becomes_a_value_in_our_unit(sent, kept):
    (found,) = from_apple(record(*sent))
    assert (found.kind.key, found.value) == kept
    assert found.at == datetime(2026, 11, 1, 7, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("sent", "reason"),
    [
        (record("BodyMass", "NaN", "kg"), "value"),
        (record("BodyMass", "1e999", "kg"), "value"),
        (record("BodyMass", "1e99", "kg"), "value"),
        (record("BodyMass", "9000", "kg"), "impossible"),
        (record("BodyMass", "72", "stone of Ghent"), "unit"),
        (record("BodyMass", "72", "kg", at="1900-01-01 00:00:00 +0000"), "date"),
        (record("BodyMass", "72", "kg", at="2100-01-01 00:00:00 +0000"), "date"),
        (record("BodyMass", "72", "kg", at="0001-01-01 00:00:00 +2300"), "date"),
        (record("StepCount", "72", "count", at="2100-01-01 00:00:00 +0000"), "date"),
        (record("BodyMass", "72", "kg", at="yesterday"), "date"),
        (record("Dreams", "7", "count"), "kind"),
    ],
)
def test_what_is_no_value_is_a_reason_and_stops_nothing(sent, reason):
    assert plain(from_apple(sent, record("BodyMass", "72", "kg"))) == [reason, ("weight", 720, None)]


def test_the_steps_of_a_day_are_added_up_and_two_devices_on_one_walk_count_once():
    steps = [
        record("StepCount", "100", "count", end="a"),
        record("StepCount", "250", "count", end="b"),
        record("StepCount", "250", "count", end="b"),  # said twice
        record("StepCount", "300", "count", end="a", source="&lt;b&gt;Phone&lt;/b&gt;"),
        record("StepCount", "7", "count", at="2026-11-02 00:01:00 +0100"),
    ]
    found = from_apple(*steps)
    assert plain(found) == [None] * 5 + [("steps", 350, None), ("steps", 7, None)]
    assert all(len(one.token) == 40 for one in found[5:])


def test_metres_joules_and_miles_make_kilometres_and_kilocalories():
    found = from_apple(
        record("DistanceWalkingRunning", "1", "mi"), record("ActiveEnergyBurned", "418.4", "kJ"),
        record("BasalEnergyBurned", "1500", "kcal"),
    )  # fmt: skip
    assert plain(found)[3:] == [("calories", 1600, None), ("distance", 161, None)]


def test_blood_pressure_is_taken_as_a_pair_and_not_twice():
    halves = record("BloodPressureSystolic", "128", "mmHg"), record("BloodPressureDiastolic", "82", "mmHg")
    pair = (
        '<Correlation type="HKCorrelationTypeIdentifierBloodPressure" sourceName="Cuff" '
        f'startDate="2026-11-01 08:30:00 +0100">{"".join(halves)}</Correlation>'
    )
    assert plain(from_apple(*halves, pair)) == [("blood-pressure", 128, 82)]
    assert plain(from_apple(pair.replace("82", "182"))) == ["impossible"]


def test_a_file_that_ends_too_early_keeps_what_stood_before():
    assert plain(from_apple(record("BodyMass", "72", "kg"), end="<Rec")) == [("weight", 720, None), "cut"]


BOMB = '<?xml version="1.0"?><!DOCTYPE HealthData [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><HealthData>'
OUTSIDE = '<?xml version="1.0"?><!DOCTYPE HealthData [<!ENTITY a SYSTEM "file:///etc/passwd">]><HealthData>'


@pytest.mark.parametrize("head", [BOMB, OUTSIDE, "<html>", "<svg/>", "no XML", "<!-- " + "x" * 9_000_000])
def test_entities_other_documents_and_endless_silence_are_not_read(head):
    with pytest.raises(apple.NotReadable):
        from_apple(head=head)


def test_an_element_that_never_ends_is_given_up():
    with pytest.raises(apple.NotReadable):
        from_apple(record("BodyMass", "72", "kg"), '<Record type="' + "x" * 9_000_000)


def test_more_than_may_be_unpacked_is_cut():
    found = from_apple(*[record("BodyMass", "72", "kg")] * 3000, most=100_000)
    assert found[-1] == "cut" and 3 < len(found) < 3000


@pytest.mark.parametrize(
    "text",
    ["2026-11-01;72,4", "date;valeur\n01/11/2026;72.4", "2026-11-01,72.4\r\n", '1.11.2026,"72,4"', "2026-11-01\t72,4",
     "\ufeffquand;valeur\n2026-11-01T08:30:00+01:00;72,4"],
)  # fmt: skip
def test_a_simple_table_is_read_however_it_was_saved(text):
    assert plain(one for one in from_table(text)) == [("weight", 724, None)]


def test_a_table_with_our_columns_says_itself_what_each_row_is():
    text = (
        "mesure;code;valeur;second;quand\nPoids;29463-7;72.4;;2026-11-01 08:00:00\n;85354-9;128;82;2026-11-01\n"
        "Rêves;;7;;2026-11-01\nPoids;;72\nPoids;;tant;;2026-11-01\n\n"
    )
    found = plain(from_table(text, kind=None))
    assert found == [("weight", 724, None), ("blood-pressure", 128, 82), "kind", "columns", "value"]


def test_pressure_stands_in_one_cell_or_two_and_never_for_a_weight():
    assert (
        plain(from_table("2026-11-01;128/82\n2026-11-02;128;82", "blood-pressure"))
        == [("blood-pressure", 128, 82)] * 2
    )
    assert plain(from_table("2026-11-01;72/4\n2026-11-01 25:99;7")) == ["value", "date"]
    assert plain(from_table("2026-11-01;128", "blood-pressure")) == ["impossible"]


def test_the_letters_of_windows_and_a_line_without_end_do_no_harm():
    assert plain(from_table("quand;valeur;é\n2026-11-01;72,4".encode("cp1252"))) == [("weight", 724, None)]
    endless = "2026-11-01;72,4\n" + "x" * 300_000 + "\n2026-11-02;72,5"
    assert plain(from_table(endless)) == [("weight", 724, None), "long", ("weight", 725, None)]


def test_the_same_value_has_the_same_name_in_every_file():
    first, second = from_table("2026-11-01;72,4"), from_table("a;b\n1/11/2026;72.40")
    assert first[0].token == second[0].token
    assert first[0].token != from_table("2026-11-01;72,5")[0].token


def packed(**members):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in members.items():
            file.writestr(name.replace("__", "/") + ".xml", content)
    return made.getvalue()


def unpacked(content):
    stream = Pieces(range(len(cut(content))), size=len(content), read=lambda at: cut(content)[at])
    inside = archive.opened(io.BufferedReader(stream), size=len(content))
    return list(apple.read(inside, most=10**9, now=NOW, torn=archive.TORN))


def test_the_export_is_found_in_its_archive_under_any_name():
    whole = HEAD + record("BodyMass", "72", "kg") + "</HealthData>"
    content = packed(
        apple_health_export__export_cda="<ClinicalDocument/>" * 99, apple_health_export__exporter=whole
    )
    assert plain(unpacked(content)) == [("weight", 720, None)]


def test_a_damaged_or_foreign_archive_is_not_read():
    whole = packed(export=HEAD + record("BodyMass", "72", "kg") * 400 + "</HealthData>")
    for wrong in (whole[: len(whole) // 2], packed(), packed(export_cda="<x/>"), whole[:4] + b"\0" * 99):
        with pytest.raises(apple.NotReadable):
            unpacked(wrong)
    at = whole.rfind(archive.END)
    with pytest.raises(apple.NotReadable):  # a list of files that would fill the memory
        unpacked(whole[: at + 12] + b"\xff\xff\xff\x7f" + whole[at + 16 :])


def test_an_archive_torn_in_the_middle_keeps_what_was_read():
    many = "".join(record("BodyMass", str(50 + n % 90), "kg", end=str(n * 7919)) for n in range(30_000))
    torn = bytearray(packed(export=HEAD + many + "</HealthData>"))
    middle = len(torn) // 2
    torn[middle : middle + 64] = bytes(64)
    found = plain(unpacked(bytes(torn)))
    assert found[-1] == "cut" and found[0] == ("weight", 500, None) and 1000 < len(found) < 30_000


def test_pieces_read_as_the_whole_forwards_and_backwards():
    content = bytes(range(256)) * (PIECE // 128) + b"end"
    kept = cut(content)
    stream = io.BufferedReader(Pieces(range(len(kept)), size=len(content), read=kept.__getitem__))
    assert stream.read() == content and len(kept) == 3
    stream.seek(-3, io.SEEK_END)
    assert stream.read() == b"end"
    stream.seek(PIECE - 2)
    assert stream.read(4) == content[PIECE - 2 : PIECE + 2]


LARGE = """
import io, zipfile
from datetime import UTC, datetime, timedelta
from tests.unit.record.test_import_rows import HEAD, NOW, record
from app.record.imports import apple, archive
from app.record.imports.pieces import Pieces, cut
made = io.BytesIO()
with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as file, file.open("export.xml", "w") as inside:
    inside.write(HEAD.encode())
    for n in range(200_000):
        at = (datetime(2020, 1, 1) + timedelta(minutes=n * 7)).isoformat(" ") + " +0100"
        inside.write(record("HeartRate" if n % 2 else "StepCount", str(60 + n % 50),
                            "count/min" if n % 2 else "count", at=at, end=str(n)).encode())
    inside.write(b"</HealthData>")
kept = cut(made.getvalue()); size = made.tell(); del made
def memory(line):  # of this process alone: ru_maxrss would tell of the one that started it, too
    with open("/proc/self/status") as status:
        return next(int(text.split()[1]) for text in status if text.startswith(line))
before = memory("VmRSS")
stream = io.BufferedReader(Pieces(range(len(kept)), size=size, read=kept.__getitem__))
inside = archive.opened(stream, size=size)
values = sum(1 for one in apple.read(inside, most=10**9, now=NOW, torn=archive.TORN) if one is not None)
print(values, memory("VmHWM") - before)
"""


def test_two_hundred_thousand_records_take_no_memory():
    ran = subprocess.run([sys.executable, "-c", LARGE], capture_output=True, text=True, check=True)
    values, grown = map(int, ran.stdout.split())
    assert values > 100_000 and grown < 50 * 1024  # kB


def test_an_hour_ahead_is_to_come():
    ahead = (NOW + timedelta(hours=1)).isoformat()
    assert plain(from_table(f"{ahead};72")) == ["date"]
