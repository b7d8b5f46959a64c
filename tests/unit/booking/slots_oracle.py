"""The slot rules once more, minute by minute and with no cleverness: what the engine is compared with."""

from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo


@cache
def wall(minute, zone):
    """(day, minutes after midnight, is it a second occurrence) on the wall clock."""
    local = datetime.fromtimestamp(minute * 60, UTC).astimezone(ZoneInfo(zone))
    return local.date(), local.hour * 60 + local.minute, local.fold == 1


@cache
def minutes_of(day, zone):
    """Every UTC minute during which the wall clock shows this day."""
    noon = int(datetime(day.year, day.month, day.day, 12, tzinfo=UTC).timestamp()) // 60
    return [minute for minute in range(noon - 2200, noon + 2200) if wall(minute, zone)[0] == day]


def last_of_the_repetition(minute, zone):
    """A repeated minute is open when the hours run on past the repetition: look at its last minute."""
    while wall(minute, zone)[2] and wall(minute + 1, zone)[2]:
        minute += 1
    return minute


def holds(hours, day, clock):
    return hours.start <= clock < hours.end


def is_weekly(window, day):
    if window.weekday != day.weekday() or day < window.valid_from:
        return False
    if window.valid_to and day > window.valid_to:
        return False
    monday = window.valid_from
    while monday.weekday() != 0:
        monday -= timedelta(days=1)
    week = 0
    while monday + timedelta(days=7) <= day:
        monday += timedelta(days=7)
        week = (week + 1) % window.cycle_weeks
    return week == window.week_in_cycle


def windows_of(agenda, day):
    today = [each for each in agenda.exceptions if each.first_day <= day and day <= each.last_day]
    replacing = [each for each in today if each.kind == "replace"]
    weekly = [each for each in agenda.windows if is_weekly(each, day)]
    return (replacing or weekly) + [each for each in today if each.kind == "add"]


def closings_of(agenda, day):
    return [e for e in agenda.exceptions if e.kind == "close" and e.first_day <= day and day <= e.last_day]


def names(hours, service):
    return not (hours.services is not None and service.id not in hours.services)


class Count:
    """One question, answered by looking at every minute."""

    def __init__(self, agenda, service, busy, blocked, *, now, staff=False):
        self.agenda, self.service, self.busy, self.blocked = agenda, service, busy, blocked
        self.now, self.staff = now, staff
        self.days = {}

    def plan_of_day(self, day):
        """Minute -> open | holiday | closed | type_not_here | break | outside_hours."""
        if day not in self.days:
            windows, closings = windows_of(self.agenda, day), closings_of(self.agenda, day)
            plan = {
                minute: self.plan_of_minute(minute, day, windows, closings) for minute in self.minutes(day)
            }
            opened = [minute for minute in plan if plan[minute] == "open"]
            for minute in plan:
                if opened and plan[minute] == "outside_hours" and opened[0] < minute < opened[-1]:
                    plan[minute] = "break"
            self.days[day] = plan
        return self.days[day]

    def plan_of_minute(self, minute, day, windows, closings):
        _, clock, _ = wall(last_of_the_repetition(minute, self.agenda.zone), self.agenda.zone)
        if day in self.agenda.holidays:
            return "holiday"
        if any(holds(closing, day, clock) and names(closing, self.service) for closing in closings):
            return "closed"
        here = [
            each for each in windows if holds(each, day, clock) and (self.staff or each.audience == "public")
        ]
        if any(names(each, self.service) for each in here):
            return "open"
        return "type_not_here" if here else "outside_hours"

    def minutes(self, day):
        return minutes_of(day, self.agenda.zone)

    def reasons(self, start):
        """All that speaks against one start, cheapest first; some codes more than once."""
        day, clock, is_repeated = wall(start, self.agenda.zone)
        core = range(start, start + self.service.duration)
        if is_repeated or (clock - self.service.grid_offset) % self.service.grid:
            yield "off_grid"
        if not self.staff:
            if start - self.now < self.service.min_notice:
                yield "too_soon"
            if (day - wall(self.now, self.agenda.zone)[0]).days >= self.service.horizon_days:
                yield "too_late"
            if self.service.staff_reserved >= self.service.capacity:
                yield "full"
        yield from self.plan_reason(core)
        yield from (str(each.reason) for each in self.blocked if set(core) & set(range(each.start, each.end)))
        yield from self.busy_reasons(start, set(core))

    def plan_reason(self, core):
        found = {self.plan_of_day(wall(minute, self.agenda.zone)[0])[minute] for minute in core}
        for reason in ("holiday", "closed", "type_not_here", "break", "outside_hours"):
            if reason in found:
                return [reason]
        return []

    def busy_reasons(self, start, core):
        service = self.service
        wide = set(range(start - service.before, start + service.duration + service.after))
        group, has_room = self.group_at(start)
        for row in self.busy:
            taken = set(range(row.start, row.end))
            kept = set(range(row.start - row.before, row.end + row.after))
            if row in group:
                if not has_room:
                    yield "full"
            elif core & taken:
                yield "busy"
            elif core & kept or wide & taken:
                yield "buffer_conflict"

    def group_at(self, start):
        """(rows of the group that meets at this start, is there a place left)."""
        service = self.service
        if service.capacity == 1:
            return [], False
        key = f"{service.id}@{self.agenda.id}"
        rows = [row for row in self.busy if row.session == key and row.start == start]
        places = min([service.capacity, *(row.capacity for row in rows)])
        places -= 0 if self.staff else service.staff_reserved
        return rows, sum(row.taken for row in rows) < places

    def grid(self, first_day, last_day):
        for ordinal in range(first_day.toordinal(), last_day.toordinal() + 1):
            for minute in self.minutes(date.fromordinal(ordinal)):
                _, clock, is_repeated = wall(minute, self.agenda.zone)
                if not is_repeated and (clock - self.service.grid_offset) % self.service.grid == 0:
                    yield minute

    def offered(self, first_day, last_day):
        return [start for start in self.grid(first_day, last_day) if not any(self.reasons(start))]
