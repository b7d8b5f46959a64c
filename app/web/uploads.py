"""Files people send: counted while they arrive, judged by what they are, and pictures written anew.

Nothing a browser says of a file is believed: neither its type nor its name, and a magic number is no check either. A
picture is decoded and drawn again, which leaves only points (no place, no camera, no second file inside). A PDF cannot
be made harmless, so it only ever leaves as a file to keep.
"""

import io
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Any
from urllib.parse import quote

from flask import Flask, Response
from werkzeug.datastructures import FileStorage
from wtforms import Field, ValidationError
from wtforms.widgets import FileInput

from app.kernel.errors import Refusal
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.i18n import ngettext
from app.web.access import ONE_FILE
from app.web.outside import services

MEGABYTE = 1024 * 1024
MOST_BYTES = 10 * MEGABYTE  # of one file
MOST_TOGETHER = 24 * MEGABYTE  # of one form: held in memory until the view is done, never in a file in clear
MOST_POINTS = (
    50_000_000  # of a photo, which is decoded at a smaller scale; a quarter of it for other pictures
)
MOST_SIDE = 16_000
DRAWN_SIDE = 2560  # longest side a picture is kept with: more than any screen of a practice shows
LONGEST_NAME = 100

PDF = "application/pdf"
PICTURES = ("image/jpeg", "image/png", "image/webp", "image/gif")
ATTACHMENTS = (*PICTURES, PDF)
ENDINGS = {"image/jpeg": ".jpg", "image/png": ".png", "image/webp": ".webp", PDF: ".pdf"}
DRAWING = Lock()  # one picture at a time in a process: their points are many


class TooBig(Refusal):
    message = _l("This file is too big: at most %(most)s MB. A photo of a smaller size will do.")


class TooBigTogether(Refusal):
    message = _l("These files are too big together: at most %(most)s MB. Please send them in two parts.")


class TooManyPoints(Refusal):
    message = _l("This picture has more points than can be shown here. Please send it in a smaller size.")


class WrongKind(Refusal):
    message = _l("This kind of file cannot be taken. A photo (JPEG, PNG, WebP, GIF) or a PDF can.")


class NoPicture(Refusal):
    message = _l("This kind of file cannot be taken. A picture (JPEG, PNG, WebP, GIF) can.")


class Broken(Refusal):
    message = _l("This file cannot be read: it is damaged or empty. Please save it again and choose it anew.")


@dataclass(frozen=True)
class Upload:
    """What may be kept. `kind` is what it is, not what somebody called it."""

    name: str  # to show and to save under: one line, no path, the ending of its kind
    kind: str  # one of ATTACHMENTS, except GIF: those become PNG
    content: bytes
    width: int = 0  # in points; 0 where it is no picture
    height: int = 0


class Arriving(io.BytesIO):
    """A file as it comes in: what is beyond the limits is counted and dropped, so a huge one costs no memory."""

    def __init__(self, room: list[int], most: int = MOST_BYTES) -> None:
        super().__init__()
        self.room = room  # [bytes that all files of this request may still take]
        self.most = most  # bytes of this one
        self.sent = 0
        self.dropped = False

    def write(self, some: Any) -> int:
        size = len(some)
        self.sent += size
        if not self.dropped and (self.sent > self.most or size > self.room[0]):
            self.dropped = True
            self.room[0] += self.sent - size
            self.seek(0)
            self.truncate()
        if not self.dropped:
            self.room[0] -= size
            super().write(some)
        return size


def install(app: Flask) -> None:
    """The app's requests, whose files now stay in memory within limits."""
    app.request_class = type("Asked", (FilesInMemory, app.request_class), {})


class FilesInMemory:
    """Mixed into the request; Werkzeug's own would put a large file into a temporary one, in clear."""

    environ: dict[str, Any]

    def _get_file_stream(self, *_args: Any, **_more: Any) -> Any:
        room = self.environ.setdefault("parvis.room_for_files", [MOST_TOGETHER])
        return Arriving(room, MOST_TOGETHER if self.environ.get(ONE_FILE) else MOST_BYTES)


def whole(file: FileStorage) -> bytes | None:
    """The bytes of a file that is neither picture nor PDF; None where it was too big and is not here."""
    return None if getattr(file.stream, "dropped", False) else file.stream.read()


