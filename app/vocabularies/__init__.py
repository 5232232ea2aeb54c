"""Code lists and labels: the project's own (published) and facts about others' (referenced)."""
