"""Hashing: slow on purpose, the same for everybody, and never more memory than there are cores."""

import os
import statistics
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from argon2 import PasswordHasher

from app.identity import passwords
from app.identity.passwords import TooBusy, hash_of, matches, renewed
from app.kernel.errors import Unavailable

PASSWORD = "correct horse battery staple"


@pytest.fixture(autouse=True, scope="module")
def quick_hashes():
    """None here: these are the parameters of people's passwords, of nobody's too."""
    passwords._nobody.cache_clear()
    yield
    passwords._nobody.cache_clear()


@pytest.fixture(scope="module")
def stored():
    return hash_of(PASSWORD)


def test_the_right_password_matches_and_nothing_else(stored):
    assert matches(stored, PASSWORD)
    for wrong in ("", PASSWORD.upper(), PASSWORD + " ", "\x00", "\ud800", "x" * 10**6):
        assert not matches(stored, wrong)
    assert not matches(None, PASSWORD) and not matches("no hash at all", PASSWORD)


def test_the_parameters_are_those_of_owasp(stored):
    assert stored.startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_the_same_word_from_two_keyboards_matches():
    assert matches(hash_of("cafe\u0301 cre\u0300me brule"), "caf\u00e9 cr\u00e8me brule")


def test_an_endless_password_costs_nothing(stored, monkeypatch):
    monkeypatch.setattr(passwords, "_hasher", None)  # touched, it would raise
    assert matches(stored, "x" * 1025) is False and matches(stored, "é" * 513) is False
    with pytest.raises(ValueError):
        hash_of("x" * 1025)
    with pytest.raises(AttributeError):
        matches(stored, "x" * 100)  # the control


def test_an_old_hash_is_made_anew_and_todays_is_kept(stored):
    old = PasswordHasher(memory_cost=8192, time_cost=1, parallelism=1).hash(PASSWORD)
    fresh = renewed(old, PASSWORD)
    assert fresh and matches(fresh, PASSWORD) and renewed(fresh, PASSWORD) is None
    assert renewed(stored, PASSWORD) is None


def test_an_unknown_account_takes_as_long_as_a_wrong_password(stored):
    def median(hashed):
        taken = []
        for _ in range(9):
            started = time.process_time()
            matches(hashed, "wrong")
            taken.append(time.process_time() - started)
        return statistics.median(taken)

    matches(None, "warm")
    assert 0.5 < median(None) / median(stored) < 2


def rss_kib():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") // 1024


@pytest.mark.skipif(not os.path.exists("/proc/self/statm"), reason="reads the kernel's own figures")
def test_two_hundred_at_once_all_get_their_answer_within_bounded_memory(stored):
    answers, peak, done = [], [0], threading.Event()
    before = rss_kib()

    def watch():
        while not done.is_set():
            peak[0] = max(peak[0], rss_kib())
            time.sleep(0.005)

    watcher = threading.Thread(target=watch)
    watcher.start()
    threads = [threading.Thread(target=lambda: answers.append(matches(stored, PASSWORD))) for _ in range(200)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    done.set()
    watcher.join()
    assert answers == [True] * 200
    # 19 MiB a core, and the stacks of 200 threads; without places in line it would be 3,800 MiB
    assert peak[0] - before < (150 + 25 * (os.cpu_count() or 1)) * 1024


@pytest.fixture
def one_hand(monkeypatch):
    """A single thread that hashes, and a way to keep it busy."""
    hands = ThreadPoolExecutor(max_workers=1)
    monkeypatch.setattr(passwords, "_hands", lambda: hands)
    release = threading.Event()
    yield lambda: hands.submit(release.wait), release
    release.set()
    hands.shutdown()


def test_a_line_that_is_too_long_is_told_at_once(stored, one_hand, monkeypatch):
    keep_busy, release = one_hand
    monkeypatch.setattr(passwords, "_line", threading.BoundedSemaphore(1))
    keep_busy()
    waiting = threading.Thread(target=lambda: matches(stored, PASSWORD))
    waiting.start()
    while passwords._line._value:
        time.sleep(0.001)
    with pytest.raises(TooBusy) as full:
        matches(stored, PASSWORD)
    assert isinstance(full.value, Unavailable) and full.value.retry
    release.set()
    waiting.join()
    assert matches(stored, PASSWORD)  # a place that was left is free again


def test_nobody_waits_for_ever(stored, one_hand, monkeypatch):
    keep_busy, release = one_hand
    monkeypatch.setattr(passwords, "PATIENCE_SECONDS", 0.05)
    keep_busy()
    with pytest.raises(TooBusy):
        matches(stored, PASSWORD)
    release.set()
    monkeypatch.setattr(passwords, "PATIENCE_SECONDS", 20)
    assert matches(stored, PASSWORD)
