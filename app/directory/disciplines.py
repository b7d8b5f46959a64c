"""The disciplines a practice may have: codes of the Belgian cd-hcparty table, with their words."""

from app.kernel.i18n import lazy_gettext as _l

DISCIPLINES = {  # code: (the practitioner, the subject people look for, icon)
    "persphysiotherapist": (_l("physiotherapist"), _l("Physiotherapy")),
    "persdentist": (_l("dentist"), _l("Dentistry")),
    "perslogopedist": (_l("speech therapist"), _l("Speech therapy")),
    "perspodologist": (_l("podiatrist"), _l("Podiatry")),
    "persdietician": (_l("dietician"), _l("Dietetics")),
    "perspsychologist": (_l("psychologist"), _l("Psychology")),
    "persmidwife": (_l("midwife"), _l("Midwifery")),
    "persnurse": (_l("nurse"), _l("Nursing")),
    "persoccupationaltherapist": (_l("occupational therapist"), _l("Occupational therapy")),
}


def practitioner_label(code: str) -> str:
    return str(DISCIPLINES[code][0]) if code in DISCIPLINES else ""


def subject_label(code: str) -> str:
    return str(DISCIPLINES[code][1]) if code in DISCIPLINES else ""
