"""TOP FLOOR: the practice as a whole: opened from its folder, written back to it, closed for ever."""
