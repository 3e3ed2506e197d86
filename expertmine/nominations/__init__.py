"""What peers say of each other: surveys read, typed names matched to persons, standing weighed."""

from expertmine.nominations.ballots import read_ballots, survey_columns
from expertmine.nominations.panel import Rules
from expertmine.nominations.weigh import weigh_nominations

__all__ = ["Rules", "read_ballots", "survey_columns", "weigh_nominations"]
