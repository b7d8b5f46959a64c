"""People who come without an appointment: a number, an honest waiting time, and the screen of the waiting room."""
