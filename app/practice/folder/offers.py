"""services.toml: what can be booked."""

from app.practice.folder.contents import COLORS, Service
from app.practice.folder.fields import Table


def read_services(
    table: Table, languages: tuple[str, ...], pools: tuple[str, ...] | None
) -> tuple[Service, ...]:
    """`pools`: what services may need, None where practice.toml could not be read."""
    keys: set[str] = set()
    services = tuple(_service(item, keys, languages, pools) for item in table.tables("services"))
    table.done()
    return services


def _service(
    table: Table, keys: set[str], languages: tuple[str, ...], pools: tuple[str, ...] | None
) -> Service:
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
        needs=table.words("needs", allowed=pools, default=()),
        price_cents=table.whole("price_cents", 0, 1_000_000, default=None),
        prescription_required=table.flag("prescription_required", default=False),
        color=table.choice("color", COLORS, default=""),
        online=table.flag("online", default=True),
        archived=table.flag("archived", default=False),
    )
    if service.grid_offset_minutes >= service.grid_minutes:
        table.wrong("grid_offset_minutes", f"must be less than grid_minutes, which is {service.grid_minutes}")
    if service.staff_reserved >= service.capacity:
        table.wrong("staff_reserved", f"must be less than capacity, which is {service.capacity}")
    table.done()
    return service
