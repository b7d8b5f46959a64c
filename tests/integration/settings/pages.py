"""Forms of the settings, read and sent as a browser would."""

from tests.journey import form_of, soup


def opened(browser, url, *, holding="version"):
    """(where the form goes, its fields as they stand)"""
    response = browser.get(url)
    assert response.status_code == 200, response.status
    return form_of(soup(response), holding=holding)


def posted(browser, url, *, to=None, holding="version", **typed):
    """The form of a page, sent with other values."""
    action, fields = opened(browser, url, holding=holding)
    return browser.post(to or action, data={**fields, **typed})
