"""Practices nobody would dream up, all of them sound: the same seed always gives the same one."""

from dataclasses import fields, is_dataclass, replace
from datetime import date, datetime, timedelta
from random import Random

from app.practice.folder import (
    Activity,
    Exercise,
    Hours,
    HoursException,
    Limit,
    Offer,
    Plan,
    Pool,
    PracticeFolder,
    Question,
    Questionnaire,
    Reminders,
    Resource,
    Rule,
    Schedule,
    Service,
    ServicePolicy,
    Site,
    Template,
    Text,
    Tie,
    TimeOff,
)

ZONES = ("Europe/Brussels", "Europe/London", "Atlantic/Azores")
REMINDERS = (
    None,
    Reminders(),
    Reminders(mail=(10_080, 1440), sms=(120,)),
    Reminders(sms=(1440,), sms_changes=True),
)
AWKWARD = '«L\'été» à 7 h\u00a030\n\nöffnet "früh" \\ — fin\n- é'


def odd(source: PracticeFolder, seed: int) -> PracticeFolder:
    """Every part of a folder in a form its neighbours do not have."""
    chance = Random(seed)
    languages = chance.sample(("fr", "nl", "de", "en"), chance.randint(1, 4))
    folder = _speaking(source, languages)
    hosts = [f"rdv{number}.odd-{seed}.example" for number in range(chance.randint(0, 3))]
    services = tuple(_service(item, chance, languages) for item in _shuffled(folder.services, chance))
    sites = tuple(_site(item, chance, languages) for item in _shuffled(folder.sites, chance))
    people = _shuffled(folder.practitioners, chance)
    schedules = tuple(
        _schedule(item, [service.key for service in services], chance)
        for item in _shuffled(folder.schedules, chance)
    )
    return replace(
        folder,
        slug=f"odd-{seed}",
        languages=tuple(languages),
        hosts=tuple(hosts),
        contact=replace(folder.contact, website=chance.choice(("", "https://odd.example/a~b"))),
        brand=replace(folder.brand, logo=chance.choice((folder.brand.logo, None))),
        sites=sites,
        services=services,
        practitioners=people,
        schedules=schedules,
        **_care([service.key for service in services], chance, languages),
        time_off=tuple(_away(folder, chance, languages) for _ in range(chance.randint(0, 6))),
        opened_holidays=(date(2026, 11, 11), date(2027, 5, 17), date(2028, 7, 21)),
        reminders=chance.choice(REMINDERS),
        policy=replace(
            folder.policy,
            late_fee_cents=0,
            answer_hours=chance.choice((None, 48)),
            services=_rules(services, chance),
            rules=_matrix(services, schedules, chance),
            limits=_limits(services, schedules, chance),
        ),
        texts=folder.texts
        + tuple(Text(kind="welcome", version=2, language=code, body=f"# {AWKWARD}\n") for code in languages),
    )


def _speaking(value, languages):
    """The same in some of its languages."""
    if isinstance(value, dict):
        return {code: value[code] for code in languages if code in value}
    if isinstance(value, tuple):
        return tuple(
            _speaking(item, languages)
            for item in value
            if getattr(item, "language", languages[0]) in languages
        )
    if is_dataclass(value):
        return replace(value, **{f.name: _speaking(getattr(value, f.name), languages) for f in fields(value)})
    return value


def _shuffled(items, chance: Random) -> tuple:
    return tuple(chance.sample(tuple(items), len(items)))


def _site(site: Site, chance: Random, languages: list[str]) -> Site:
    return replace(
        site,
        timezone=chance.choice(ZONES),
        lat=round(chance.uniform(49.5, 51.5), chance.randint(1, 15)),
        lon=chance.uniform(2.5, 6.4),
        pools=_pools(chance, languages),
        phone=chance.choice(("", "+32 2 000 00 00")),
        access=chance.choice(({}, dict.fromkeys(languages, AWKWARD))),
    )


