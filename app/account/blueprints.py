"""Every blueprint of this room: the person's own pages: signing in, details, people, data."""

from app.account.csam_join_views import bp as csam_join
from app.account.csam_logout_views import bp as csam_logout
from app.account.csam_views import bp as csam
from app.account.delete_views import bp as delete
from app.account.details_views import bp as details
from app.account.export_views import bp as export
from app.account.factor_views import bp as factor
from app.account.invitation_views import bp as invitation
from app.account.join_views import bp as join
from app.account.journal_views import bp as journal
from app.account.passkey_views import bp as passkey
from app.account.people_views import bp as people
from app.account.privacy_views import bp as privacy
from app.account.recovery_views import bp as recovery
from app.account.second_views import bp as second
from app.account.session_views import bp as session
from app.account.set_up_views import bp as set_up
from app.account.sign_in_tab_views import bp as sign_in_tab
from app.account.sign_in_views import bp as sign_in
from app.account.step_up_views import bp as step_up
from app.account.team_views import bp as team
from app.account.texts_views import bp as texts
from app.account.waiting_views import bp as waiting

BLUEPRINTS = (
    csam_join,
    csam_logout,
    csam,
    delete,
    details,
    export,
    factor,
    invitation,
    join,
    journal,
    passkey,
    people,
    privacy,
    recovery,
    second,
    session,
    set_up,
    sign_in_tab,
    sign_in,
    step_up,
    team,
    texts,
    waiting,
)
