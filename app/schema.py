"""Every table in order of dependence, and the way to bring a database up to date."""

from pathlib import Path

from playhouse.migrations import Runner

from app.account.models import ExportJob
from app.billing.models import ChargeItem, Invoice, InvoiceSeries
from app.booking.models import (
    ActionLink,
    AgendaLimit,
    AlternativeTime,
    Appointment,
    BookingPolicy,
    FeeProposal,
    Hold,
    HoursException,
    OpenedHoliday,
    PolicyDraft,
    PolicyVersion,
    Prescription,
    QuotaRule,
    Rearrangement,
    Reoffer,
    RequestQuestion,
    Resource,
    ResourcePool,
    ResourceUse,
    TimeOff,
    WorkingHours,
)
from app.consent.models import PolicyText, TextDraft
from app.desk.models import DaySheet
from app.directory.models import (
    HealthcareService,
    Listing,
    Location,
    Practitioner,
    PractitionerMember,
    PractitionerPhoto,
    Schedule,
    ScheduleService,
)
from app.eid.models import CardConflict, CardPairing, CardProof
from app.exercises.models import ActivityDone, CareActivity, CarePlan, Exercise
from app.identity.csam_models import IdentityRequest, ProviderSession, SpentAssertion
from app.identity.models import (
    AccountConsent,
    Dependant,
    Erasure,
    Factor,
    KnownDevice,
    MailCode,
    MailLink,
    MandateOffer,
    PasskeyChallenge,
    PersonalDetails,
    RecoveryCode,
    Registration,
    Representation,
    Session,
    WrongCodes,
)
from app.kernel.audit import AccountEvent, AuditEvent, AuditHead
from app.kernel.db import database, is_sqlite
from app.kernel.outbox import Outbox
from app.kernel.owners import Account, Practice
from app.kernel.rate_limits import RateCount
from app.messaging.models import (
    Attachment,
    CalendarFeed,
    Communication,
    ConfidentialThread,
    QuestionRule,
    QuickReply,
    ReminderPlan,
    ReminderRefusal,
    StaffNotice,
    Thread,
)
from app.patients.models import (
    AccessEntry,
    Connection,
    Patient,
    PatientChange,
    PatientInvitation,
    PatientMerge,
    PatientNote,
    PatientWord,
    TrustEvidence,
)
from app.practice.models import DeskBoard, MessageWording, PracticeHost
from app.profile.models import ProfileLayout
from app.questionnaires.models import (
    Questionnaire,
    QuestionnaireAuthor,
    QuestionnaireResponse,
    QuestionnaireVersion,
    ServiceQuestionnaire,
)
from app.record.models import (
    Goal,
    HealthReader,
    ImportJob,
    Observation,
    ObservationShare,
    SharedObservation,
)
from app.record.wearables.models import WearableConnection, WearableJourney
from app.staff.models import Invitation, Member
from app.waiting.models import WaitEntry, WaitOffer
from app.walkins.models import WalkIn, WalkInPlan

FIRST = (
    Practice, Account, PracticeHost, AuditEvent, Outbox, Member, Patient,
    Location, Practitioner, Schedule, HealthcareService, ScheduleService, Listing, PolicyText,
    WorkingHours, HoursException, TimeOff, OpenedHoliday, BookingPolicy, Hold, Appointment, ActionLink,
)  # fmt: skip
ACCOUNTS = (
    Session, KnownDevice, Factor, RecoveryCode, MailCode, WrongCodes, PasskeyChallenge, MailLink, Registration,
    PersonalDetails, AccountConsent, Dependant, Representation, MandateOffer, Erasure, Connection, TrustEvidence,
    PatientInvitation, AccessEntry, Invitation, ExportJob, AccountEvent, AuditHead, RateCount,
)  # fmt: skip
BOOKING = (AgendaLimit, ResourcePool, Resource, ResourceUse)
BUDGET = (QuotaRule, Prescription)
NOTICES = (ReminderPlan, ReminderRefusal, CalendarFeed)
THREADS = (Thread, Communication, Attachment, QuickReply, QuestionRule)
ABSENCE = (Rearrangement, Reoffer)
REQUESTS = (RequestQuestion, AlternativeTime)
WAITING = (WaitEntry, WaitOffer)
WALK_INS = (WalkInPlan, WalkIn)
SEARCH = (PatientWord,)
PATIENT_FILES = (PatientNote, PatientChange, PatientMerge, DeskBoard)
DESK = (FeeProposal,)
AGENDAS = (PractitionerMember,)
SETTINGS = (TextDraft, MessageWording)
POLICY_DRAFTS = (PolicyDraft, PolicyVersion)
DESK_GRID = (DaySheet,)
PHOTOS = (PractitionerPhoto,)
PROFILE = (ProfileLayout,)
BILLING = (InvoiceSeries, Invoice, ChargeItem)
QUESTIONNAIRES = (Questionnaire, QuestionnaireVersion, QuestionnaireResponse)
CARE = (ServiceQuestionnaire, QuestionnaireAuthor, ConfidentialThread, StaffNotice)
EXERCISES = (Exercise, CarePlan, CareActivity, ActivityDone)
CSAM = (IdentityRequest, SpentAssertion, ProviderSession)
CARD = (CardPairing, CardProof, CardConflict)
RECORD = (Observation, ObservationShare, HealthReader, SharedObservation, Goal)
DEVICES = (ImportJob,)
WEARABLES = (WearableJourney, WearableConnection)
TABLES = (
    FIRST
    + ACCOUNTS
    + BOOKING
    + BUDGET
    + NOTICES
    + ABSENCE
    + REQUESTS
    + WAITING
    + WALK_INS
    + PATIENT_FILES
    + DESK
    + AGENDAS
    + SETTINGS
    + POLICY_DRAFTS
    + DESK_GRID
    + PHOTOS
    + CSAM
    + CARD
    + PROFILE
    + BILLING
    + THREADS
    + QUESTIONNAIRES
    + CARE
    + EXERCISES
    + RECORD
    + SEARCH
    + DEVICES
    + WEARABLES
)
MIGRATIONS = Path(__file__).parent / "migrations"
ONE_AT_A_TIME = 0x5041525649  # advisory lock: four runners at once would meet each other's columns


def engine() -> str:
    return "sqlite" if is_sqlite() else "postgresql"


def upgrade() -> list[str]:
    """Apply what is missing; returns the names. Safe when two servers start together."""
    database.connect(reuse_if_open=True)
    runner = Runner(database.obj, directory=str(MIGRATIONS), table_name="schema_migration")
    if is_sqlite():
        with database.obj.turn:
            return list(runner.up())
    database.execute_sql("SELECT pg_advisory_lock(%s)", (ONE_AT_A_TIME,))
    try:
        return list(runner.up())
    finally:
        database.execute_sql("SELECT pg_advisory_unlock(%s)", (ONE_AT_A_TIME,))


def statements(name: str) -> list[str]:
    """The frozen SQL of a migration for the bound database: statements parted by an empty line."""
    text = (MIGRATIONS / f"{name}.{engine()}.sql").read_text()
    return [part.strip().rstrip(";") for part in text.split(";\n\n") if part.strip()]


def is_current() -> bool:
    """Whether every migration has run here."""
    runner = Runner(database.obj, directory=str(MIGRATIONS), table_name="schema_migration")
    return all(m.applied for m in runner.status())
