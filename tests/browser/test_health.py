"""What a person measures, from their own screens: a widget each of three kinds, the page of all values, and sharing."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESKTOP, NARROW, PHONE
from tests.browser.residents import Resident, Room, at_home, let_in, settle

pytestmark = pytest.mark.browser
CLAIRE = Resident("claire@example.be", rooms=(Room(method="mail"),))


@pytest.mark.parametrize(("language", "number"), [("fr", "72,4"), ("en", "72.4")])
def test_weight_by_typing_plus_and_slider_is_added_and_undone(visitor, language, number):
    one = visitor(language, PHONE)
    page, site = one.page, at_home(one, f"poids-{language}@example.be")
    one.language = language
    one.open(f"{site}/me/widgets/weight?lang={language}")
    typed, slider = page.locator("[name=value]"), page.locator("[data-slide]")
    typed.fill(number.replace("4", "3"))
    page.locator("[data-measure] [data-more]").click()
    expect(typed).to_have_value(number)
    expect(slider).to_have_value("72.4")
    slider.fill("80")
    expect(typed).to_have_value(re.compile(r"^80[.,]0$"))
    typed.fill(number)
    day = page.locator("[name=day]").input_value()
    page.locator("[data-day] [data-less]").click()
    assert page.locator("[name=day]").input_value() < day
    page.locator("#add-weight [data-send] button").click()
    expect(page.locator(".reading-value")).to_contain_text(number)
    expect(page.locator(".added")).to_contain_text(number)
    one.check()
    page.locator(".added button").click()
    expect(page.locator(".reading-value")).to_have_count(0)


def test_a_slip_is_asked_about_in_its_place(visitor):
    one = visitor("fr", DESKTOP)
    one.allowed.add(422)
    page, site = one.page, at_home(one, "sept-cents@example.be")
    one.open(f"{site}/me/widgets/weight")
    page.locator("[name=value]").fill("700")
    page.locator("#add-weight [data-send] button").click()
    expect(page.locator("#add-weight .error")).to_contain_text("700")
    one.check()
    page.locator("#add-weight [name=sure]").click()
    expect(page.locator(".reading-value")).to_contain_text("700")


def test_glucose_goes_through_its_four_steps(visitor):
    one = visitor("nl", PHONE)
    page, site = one.page, at_home(one, "suiker@example.be")
    one.language = "nl"
    one.open(f"{site}/me/widgets/glucose?lang=nl")
    on = page.locator("[data-on]")
    expect(page.locator("[data-send]")).to_be_hidden()
    on.click()
    page.locator("[name=value]").fill("105")
    on.click()
    page.locator("[name=taken]").select_option("fasting")
    on.click()
    expect(on).to_be_hidden()
    one.check()
    page.locator("[name=meal][value=none]").check()
    page.locator("#add-glucose [data-send] button").click()
    expect(page.locator(".reading-value")).to_contain_text("105")
    one.open(f"{site}/me/health/glucose")
    expect(page.locator(".record-table").last).to_contain_text("Nuchter")


def test_blood_pressure_is_noted_drawn_and_deleted_without_a_script(visitor):
    one = visitor("de", DESKTOP, java_script_enabled=False)
    page, site = one.page, at_home(one, "druck@example.be")
    one.language = "de"
    one.open(f"{site}/me/widgets/blood-pressure?lang=de")
    page.locator("[name=value]").fill("128")
    page.locator("[name=second]").fill("82")
    page.locator("#add-blood-pressure [data-send] button").click()
    expect(page).to_have_url(re.compile("/me#widget-blood-pressure$"))
    one.open(f"{site}/me/health/blood-pressure")
    expect(page.locator(".chart svg circle")).to_have_count(2)
    expect(page.locator(".record-table").last).to_contain_text("128/82")
    page.locator(".cross").click()
    one.check()
    page.locator("form[action$='/deletion'] button").click()
    expect(page.locator(".chart")).to_have_count(0)
    one.check()


def test_months_of_values_fit_a_small_dark_screen_and_paper(visitor, portal):
    one = visitor("fr", NARROW, color_scheme="dark")
    page, site = one.page, let_in(one, settle(portal, CLAIRE)[0]["tokens"][0])
    one.open(f"{site}/me/health/weight")
    expect(page.locator(".chart svg path.chart-line")).to_have_count(1)
    expect(page.locator(".goal-story")).to_contain_text("74,0")
    one.open(f"{site}/me/health/blood-pressure?period=all")
    expect(page.locator(".chart svg path.chart-line")).to_have_count(2)
    page.emulate_media(media="print")
    expect(page.locator("#add")).to_be_hidden()
    expect(page.locator(".chart")).to_be_visible()
    page.emulate_media(media="screen")
    one.open(f"{site}/me/health")


def test_a_cross_becomes_a_tick_and_a_cross_again(visitor, portal):
    one = visitor("fr", PHONE)
    page, site = one.page, let_in(one, settle(portal, CLAIRE)[0]["tokens"][0])
    one.open(f"{site}/me/health/sharing")
    page.locator("a[href*='/me/health/sharing/']").first.click()
    expect(page.locator("#pain .tile-mark")).to_be_visible()
    page.locator("#pain").click()
    expect(page.locator("#pain.tile-on")).to_be_visible()
    one.check()
    page.locator("#pain").click()
    expect(page.locator("#pain.tile-on")).to_have_count(0)
