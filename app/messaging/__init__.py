"""What a practice tells its patients: messages, reminders, lists of what is coming, and the calendar feed."""
