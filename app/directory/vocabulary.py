"""What people call a discipline when they type it: in four languages, in short, in part, with or without accents."""

from bisect import bisect_left
from collections.abc import Iterator

from app.directory.places import fold

SPOKEN = {
    "persphysiotherapist": """
        kiné, kinés, kinésithérapeute, kinésithérapie, physiothérapeute, physiothérapie, kine, kinesist, kinesiste,
        kinesitherapeut, kinesitherapie, fysio, fysiotherapeut, fysiotherapie, Physio, Physiotherapeut,
        Physiotherapeutin, Physiotherapie, Krankengymnast, Krankengymnastin, Krankengymnastik, physiotherapist,
        physiotherapy, physical therapist, physical therapy
    """,
    "persdentist": """
        dentiste, dentisterie, médecine dentaire, soins dentaires, orthodontiste, tandarts, tandheelkunde,
        tandheelkundige, Zahnarzt, Zahnärztin, Zahnheilkunde, Zahnmedizin, dentist, dentistry, dental care
    """,
    "perslogopedist": """
        logo, logopède, logopédie, orthophoniste, orthophonie, logopedist, logopediste, logopedie, Logopäde, Logopädin,
        Logopädie, Sprachtherapeut, Sprachtherapeutin, Sprachtherapie, speech therapist, speech therapy,
        speech and language therapist, speech and language therapy
    """,
    "perspodologist": """
        podologue, podologie, pédicure médicale, podo, podoloog, medische pedicure, Podologe, Podologin, Fußpflege,
        medizinische Fußpflege, podiatrist, podiatry, podologist, chiropodist, chiropody
    """,
    "persdietician": """
        diététicien, diététicienne, diététique, nutritionniste, diëtist, diëtiste, diëtetiek, voedingsdeskundige,
        Diätassistent, Diätassistentin, Diätetik, Diätologe, Diätologin, Ernährungsberater, Ernährungsberaterin,
        Ernährungsberatung, dietician, dietitian, dietetics, nutritionist
    """,
    "perspsychologist": """
        psy, psychologue, psychologie, psychothérapeute, psychothérapie, psycholoog, psychologe, psychotherapeut,
        psychotherapie, Psychologin, Psychotherapeutin, psychologist, psychology, psychotherapist, psychotherapy
    """,
    "persmidwife": """
        sage-femme, sages-femmes, maïeutique, accoucheuse, vroedvrouw, vroedkunde, verloskundige, Hebamme,
        Hebammenkunde, Hebammenhilfe, Geburtshilfe, midwife, midwives, midwifery
    """,
    "persnurse": """
        infirmier, infirmière, soins infirmiers, soins à domicile, verpleegkundige, verpleegster, verpleger, verpleging,
        verpleegkunde, thuisverpleging, Krankenpfleger, Krankenpflegerin, Krankenschwester, Krankenpflege, Pflegekraft,
        Pflegefachkraft, Pflege, nurse, nursing, nursing care, home nursing
    """,
    "persoccupationaltherapist": """
        ergothérapeute, ergothérapie, ergo, ergotherapeut, ergotherapie, Ergotherapeutin, occupational therapist,
        occupational therapy
    """,
}
UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})
ENDINGS = ("s", "n", "en", "nen", "innen")  # plurals, in whichever of the four languages
SHORTEST_PART = 5  # letters: fewer could be the start of somebody's name
LONGEST_PHRASE = 5  # words

# What stands around a discipline in a sentence, and is part of nobody's name then: «un kiné pour bébé».
LINKS = """
    a an and at by for in le la les l un une d de du des chez pour au et een het en bij voor te ein eine einen einem
    einer der die das den dem beim bei fur und im ou of oder or dr docteur dokter doctor doktor
"""


def _phrases() -> Iterator[tuple[str, str]]:
    for code, names in SPOKEN.items():
        for name in names.split(","):
            yield fold(name), code
            yield fold(name.translate(UMLAUTS)), code


PHRASES = dict(_phrases())
SORTED = sorted(PHRASES)
DROPPED = frozenset(LINKS.split())


def understand(words: list[str]) -> tuple[str | None, list[str]]:
    """(discipline, the words left over) of folded words; the longest phrase wins; without one, nothing is dropped."""
    found = _longest(words, None)
    if found is None:
        return None, words
    code, rest = found
    while again := _longest(rest, code):  # «infirmier ou infirmière»
        rest = again[1]
    return code, [word for word in rest if word not in DROPPED]


def _longest(words: list[str], wanted: str | None) -> tuple[str, list[str]] | None:
    """(the discipline of the longest phrase that means one, or means `wanted`; the words without it)."""
    for size in range(min(LONGEST_PHRASE, len(words)), 0, -1):
        for start in range(len(words) - size + 1):
            code = _called(" ".join(words[start : start + size]))
            if code is not None and wanted in (None, code):
                return code, words[:start] + words[start + size :]
    return None


def _called(phrase: str) -> str | None:
    for ending in ("", *ENDINGS):
        if phrase.endswith(ending) and (code := PHRASES.get(phrase.removesuffix(ending))):
            return code
    if len(phrase) < SHORTEST_PART or " " in phrase:
        return None
    first, last = bisect_left(SORTED, phrase), bisect_left(SORTED, phrase + "\U0010ffff")
    meant = {PHRASES[name] for name in SORTED[first:last]}
    return meant.pop() if len(meant) == 1 else None
