"""The steps, in the rooms of a person's mind: where and when, what, why, and how."""
