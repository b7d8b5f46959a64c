"""Every store of files keeps the port's promise, and what it keeps nobody reads without the key."""

import inspect
import os
from uuid import UUID, uuid4

import pytest

from app.adapters.files.disk import DiskFiles
from app.adapters.files.fake import FakeFiles
from app.kernel.errors import NotFound, Unavailable
from app.kernel.files import KEY_LENGTH, Files
from app.kernel.ports import FileStore
from app.kernel.sealing import Keys, Sealer, Unreadable

OWNER = UUID("01890000-0000-7000-8000-000000000001")
KEY = f"{OWNER.hex}/{'ab' * 16}"


@pytest.fixture(params=["disk", "fake"])
def store(request, tmp_path):
    return DiskFiles(str(tmp_path / "files")) if request.param == "disk" else FakeFiles()


@pytest.fixture
def files(store):
    return Files(store, Sealer(Keys.derive(b"k" * 32)))


def kept(files, content=b"a finding"):
    with files.keeping([content], owner=OWNER) as (key,):
        pass
    return key


@pytest.mark.parametrize("kind", [DiskFiles, FakeFiles])
def test_stores_have_the_verbs_of_the_port(kind):
    for verb in ("put", "get", "remove"):
        assert inspect.signature(getattr(kind, verb)) == inspect.signature(getattr(FileStore, verb))


def test_a_file_and_the_names_that_lead_to_it_are_on_the_disk_before_anything_speaks_of_it(
    tmp_path, monkeypatch
):
    """A power cut after the row was written must find the file: fsync(2), of a new file its folders too."""
    settled, fsync = [], os.fsync

    def noted(opened):
        settled.append(os.readlink(f"/proc/self/fd/{opened}"))
        fsync(opened)

    monkeypatch.setattr("app.adapters.files.disk.os.fsync", noted)
    DiskFiles(str(tmp_path)).put(KEY, b"one")
    owner, name = KEY.split("/")
    folder = tmp_path / owner / name[-2:]
    assert settled[0] == str(folder / f"{name}.part")
    assert settled[1:] == [str(folder), str(folder.parent), str(tmp_path)]


def test_what_was_put_is_there_until_it_is_removed(store):
    store.put(KEY, b"one")
    store.put(KEY, b"two")
    assert store.get(KEY) == b"two"
    store.remove(KEY)
    store.remove(KEY)
    with pytest.raises(NotFound):
        store.get(KEY)


@pytest.mark.parametrize("key", ["../../etc/passwd", f"{OWNER.hex}/..", f"{KEY}\n", f"/{KEY}", ""])
def test_a_key_that_is_none_names_no_file_of_the_machine(tmp_path, key):
    with pytest.raises(NotFound):
        DiskFiles(str(tmp_path)).get(key)


def test_a_kept_file_reads_back_and_lies_there_sealed(files, store, tmp_path):
    key = kept(files)
    assert (files.read(key), len(key)) == (b"a finding", KEY_LENGTH)
    assert b"finding" not in store.get(key)
    assert all(path.stat().st_mode & 0o077 == 0 for path in tmp_path.rglob("*") if path.is_file())


def test_a_file_moved_to_another_name_does_not_open(files, store):
    store.put(KEY, store.get(kept(files)))
    with pytest.raises(Unreadable):
        files.read(KEY)


def test_a_transaction_that_fails_leaves_no_file(files, store):
    keys = []
    with pytest.raises(ZeroDivisionError), files.keeping([b"one", b"two"], owner=uuid4()) as made:
        keys.extend(made)
        raise ZeroDivisionError
    assert len(keys) == 2
    for key in keys:
        with pytest.raises(NotFound):
            files.read(key)


def test_a_disk_that_cannot_be_written_is_unavailable_and_not_a_bug(tmp_path):
    (tmp_path / "files").write_text("not a folder")
    with pytest.raises(Unavailable):
        DiskFiles(str(tmp_path / "files")).put(KEY, b"one")
