"""Walks through the pages a person reaches by links, and gathers the forms found there."""

import re
from urllib.parse import urljoin, urlsplit

from tests.conftest import HOST
from tests.journey import soup

HERE = f"http://lavande.{HOST}"
LEAVES = ("/static/", "/book/", "/theme/", "/logo-")
# what stands in an address for one row of many, or for one day
ONE_OF_MANY = re.compile(r"(?<=/)(?:[0-9a-f-]{32,36}|\d{4}-\d\d-\d\d|\d+)(?=/|$)")


def walk(client, starts, *, most=80):
    """{address: page} of everything that answers 200 with a page; no address is asked twice."""
    waiting, seen, pages = list(starts), set(), {}
    while waiting and len(seen) < most:
        url = waiting.pop(0)
        if _shape(url) in seen:
            continue
        seen.add(_shape(url))
        answer = client.get(url)
        assert answer.status_code < 500, f"{url}: {answer.status}"
        if answer.status_code in (302, 303):
            waiting.append(answer.headers["Location"])
        if answer.status_code != 200 or answer.mimetype != "text/html":
            continue
        pages[url] = page = soup(answer)
        waiting += [link for one in page.find_all("a", href=True) if (link := _here(one["href"], url))]
    return pages


def forms(pages):
    """[(address of the page, where it is sent, {field: value})] of every form sent by POST, each kind once."""
    found = {}
    for url, page in pages.items():
        for form in page.find_all("form"):
            if form.get("method", "get").lower() != "post":
                continue
            target = urlsplit(urljoin(HERE + url, form.get("action") or url)).path
            found.setdefault((_kind(target), *sorted(_fields(form))), (url, target, _fields(form)))
    return list(found.values())


def _fields(form):
    fields = {}
    for field in form.find_all(["input", "select", "textarea", "button"]):
        name = field.get("name")
        if not name:
            continue
        if field.name == "select":
            chosen = field.find("option", selected=True) or field.find("option")
            fields[name] = chosen.get("value", "") if chosen else ""
        elif field.get("type") in ("radio", "checkbox"):
            if field.has_attr("checked") or name not in fields:
                fields[name] = field.get("value", "y")
        else:
            fields.setdefault(name, field.get("value", ""))
    return fields


def _here(href, url):
    parts = urlsplit(urljoin(HERE + url, href))
    if parts.netloc != urlsplit(HERE).netloc or parts.path.startswith(LEAVES):
        return None
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def _kind(path):
    return ONE_OF_MANY.sub("*", path)


def _shape(url):
    """Pages of one kind are looked at once: the names of parameters, not what they say."""
    parts = urlsplit(url)
    return _kind(parts.path), tuple(sorted(part.partition("=")[0] for part in parts.query.split("&")))
