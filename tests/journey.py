"""A guest at a practice's site, page by page, by reading the forms a browser would read."""

from bs4 import BeautifulSoup

GUEST = {
    "given_name": "Alice",
    "family_name": "Dupont",
    "email": "alice@example.be",
    "number": "niss",
    "niss": "85.07.30-994.37",
    "accept": "y",
}


def soup(response):
    return BeautifulSoup(response.get_data(as_text=True), "html.parser")


def form_of(page, *, holding):
    """(action, fields) of the form that has a field called `holding`, as it would be sent untouched."""
    form = next(form for form in page.find_all("form") if form.find(attrs={"name": holding}))
    fields = {}
    for field in form.find_all(["input", "select", "textarea"]):
        name, kind = field.get("name"), field.get("type", "text")
        if not name or (kind in ("radio", "checkbox") and not field.has_attr("checked")):
            continue
        if field.name == "select":
            chosen = field.find("option", selected=True) or field.find("option")
            fields[name] = chosen.get("value", "") if chosen else ""
        elif field.name == "textarea":
            fields[name] = field.get_text().replace("\r\n", "\n").removeprefix("\n")
        else:
            fields[name] = field.get("value", "")
    return form.get("action"), fields


def first_service(client):
    """The address of the first individual service's page of times."""
    page = soup(client.get("/book"))
    return next(link["href"] for link in page.find_all("a", href=True) if link["href"].startswith("/book/"))


def times_page(client, url=None, **query):
    response = client.get(url or first_service(client), follow_redirects=True)
    if query:
        response = client.get(response.request.path, query_string=query)
    assert response.status_code == 200, response.status
    return response, soup(response)


def choose(client, page, *, which=0):
    """Press the `which`-th time and continue: the response of the details page."""
    action, fields = form_of(page, holding="start")
    starts = [field["value"] for field in page.find_all("input", attrs={"name": "start"})]
    return client.post(action, data={**fields, "start": starts[which]}, follow_redirects=True)


def details_form(client, *, which=0, **query):
    _, page = times_page(client, **query)
    response = choose(client, page, which=which)
    assert response.status_code == 200
    return form_of(soup(response), holding="given_name")


def book(client, *, which=0, day=None, **changes):
    """The whole journey; the last response, redirects followed."""
    action, fields = details_form(client, which=which, **({"day": day} if day else {}))
    return client.post(action, data={**fields, **GUEST, **changes}, follow_redirects=True)
