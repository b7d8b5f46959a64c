"""From a free time to an appointment: hours, slots, holds, bookings and their mails."""
