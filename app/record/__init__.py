"""What a person measures of themselves: observations, who may read them, and the goals a practitioner sets."""

CHANGED = "observations-changed"
