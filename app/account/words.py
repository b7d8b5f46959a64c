"""What happened to an account, in the words its person reads; the journal itself keeps codes."""

from app.kernel.i18n import _
from app.kernel.i18n import lazy_gettext as _l

HAPPENED = {
    "account.open": _l("The account was opened"),
    "account.delete": _l("The account was deleted"),
    "sign-in": _l("Signed in"),
    "sign-out": _l("Signed out"),
    "session.end": _l("A session was ended"),
    "session.end-others": _l("All other sessions were ended"),
    "device.forget": _l("The known devices were forgotten"),
    "password.change": _l("The password was changed"),
    "password.reset": _l("The password was reset by mail"),
    "username.change": _l("The user name was changed"),
    "email.ask": _l("Another e-mail address was asked for"),
    "email.change": _l("The e-mail address was changed"),
    "factor.add": _l("A second factor was added"),
    "factor.remove": _l("A second factor was removed"),
    "factor.rename": _l("A second factor was given another name"),
    "code.reuse": _l("A code of the authenticator app was used twice"),
    "codes.rest": _l("Codes were not accepted until the next day, after too many wrong ones"),
    "recovery-codes.make": _l("New recovery codes were made"),
    "recovery-code.use": _l("A recovery code was used"),
    "details.change": _l("Personal details were changed"),
    "profile.arrange": _l("The profile page was arranged"),
    "profile.reset": _l("The profile page was put back as at first"),
    "niss.show": _l("The national number was shown"),
    "niss.confirm": _l("A practice confirmed the national number"),
    "card.import": _l("Details were taken over from the identity card"),
    "preferences.change": _l("The choice of mails was changed"),
    "feed.make": _l("A secret address for the calendar was made"),
    "feed.revoke": _l("The secret address of the calendar was taken back"),
    "connection.open": _l("Connected with a practice"),
    "connection.leave": _l("Left a practice"),
    "connection.rejoin": _l("Connected with a practice again"),
    "observation.add": _l("A health value was noted"),
    "observation.delete": _l("A health value was deleted"),
    "import.ask": _l("A file of health values was sent"),
    "import.end": _l("A file of health values was read"),
    "share.give": _l("A health parameter was shared with a practitioner"),
    "share.end": _l("A health parameter is no longer shared"),
    "texts.accept": _l("The texts of Parvis were accepted"),
    "export.ask": _l("A copy of the data was asked for"),
    "export.fetch": _l("A copy of the data was fetched"),
    "representation.add": _l("Somebody to act for was added"),
    "representation.change": _l("Somebody to act for was changed"),
    "representation.end": _l("Acting for somebody ended"),
    "representation.start-acting": _l("Began to act for somebody"),
    "representation.stop-acting": _l("Stopped acting for somebody"),
    "member.add": _l("Became a member of a practice's team"),
    "member.change": _l("A practice changed what this account may do there"),
    "member.end": _l("A practice ended the work of this account there"),
    "mandate.offer": _l("A mandate was offered"),
    "mandate.accept": _l("A mandate was accepted"),
    "mandate.withdraw": _l("A mandate was withdrawn"),
}


def happened(verb: str) -> str:
    """One sentence; a verb of a newer version is still told as a change."""
    return str(HAPPENED[verb]) if verb in HAPPENED else _("Something was changed")