def _pools(chance: Random, languages: list[str]) -> tuple[Pool, ...]:
    name = dict.fromkeys(languages, AWKWARD.split("\n")[0])
    return tuple(
        Pool(
            key=key,
            name=name,
            resources=tuple(
                Resource(key=f"no-{number}", name=name, retired=chance.random() < 0.3)
                for number in range(chance.randint(0, 3))
            ),
        )
        for key in chance.sample(("salle", "appareil"), 2)
    )


def _service(service: Service, chance: Random, languages: list[str]) -> Service:
    capacity = chance.choice((1, 1, 8))
    return replace(
        service,
        description=chance.choice(({}, dict.fromkeys(languages, AWKWARD))),
        grid_minutes=chance.choice((5, 20, 720)),
        grid_offset_minutes=chance.randint(0, 4),
        buffer_before_minutes=chance.choice((0, 240)),
        buffer_after_minutes=chance.choice((0, 5)),
        capacity=capacity,
        staff_reserved=chance.randrange(capacity),
        price_cents=chance.choice((None, 0, 1_000_000)),
        needs=chance.choice(((), ("salle",), ("appareil", "salle"))),
        online=chance.random() < 0.8,
        archived=chance.random() < 0.2,
    )


def _schedule(schedule: Schedule, services: list[str], chance: Random) -> Schedule:
    offered = chance.sample(services, chance.randint(0, len(services)))
    return replace(
        schedule,
        public=chance.random() < 0.7,
        services=tuple(_offer(service, chance) for service in offered),
        plans=_shuffled(
            [_plan(year, offered, chance) for year in range(2026, 2026 + chance.randint(0, 3))], chance
        ),
        exceptions=_shuffled(
            [_exception(day, offered, chance) for day in range(chance.randint(0, 5))], chance
        ),
    )


def _offer(service: str, chance: Random) -> Offer:
    return Offer(
        service=service,
        duration_minutes=chance.choice((None, 5, 600)),
        buffer_before_minutes=chance.choice((None, 0)),
        buffer_after_minutes=chance.choice((None, 240)),
        price_cents=chance.choice((None, 0, 4200)),
    )


def _plan(year: int, offered: list[str], chance: Random) -> Plan:
    cycle = chance.choice((1, 2, 8))
    windows = [
        Hours(weekday=day, week_in_cycle=week, **_window(chance, offered, start=half * 720))
        for day in range(7)
        for week in range(cycle)
        for half in range(2)
    ]
    kept = chance.sample(windows, chance.randint(1, len(windows)))
    valid_to = chance.choice((date(year, 12, 31), date(year, 6, 30)))
    return Plan(valid_from=date(year, 1, 1), valid_to=valid_to, cycle_weeks=cycle, hours=tuple(kept))


def _exception(number: int, offered: list[str], chance: Random) -> HoursException:
    kind = chance.choice(("close", "replace", "add"))
    first = date(2027, 1, 1) + timedelta(days=number * 10)
    window = {} if kind == "close" and chance.random() < 0.5 else _window(chance, offered, start=0)
    return HoursException(kind=kind, first_day=first, last_day=first + timedelta(days=number), **window)


def _window(chance: Random, offered: list[str], *, start: int) -> dict:
    begins = start + chance.randrange(700)
    return {
        "start_minute": begins,
        "end_minute": chance.choice((start + 720, begins + 1)),
        "services": tuple(chance.sample(offered, chance.randint(0, len(offered)))),
        "audience": chance.choice(("public", "staff")),
    }


def _away(folder: PracticeFolder, chance: Random, languages: list[str]) -> TimeOff:
    kind = chance.choice(("closure", "absence", "block"))
    begins = chance.choice(
        (datetime(2026, 10, 25, 2, 30), datetime(2027, 7, 1), datetime(2026, 12, 31, 23, 59))
    )
    whose = {
        "closure": chance.choice(({}, {"site": chance.choice(folder.sites).key})),
        "absence": {"practitioner": chance.choice(folder.practitioners).key},
        "block": chance.choice(({}, {"practitioner": chance.choice(folder.practitioners).key})),
    }[kind]
    label = chance.choice(({}, {code: f"Label {code}" for code in languages}))
    return TimeOff(
        kind=kind, starts=begins, ends=begins + timedelta(hours=chance.randint(4, 999)), label=label, **whose
    )


