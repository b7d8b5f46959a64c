"""The waiting list: who waits for a time, who is offered one that came free, and who took it."""
