"""services.toml and policy.toml: what can be booked, and by which rules."""

from app.practice.folder.contents import Policy, Service, ServicePolicy
from app.practice.folder.fields import Table

YEAR_MINUTES = 366 * 24 * 60


def read_services(table: Table, languages: tuple[str, ...]) -> tuple[Service, ...]:
    keys: set[str] = set()
    services = tuple(_service(item, keys, languages) for item in table.tables("services"))
    table.done()
    return services


def _service(table: Table, keys: set[str], languages: tuple[str, ...]) -> Service:
    service = Service(
        key=table.key(keys),
        name=table.per_language("name", languages),
        description=table.per_language("description", languages, required=False, most=1000, lines=True),
        preparation=table.per_language("preparation", languages, required=False, most=1000, lines=True),
        duration_minutes=table.whole("duration_minutes", 5, 720),
        grid_minutes=table.whole("grid_minutes", 5, 720),
        grid_offset_minutes=table.whole("grid_offset_minutes", 0, 719, default=0),
        buffer_before_minutes=table.whole("buffer_before_minutes", 0, 240, default=0),
        buffer_after_minutes=table.whole("buffer_after_minutes", 0, 240, default=0),
        capacity=table.whole("capacity", 1, 200, default=1),
        staff_reserved=table.whole("staff_reserved", 0, 199, default=0),
        price_cents=table.whole("price_cents", 0, 1_000_000, default=None),
        online=table.flag("online", default=True),
        archived=table.flag("archived", default=False),
    )
    if service.grid_offset_minutes >= service.grid_minutes:
        table.wrong("grid_offset_minutes", f"must be less than grid_minutes, which is {service.grid_minutes}")
    if service.staff_reserved >= service.capacity:
        table.wrong("staff_reserved", f"must be less than capacity, which is {service.capacity}")
    table.done()
    return service


def read_policy(table: Table, services: tuple[str, ...] | None) -> Policy:
    policy = Policy(
        **_rules(table),
        conditions_required=table.flag("conditions_required"),
        services=tuple(_service_policy(item, services) for item in table.tables("services")),
    )
    named = [rule.service for rule in policy.services]
    for service in sorted({name for name in named if named.count(name) > 1}):
        table.wrong("services", f"{service} is there twice")
    table.done()
    return policy


def _service_policy(table: Table, services: tuple[str, ...] | None) -> ServicePolicy:
    service = table.text("service") if services is None else table.choice("service", services)
    rules = _rules(table, default=None)
    rules["conditions_required"] = table.flag("conditions_required", default=None)
    if not any(table.has(rule) for rule in rules):
        table.wrong("", "changes nothing; leave it out or give it a rule")
    table.done()
    return ServicePolicy(service=service, **rules)


def _rules(table: Table, **default) -> dict:
    return {
        "min_notice_minutes": table.whole("min_notice_minutes", 0, YEAR_MINUTES, **default),
        "horizon_days": table.whole("horizon_days", 1, 730, **default),
        "cancellation_notice_minutes": table.whole("cancellation_notice_minutes", 0, YEAR_MINUTES, **default),
        "late_fee_cents": table.whole("late_fee_cents", 0, 100_000, **default),
    }