def _rules(services: tuple[Service, ...], chance: Random) -> tuple[ServicePolicy, ...]:
    some = chance.sample(services, chance.randint(0, len(services)))
    choices = (
        {"min_notice_minutes": 0},
        {"horizon_days": 730, "late_fee_cents": 0},
        {"conditions_required": False},
        {"cancellation_notice_minutes": 527040, "conditions_required": True},
    )
    return tuple(ServicePolicy(service=service.key, **chance.choice(choices)) for service in some)


def _matrix(services, schedules, chance: Random) -> tuple[Rule, ...]:
    """Rules about agendas, levels and known people, in any order, each about something else."""
    changes = (
        {"outcome": "call"},
        {"outcome": "request", "answer_hours": 1},
        {"sign_in_required": True, "move_allowed": False, "cancellation_allowed": False},
        {"upcoming_most": 0, "window_most": 3, "window_days": 30, "gap_days": 1},
        {"cancel_reason": "required", "series_most": 0, "waiting_list": False, "move_notice_minutes": 0},
    )
    keys = {
        (
            chance.choice([None, *(service.key for service in services)]),
            chance.choice([None, *(schedule.key for schedule in schedules)]),
            *chance.choice(((0, None), (None, False), (4, True), (1, False))),
        )
        for _ in range(chance.randint(0, 8))
    }
    return tuple(
        Rule(service=service, agenda=agenda, level=level, known=known, **chance.choice(changes))
        for service, agenda, level, known in _shuffled(sorted(keys, key=str), chance)
    )


def _limits(services, schedules, chance: Random) -> tuple[Limit, ...]:
    return tuple(
        Limit(
            agenda=schedule.key,
            service=chance.choice((None, services[0].key)),
            period=period,
            unit=chance.choice(("count", "minutes")),
            most=chance.randint(0, 900),
        )
        for schedule in schedules
        for period in chance.sample(("day", "week", "month"), chance.randint(0, 2))
    )


def _care(services, chance, languages):
    """In some of the languages, in their order."""

    def said(words):
        spoken = sorted(chance.sample(languages, chance.randint(1, len(languages))), key=languages.index)
        return {code: f"{words} {code} é" for code in spoken}

    kinds = ("short", "long", "date", "yes-no", "scale", "one", "several")
    questions = tuple(
        Question(
            kind=kind,
            required=chance.random() < 0.5,
            text=said("Combien «ça»"),
            low=chance.choice((0, 1)) if kind == "scale" else 0,
            high=chance.choice((2, 10)) if kind == "scale" else 10,
            low_text=said("peu") if kind == "scale" else {},
            options=(said("oui"), said("non"), said("«peut-être»")) if kind in ("one", "several") else (),
        )
        for kind in chance.sample(kinds, chance.randint(1, 7))
    )
    ties = tuple(
        Tie(service=key, months=chance.choice((None, 0, 12))) for key in services if chance.random() < 0.3
    )
    asked = Questionnaire(title=said("Avant"), intro=said(AWKWARD), questions=questions, services=ties)
    dose = {"series": chance.choice((None, 3)), "seconds": 30, "weekdays": chance.randint(1, 127)}
    activity = Activity(drawing="squat", name=said("Squat"), note="doucement", **dose)
    return {
        "questionnaires": (asked, Questionnaire(draft=True, title=said("Brouillon")))[: chance.randint(0, 2)],
        "exercises": (
            Exercise(drawing="bridge", name=said("Pont"), text=said(AWKWARD)),
            Exercise(name=said("À nous")),
        ),
        "templates": (
            Template(title="Genou", note="Un\nDeux", activities=(activity,)),
            Template(title="Vide"),
        )[: chance.randint(0, 2)],
    }