def taken(file: FileStorage, *, kinds: Sequence[str] = ATTACHMENTS, side: int = DRAWN_SIDE) -> Upload:
    """The file as it may be kept, pictures at most `side` points long; raises one of the refusals above."""
    stream: Any = file.stream
    if getattr(stream, "dropped", False) and stream.sent <= MOST_BYTES:
        raise TooBigTogether(most=MOST_TOGETHER // MEGABYTE)
    if getattr(stream, "dropped", False):
        raise TooBig(most=MOST_BYTES // MEGABYTE)
    content = stream.read()
    if not content:
        raise Broken
    if content.startswith(b"%PDF-"):
        if PDF not in kinds:
            raise NoPicture
        if b"%%EOF" not in content[-2048:]:
            raise Broken  # cut off on the way
        return Upload(named(file.filename, PDF), PDF, content)
    kind, drawn, width, height = _drawn_anew(content, kinds, side)
    return Upload(named(file.filename, kind), kind, drawn, width, height)


def _drawn_anew(content: bytes, kinds: Sequence[str], side: int) -> tuple[str, bytes, int, int]:
    """(kind, content, width, height) of a picture made of nothing but the points of the one sent."""
    from PIL import Image, ImageFile, ImageOps, UnidentifiedImageError  # 40 ms that most processes never need

    formats = [kind.partition("/")[2].upper() for kind in kinds if kind in PICTURES]
    wrong = WrongKind if PDF in kinds else NoPicture
    with DRAWING:
        ImageFile.LOAD_TRUNCATED_IMAGES = (
            False  # a program that prints PDF switches it on for its whole process
        )
        try:
            with Image.open(io.BytesIO(content), formats=formats) as picture:
                # MPO: two pictures in one JPEG, as telephones take them; the second is no part of what is kept
                kind = "image/jpeg" if picture.format == "MPO" else Image.MIME[picture.format or ""]
                most = MOST_POINTS if kind == "image/jpeg" else MOST_POINTS // 4
                if picture.width * picture.height > most or max(picture.size) > MOST_SIDE:
                    raise TooManyPoints  # before a single point of it is decoded
                picture.draft("RGB", (side, side))
                picture.load()
                upright = ImageOps.exif_transpose(picture)
                upright.thumbnail((side, side))
                return _written(upright, kind)
        except UnidentifiedImageError as unknown:
            raise wrong from unknown
        except (Image.DecompressionBombError, Image.DecompressionBombWarning) as bomb:
            raise TooManyPoints from bomb
        except (
            OSError,
            ValueError,
            TypeError,
            SyntaxError,
            EOFError,
            LookupError,
            ArithmeticError,
        ) as broken:
            raise Broken from broken  # whatever a decoder says of bytes that are no picture


def _written(picture: Any, kind: str) -> tuple[str, bytes, int, int]:
    """Points alone: `new` has none of the words a picture carries along."""
    from PIL import Image

    clear = "A" in picture.getbands() or "transparency" in picture.info
    mode = "RGBA" if clear and kind != "image/jpeg" else "RGB"
    points = Image.new(mode, picture.size)
    points.paste(picture.convert(mode))
    kind = "image/png" if kind == "image/gif" else kind
    found = io.BytesIO()
    options = {"image/jpeg": {"quality": 85, "optimize": True}, "image/webp": {"quality": 85}}
    points.save(found, format=kind.partition("/")[2].upper(), **options.get(kind, {}))
    return kind, found.getvalue(), points.width, points.height


def named(given: str | None, kind: str) -> str:
    """A name to show and to save under: one line, no path, nothing that turns the writing round, one true ending."""
    text = unicodedata.normalize("NFC", given or "")
    text = "".join(c if unicodedata.category(c)[0] != "C" else " " for c in text)
    text = text.replace("\\", "/").rpartition("/")[2]
    text = " ".join("".join(" " if c in '<>:"|?*%;' else c for c in text).split()).strip(" .")
    ending = ENDINGS[kind]
    stem, dot, last = text.rpartition(".")
    if dot and len(last) <= 5:
        text = stem
    if text.casefold().endswith(ending):
        text = text[: -len(ending)]
    return (text[: LONGEST_NAME - len(ending)].strip(" .") or str(_l("file"))) + ending


def served(content: bytes, *, name: str, kind: str, inline: bool = False) -> Response:
    """The file, for whoever the view let in. A picture may be shown in a page; everything else is there to keep.

    Whatever is inside runs nowhere: no sniffing, and a sandbox of its own (RFC 6266 for the name).
    """
    shown = inline and kind in PICTURES
    plain = name.encode("ascii", "replace").decode().replace("?", "_").replace('"', "_")
    response = Response(content, mimetype=kind if kind in ATTACHMENTS else "application/octet-stream")
    response.headers["Content-Disposition"] = (
        f"{'inline' if shown else 'attachment'}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
    )
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response.headers["Cache-Control"] = "no-store"
    return response


def forgotten(payload: dict[str, Any]) -> None:
    """The worker's part of `kernel.files.forget`."""
    services().files.remove(payload["key"])


def too_many(most: int) -> str:
    return ngettext("At most %(num)s file at a time.", "At most %(num)s files at a time.", most)


class UploadField(Field):
    """One file or several of a form; `.uploads` holds what may be kept, `.names` what has to be chosen again.

    A browser shows no chosen file twice: when something else of the form is wrong, say so with `names`.
    """

    def __init__(
        self,
        label: Any,
        *,
        kinds: Sequence[str] = ATTACHMENTS,
        most: int = 1,
        side: int = DRAWN_SIDE,
        **more: Any,
    ) -> None:
        super().__init__(label, **more)
        self.kinds, self.most, self.side = kinds, most, side
        self.widget = FileInput(multiple=most > 1)
        self.render_kw = {"accept": ",".join(kinds), **(self.render_kw or {})}
        self.uploads: list[Upload] = []
        self.names: list[str] = []

    def _value(self) -> None:
        return None

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        self.data = [one for one in valuelist if isinstance(one, FileStorage) and one.filename]

    def pre_validate(self, _form: Any) -> None:
        files = self.data or []
        self.names = [named(one.filename, PDF).removesuffix(".pdf") for one in files]
        if len(files) > self.most:
            raise ValidationError(too_many(self.most))
        try:
            self.uploads = [taken(one, kinds=self.kinds, side=self.side) for one in files]
        except Refusal as refusal:
            raise ValidationError(refusal.sentence()) from refusal
