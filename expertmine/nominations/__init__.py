"""What peers say of each other: surveys read, typed names matched to persons, standing weighed."""

from expertmine.nominations.ballots import read_ballots
from expertmine.nominations.weigh import weigh_nominations

__all__ = ["read_ballots", "weigh_nominations"]
