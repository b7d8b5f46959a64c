"""Every address of the portal and who may come in, written by hand: a new one is added here or the suite is red.

The kind before each list is what the view must say of itself (app/web/access.py), "at portal" and "at practice" the
only host it answers on. A desk's kind is its permission; who has that is written here once more, so that whoever
changes app/staff/permissions.py says it twice.
"""

PERMISSIONS = {
    "schedule:read": {"owner", "practitioner", "receptionist"},
    "staff:manage": {"owner"},
    "patients:read": {"owner", "practitioner", "receptionist"},
    "patients:manage": {"owner", "receptionist"},
}

DECLARED = {
    "public": """
        GET /
        GET /account/deleted
        GET /account/texts/<string:kind>
        GET /account/texts/<string:kind>/<int:number>
        GET /eid/agent.zip
        GET,POST /eid/confirm
        GET,POST /forgotten
        GET,POST /forgotten/<token>
        GET /forgotten/sent
        GET /healthz
        GET,POST /join
        GET,POST /join/<token>
        POST /join/<token>/renewal
        GET,POST /join/card
        POST /join/card/cancellation
        GET,POST /join/sent
        POST /passkeys/answer
        POST /passkeys/options
        GET /readyz
        GET,POST /sign-in
        POST /sign-out
        GET /theme/<string(length=6):colour>.css
    """,
    "program": """
        GET /agent/v1/next
        GET /agent/v1/pairings/<uuid:pairing_id>
        POST /agent/v1/pairings/<uuid:pairing_id>/problem
        POST /agent/v1/pairings/<uuid:pairing_id>/result
        POST /agent/v1/redeem
    """,
    "public quiet": """
        GET /join/card/progress
    """,
    "public at practice": """
        GET,POST /action/<token>
        GET /appointments/<token>
        GET /appointments/<token>/calendar.ics
        POST /appointments/<token>/cancellation
        POST /appointments/<token>/undo
        GET /book
        GET /book/<uuid:service_id>
        GET /book/<uuid:service_id>/<uuid:location_id>
        POST /book/<uuid:service_id>/<uuid:location_id>/appointments
        GET /book/<uuid:service_id>/<uuid:location_id>/details
        POST /book/<uuid:service_id>/<uuid:location_id>/holds
        GET,POST /join/invitation/<token>
        GET /logo-<int:version>.png
        GET,POST /team/<token>
        GET /texts/<string:kind>
        GET /texts/<string:kind>/<int:version>/<string(length=2):code>
    """,
    "public at portal": """
        GET /search
    """,
    "halfway": """
        GET /set-up
        GET,POST /set-up/app
        GET,POST /set-up/mail
        POST /set-up/mail/send
        GET /set-up/passkey
        GET /sign-in/second
        GET,POST /sign-in/second/<any(app,mail,recovery):way>
        GET,POST /sign-in/second/mail/send
    """,
    "person": """
        GET /account
        GET,POST /account/card
        POST /account/card/cancellation
        POST /account/card/import
        GET,POST /account/connections/<uuid:connection_id>/leave
        POST /account/connections/<uuid:connection_id>/rejoin
        GET,POST /account/details
        GET,POST /account/email/<token>
        GET /account/export/<uuid:job_id>
        GET /account/factors
        GET,POST /account/factors/<uuid:factor_id>/name
        GET /account/journal
        GET,POST /account/name
        GET /account/people
        GET,POST /account/people/<uuid:whom>
        POST /account/people/<uuid:whom>/act
        POST /account/people/<uuid:whom>/end
        POST /account/people/mandate/<uuid:offer_id>/withdrawal
        GET,POST /account/people/new
        GET /account/people/offer/<token>
        POST /account/people/representatives/<uuid:whom>/withdrawal
        POST /account/people/stop
        GET /account/privacy
        POST /account/privacy/messages
        GET /account/security-log
        GET /account/sessions
        POST /account/sessions/<uuid:session_id>/end
        POST /account/sessions/end-others
        POST /account/sessions/forget-devices
        GET /account/sign-in
        GET,POST /account/texts/accept
        GET /set-up/done
        GET /sign-in/recovery-code-used
        GET /step-up
        POST /step-up/<any(app,mail,recovery):way>
        GET /step-up/<any(app,mail,recovery,password):way>
        GET,POST /step-up/mail/send
        POST /step-up/password
    """,
    "person quiet": """
        GET /account/card/progress
        GET /account/export/<uuid:job_id>/progress
    """,
    "person fresh": """
        GET,POST /account/delete
        GET,POST /account/details/number
        POST /account/details/number/show
        GET,POST /account/email
        GET,POST /account/export
        GET /account/export/<uuid:job_id>/file
        GET,POST /account/factors/<uuid:factor_id>/removal
        GET,POST /account/password
        GET,POST /account/people/mandate
        POST /account/people/offer/<token>
        GET,POST /set-up/recovery-codes
    """,
    "patients:read": """
        GET /desk/patients
        GET /desk/patients/<uuid:patient_id>
        POST /desk/patients/<uuid:patient_id>/number
    """,
    "patients:manage": """
        GET,POST /desk/card
        POST /desk/card/cancellation
        GET /desk/card/conflicts
        POST /desk/card/conflicts/<uuid:conflict_id>/settled
        POST /desk/card/patients
        POST /desk/card/patients/<uuid:patient_id>
        POST /desk/patients/<uuid:patient_id>/identity
        POST /desk/patients/<uuid:patient_id>/invitation
    """,
    "patients:manage quiet": """
        GET /desk/card/progress
    """,
    "schedule:read": """
        GET /desk
        GET /desk/day
    """,
    "staff:manage": """
        GET /settings/team
        POST /settings/team/invitations/<uuid:invitation_id>/resend
        POST /settings/team/invitations/<uuid:invitation_id>/withdraw
    """,
    "staff:manage fresh": """
        GET,POST /settings/team/<uuid:member_id>
        POST /settings/team/<uuid:member_id>/end
        GET,POST /settings/team/invite
    """,
}

# {(method, rule): kind}
ROUTES = {
    (method, rule): kind
    for kind, lines in DECLARED.items()
    for methods, rule in (line.split() for line in lines.strip().splitlines())
    for method in methods.split(",")
}
