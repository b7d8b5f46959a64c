"""What happens to the people of a practice."""

INVITED = "staff-invited"  # letter: account/letters/team.py, {"invitation": id}
