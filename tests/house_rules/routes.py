"""Every address of the portal and who may come in, written by hand: a new one is added here or the suite is red.

The kind before each list is what the view must say of itself (app/web/access.py), "at portal" and "at practice" the
only host it answers on. A desk's kind is its permission; who has that is written here once more, so that whoever
changes app/staff/permissions.py says it twice.
"""

from tests.house_rules.rooms import ROOMS

PERMISSIONS = {
    "schedule:read": {"owner", "practitioner", "receptionist"},
    "booking:manage": {"owner", "practitioner", "receptionist"},
    "staff:manage": {"owner"},
    "settings:manage": {"owner"},
    "absences:manage": {"owner", "practitioner", "receptionist"},
    "patients:read": {"owner", "practitioner", "receptionist"},
    "patients:manage": {"owner", "receptionist"},
    "invoices:manage": {"owner", "practitioner", "receptionist"},
    "messages:manage": {"owner", "practitioner", "receptionist"},
    "questionnaires:send": {"owner", "practitioner", "receptionist"},
    "care:manage": {"owner", "practitioner"},
    "health:read": {"owner", "practitioner"},
    "goals:manage": {"owner", "practitioner"},
    "waiting:manage": {"owner", "practitioner", "receptionist"},
    "walkins:manage": {"owner", "practitioner", "receptionist"},
    "appointments:manage": {"owner", "practitioner", "receptionist"},
}

