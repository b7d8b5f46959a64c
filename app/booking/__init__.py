"""From a free time to an appointment: hours, slots, holds, bookings and their mails."""

CHANGED = "appointments-changed"  # the browser event after which lists of appointments reload
