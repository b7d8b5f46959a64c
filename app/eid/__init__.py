"""The Belgian identity card: paired with an agent on the person's computer, verified here, taken over after a «yes»."""
