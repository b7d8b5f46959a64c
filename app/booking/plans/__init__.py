"""The owner's changes of when agendas are open, how long services last, and which rooms there are."""
