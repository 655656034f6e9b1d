"""Everything remembered: the only room that speaks SQL."""
