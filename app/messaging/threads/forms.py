"""What people type: to whom, about what, in which words, with which files."""

from collections.abc import Iterable
from uuid import UUID

from wtforms import RadioField, SelectField, StringField, TextAreaField, ValidationError
from wtforms.fields.choices import SelectChoice
from wtforms.validators import AnyOf, DataRequired, InputRequired, Length

from app.directory.models import Practitioner
from app.kernel.i18n import _
from app.kernel.i18n import lazy_gettext as _l
from app.messaging.models import SUBJECT_LENGTH
from app.messaging.threads.actions import Draft
from app.messaging.threads.addresses import Address
from app.messaging.threads.refusals import NobodyReadsAlone
from app.web.fields import mail_address
from app.web.forms import Attempted, BaseForm, Lines, PlainText, Versioned, tidy, tidy_lines
from app.web.uploads import UploadField, too_many

MOST_FILES = 5
MOST_LETTERS = 5000
WHO_READS = _l("Who reads this at the practice")
TO_CHOOSE = _l("Choose whom you write to.")
TO_ONE = _l("Choose a practitioner above, or let the whole team read it.")


def subject_field() -> StringField:
    return StringField(
        _l("Subject"),
        filters=[tidy],
        validators=[
            DataRequired(_l("Say in a few words what it is about.")),
            Length(max=SUBJECT_LENGTH, message=_l("A subject has at most 150 letters.")),
            PlainText(),
        ],
        render_kw={"maxlength": SUBJECT_LENGTH, "autocomplete": "off"},
    )


class MessageForm(Attempted, BaseForm):
    """Pressed twice, it sends one message."""

    body = TextAreaField(
        _l("Message"),
        filters=[tidy_lines],
        validators=[
            DataRequired(_l("Write your message first.")),
            Length(max=MOST_LETTERS, message=_l("A message has at most 5000 letters.")),
            Lines(),
        ],
        render_kw={"rows": 8, "maxlength": MOST_LETTERS},
    )

    def draft(self) -> Draft:
        uploads = self.files.uploads if "files" in self else ()
        return Draft(body=self.body.data or "", attempt=self.attempt_sent, uploads=uploads)


class ReplyForm(MessageForm):
    PAGE = ("body", "files")

    files = UploadField(_l("Add files"), most=MOST_FILES)

    def has_room_for(self, kept: int) -> bool:
        """Files that are passed on count too: a message handed on and on would else grow without end."""
        if kept + len(self.files.uploads) > MOST_FILES:
            self.files.errors = [too_many(MOST_FILES)]
        return not self.files.errors


class AnswerForm(Versioned, ReplyForm):
    """The desk's: made for one state of the thread; `use` names a text to put in, and then nothing is sent."""

    use = StringField()


class NewForm(ReplyForm):
    PAGE = ("to", "reader", "subject", "body", "files")

    reader = RadioField(
        WHO_READS,
        choices=[
            SelectChoice("team", _l("The whole team")),
            SelectChoice("alone", _l("Only the practitioner I write to")),
        ],
        default="team",
        validate_choice=False,
        validators=[AnyOf(("team", "alone"), message=_l("Choose one of the two."))],
    )
    to = RadioField(_l("To"), validators=[InputRequired(TO_CHOOSE)], validate_choice=False, choices=[])
    subject = subject_field()

    @property
    def alone(self) -> bool:
        return bool(self.reader.data == "alone")

    def fits(self, to: Address) -> bool:
        """Whether there is somebody at this address who can read it alone, where that is asked for."""
        if self.alone and not to.alone:
            self.reader.errors = [str(NobodyReadsAlone.message if to.practitioner else TO_ONE)]
        return not self.reader.errors


class DeskNewForm(ReplyForm):
    """`reader`: the practitioner who alone reads it here; nobody chosen, the whole team does."""

    PAGE = ("reader", "subject", "body", "files")

    reader = SelectField(WHO_READS, validate_choice=False, default="", choices=[])
    subject = subject_field()

    def offer(self, practitioners: Iterable[Practitioner]) -> None:
        names = [(str(one.id), _("Only %(name)s", name=one.name)) for one in practitioners]
        self.reader.choices = [("", _("The whole team")), *names]

    def validate_reader(self, field: SelectField) -> None:
        """Whoever was offered may have gone while this was written: nothing of it is lost, and nobody else gets it."""
        if field.data not in {key for key, _name in self.reader.choices}:
            raise ValidationError(NobodyReadsAlone.message)

    @property
    def alone(self) -> UUID | None:
        return UUID(self.reader.data) if self.reader.data else None


class QuestionForm(MessageForm):
    """Of somebody with an account whom the practice does not know yet."""

    PAGE = ("subject", "body")

    subject = subject_field()


class GuestForm(QuestionForm):
    PAGE = ("name", "email", "subject", "body")

    name = StringField(
        _l("Your name"),
        filters=[tidy],
        validators=[
            DataRequired(_l("Enter your name.")),
            Length(max=200, message=_l("A name has at most 200 letters here.")),
            PlainText(),
        ],
        render_kw={"autocomplete": "name"},
    )
    email = mail_address(_l("Enter your e-mail address."))
