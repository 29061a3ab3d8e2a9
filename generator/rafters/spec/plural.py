"""English plurals of snake_case names."""

import re

SAME = frozenset(
    """
    advice aircraft baggage bison chassis clothing content corps data deer
    equipment evidence feedback firmware fish furniture gear hardware homework information
    jeans knowledge legislation luggage machinery media merchandise metadata money
    moose music news offspring police pants progress rain research rice salmon scissors series
    sheep shorts software spacecraft species staff stuff swine traffic trousers trout tuna
    underwear wheat
    """.split()  # noqa: SIM905  (a word list reads better than quoted words)
)
"""Words whose plural is as the singular."""

IRREGULAR = dict(
    pair.split("=")
    for pair in """
    alumnus=alumni appendix=appendices axis=axes bacterium=bacteria cactus=cacti calf=calves
    child=children corpus=corpora criterion=criteria curriculum=curricula datum=data die=dice
    echo=echoes elf=elves embargo=embargoes fez=fezzes foot=feet fungus=fungi genus=genera
    goose=geese half=halves hero=heroes hoof=hooves knife=knives leaf=leaves life=lives
    loaf=loaves louse=lice man=men matrix=matrices medium=media memorandum=memoranda
    mosquito=mosquitoes mouse=mice nucleus=nuclei ovum=ova ox=oxen passerby=passersby
    person=people phenomenon=phenomena potato=potatoes quiz=quizzes radius=radii scarf=scarves
    self=selves shelf=shelves stimulus=stimuli stratum=strata syllabus=syllabi thief=thieves
    tomato=tomatoes tooth=teeth tornado=tornadoes torpedo=torpedoes vertex=vertices veto=vetoes
    wife=wives wolf=wolves woman=women
    """.split()  # noqa: SIM905  (likewise)
)
"""Words with a plural of their own."""

_MEN = re.compile("(?:fore|clergy|police|fire|post|sales|work|middle|crafts|spokes|crew|air)man")
_ENDS = ("person", "child", "woman", "knife", "shelf", "mouse", "tooth", "foot", "wolf")
_HARD = ("epoch", "loch", "monarch", "patriarch", "matriarch", "stomach", "tech")
_HISSING = ("s", "x", "z", "ch", "sh")


def pluralize(singular: str) -> str:
    """Return the plural of a snake_case name: that of its last word.

    It may be the singular again, as with `news`.
    """
    start, underscore, word = singular.rpartition("_")
    return f"{start}{underscore}{_plural(word)}"


def _plural(word: str) -> str:
    """Return the plural of one word."""
    if word in SAME or not word:
        return word
    if word in IRREGULAR:
        return IRREGULAR[word]
    compound = next((end for end in _ENDS if word.endswith(end)), "")
    if compound:
        return word.removesuffix(compound) + IRREGULAR[compound]
    if _MEN.fullmatch(word):
        return f"{word[:-2]}en"
    if re.fullmatch(r".*(?:[^aeiou]|qu)y", word):
        return f"{word[:-1]}ies"
    if re.fullmatch(r".{2,}sis", word):
        return f"{word[:-2]}es"
    if word.endswith(_HISSING) and not word.endswith(_HARD):
        return f"{word}es"
    return f"{word}s"