DECLARED = {
    "public": """
        GET /
        GET /account/deleted
        GET /account/texts/<string:kind>
        GET /account/texts/<string:kind>/<int:number>
        GET,POST /csam/join/<token>
        GET /csam/leaving/<token>
        GET /csam/return/<token>
        GET /csam/start
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
    "public at practice": """
        GET,POST /action/<token>
        GET /appointments/<token>
        GET,POST /appointments/<token>/answers
        GET /appointments/<token>/calendar.ics
        POST /appointments/<token>/cancellation
        POST /appointments/<token>/choice
        GET,POST /appointments/<token>/move
        GET /appointments/<token>/move/check
        POST /appointments/<token>/move/holds
        POST /appointments/<token>/undo
        GET /book
        GET /book/<uuid:service_id>
        GET /book/<uuid:service_id>/<uuid:location_id>
        POST /book/<uuid:service_id>/<uuid:location_id>/appointments
        GET /book/<uuid:service_id>/<uuid:location_id>/details
        POST /book/<uuid:service_id>/<uuid:location_id>/holds
        GET,POST /book/<uuid:service_id>/<uuid:location_id>/series
        GET,POST /decline/<token>
        GET,POST /join/invitation/<token>
        GET /logo-<int:version>.png
        GET,POST /reminders/<token>
        GET,POST /reoffers/<token>
        GET /series/<token>
        GET /series/<token>/calendar.ics
        POST /series/<token>/cancellation
        GET,POST /series/<token>/move
        GET,POST /team/<token>
        GET /texts/<string:kind>
        GET /texts/<string:kind>/<int:version>/<string(length=2):code>
    """,
    "public at portal": """
        GET /calendar/<token>.ics
        POST /csam/acs
        GET /csam/logout
        GET /csam/metadata
        GET /search
    """,
    "halfway": """
        GET /csam/link
        GET /csam/second
        GET /set-up
        GET,POST /set-up/app
        GET /set-up/csam
        GET,POST /set-up/mail
        POST /set-up/mail/send
        GET /set-up/passkey
        GET /sign-in/second
        GET,POST /sign-in/second/<any(app,mail,recovery):way>
        GET,POST /sign-in/second/mail/send
    """,
    "person": """
        GET /account
        GET /account/calendar
        POST /account/calendar/revocation
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
        GET /account/messages
        GET /account/messages/<uuid:message_id>
        POST /account/messages/<uuid:message_id>/unread
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
        GET /csam/demand
        GET /csam/step-up
        GET /me/appointments
        GET /me/appointments/<uuid:appointment_id>
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
        POST /account/calendar
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
    "booking:manage": """
        GET /desk/appointments/<uuid:appointment_id>
        POST /desk/appointments/<uuid:appointment_id>/cancellation
        GET,POST /desk/appointments/<uuid:appointment_id>/move
        GET /desk/appointments/<uuid:appointment_id>/move/confirm
        GET /desk/appointments/<uuid:appointment_id>/proof.pdf
        POST /desk/appointments/<uuid:appointment_id>/state
        GET /desk/book
        GET /desk/book/<uuid:service_id>
        POST /desk/book/<uuid:service_id>/appointments
        GET /desk/book/<uuid:service_id>/confirm
        GET /desk/book/<uuid:service_id>/who
        GET /desk/fees
        POST /desk/fees/<uuid:fee_id>
        GET,POST /desk/patients/<uuid:patient_id>/prescriptions
        POST /desk/patients/<uuid:patient_id>/prescriptions/<uuid:prescription_id>/end
        GET /desk/requests
        POST /desk/requests/<uuid:appointment_id>/approval
        GET,POST /desk/requests/<uuid:appointment_id>/questions
        GET,POST /desk/requests/<uuid:appointment_id>/refusal
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
    "settings:manage": """
        GET /settings
        GET /settings/absences
        GET,POST /settings/absences/<uuid:time_off_id>
        POST /settings/absences/<uuid:time_off_id>/removal
        GET,POST /settings/absences/new
        POST /settings/holidays/<string:day>
        GET /settings/hours
        GET /settings/hours/<uuid:schedule_id>
        GET,POST /settings/hours/<uuid:schedule_id>/days
        POST /settings/hours/<uuid:schedule_id>/days/<uuid:exception_id>/removal
        POST /settings/hours/<uuid:schedule_id>/plans/<string:start>/removal
        GET,POST /settings/hours/<uuid:schedule_id>/week
        GET /settings/policy
        GET,POST /settings/policy/agenda/<uuid:schedule_id>
        GET,POST /settings/policy/agenda/<uuid:schedule_id>/service/<uuid:service_id>
        GET,POST /settings/policy/limits/<uuid:schedule_id>
        GET,POST /settings/policy/practice
        GET,POST /settings/policy/service/<uuid:service_id>
        POST /settings/policy/view-as
        POST /settings/policy/view-as/end
        GET /settings/quotas
        GET,POST /settings/quotas/<uuid:quota_id>
        GET,POST /settings/quotas/new
        POST /settings/quotas/usual
        GET,POST /settings/reminders
        GET /settings/rooms
        POST /settings/rooms
        POST /settings/rooms/<uuid:pool_id>/units
        POST /settings/rooms/units/<uuid:unit_id>/retirement
        POST /settings/rooms/units/<uuid:unit_id>/return
        GET /settings/services
        GET,POST /settings/services/<uuid:service_id>
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
    "absences:manage": """
        GET /desk/absences/<uuid:practitioner_id>
        POST /desk/absences/<uuid:practitioner_id>
        GET,POST /desk/orphans
        GET /desk/rearrangements/<uuid:rearrangement_id>
        POST /desk/reoffers/<uuid:reoffer_id>/call
    """,
    "staff:manage fresh": """
        GET,POST /settings/team/<uuid:member_id>
        POST /settings/team/<uuid:member_id>/end
        GET,POST /settings/team/invite
    """,
    "appointments:manage": """
        GET,POST /desk/patients/<uuid:patient_id>/series
    """,
    "person level": """
        GET /account/proof
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
    "patients:manage quiet": """
        GET /desk/card/progress
    """,
}

# {(method, rule): kind}
ROUTES = {
    (method, rule): kind
    for declared in (DECLARED, *(room.DECLARED for room in ROOMS))
    for kind, lines in declared.items()
    for methods, rule in (line.split() for line in lines.strip().splitlines())
    for method in methods.split(",")
}
