"""Short forms of given names that share no full first word with the long one; the common ones only."""

from __future__ import annotations

_GROUPS = """
abraham abe; albert al bert; alexander alex sandy sasha; alexandra alex sandra; alfred fred; andrew andy drew;
anthony tony; antonio toni; arthur art; barbara barb; benjamin ben; bernard bernie; catherine cathy kate;
charles charlie chuck; christine chris; christopher chris; daniel dan danny; david dave; deborah debbie deb;
donald don; dorothy dot; douglas doug; edward ed eddie ted; eleanor ellie; elizabeth liz beth betsy lisa;
eugene gene; evgeny evgenii eugeny; florence flo; francis frank; francisco paco; frederick fred; friedrich fritz;
gabriel gabe; geoffrey geoff; gerald gerry jerry; gregory greg; hans johannes; harold hal harry; henry harry hank;
jacob jake; jacqueline jackie; james jim jimmy jamie; jeffrey jeff; jennifer jen jenny; jessica jess;
john jack johnny; jonathan jon; jose pepe; joseph joe joey; joshua josh; judith judy; katherine kathy kate katie;
kathryn kathy kate; kenneth ken; lawrence larry; leonard len leo; louis lou; manuel manolo; margaret maggie meg peggy;
martin marty; matthew matt; michael mike mick; mikhail misha; mohammed mohamed mohammad muhammad mohd md;
nicholas nick; nikolai nikolay; patricia pat patty; patrick pat; peter pete; philip phil; phillip phil;
rachel rae; raymond ray; rebecca becky; richard rick dick rich; robert bob rob bobby bert; roberta bobbie;
ronald ron; russell russ; samuel sam; sergei sergey serguei; stanley stan; stephen steve; steven steve;
suzanne sue; susan sue susie; theodore ted theo; thomas tom tommy; timothy tim; victoria vicky; vincent vince;
walter walt; wilhelm willi; william bill will billy liam; yuri yury iurii yuriy; zachary zach
"""

_FORMAL: dict[str, str] = {}
_MEMBERS: dict[str, frozenset[int]] = {}
for _place, _group in enumerate(_GROUPS.split(";")):
    for _name in _group.split():
        _FORMAL.setdefault(_name, _group.split()[0])
        _MEMBERS[_name] = _MEMBERS.get(_name, frozenset()) | {_place}


def formal_name(given: str) -> str:
    """Return the long form of a nickname, any other name as it is."""
    return _FORMAL.get(given, given)


def same_given(first: str, second: str) -> bool:
    """Say whether the two can be one given name: equal, or in one group of nicknames."""
    return first == second or not _MEMBERS.get(first, frozenset()).isdisjoint(_MEMBERS.get(second, frozenset()))
