"""English plurals."""

import pytest
from hypothesis import given
from spec.strategies import NAMES

from rafters.spec.plural import pluralize

NOUNS = dict(
    pair.split("=")
    for pair in """
    task=tasks project=projects tag=tags book=books author=authors order=orders item=items
    cat=cats news=news person=people status=statuses category=categories data=data series=series
    bus=buses analysis=analyses address=addresses child=children knife=knives hero=heroes
    photo=photos box=boxes quiz=quizzes matrix=matrices index=indexes basis=bases crisis=crises
    thesis=theses hypothesis=hypotheses oasis=oases diagnosis=diagnoses synopsis=synopses
    axis=axes parenthesis=parentheses emphasis=emphases ellipsis=ellipses genesis=geneses
    city=cities country=countries company=companies party=parties story=stories reply=replies
    day=days key=keys boy=boys toy=toys survey=surveys journey=journeys monkey=monkeys
    delivery=deliveries inquiry=inquiries query=queries soliloquy=soliloquies entry=entries
    policy=policies currency=currencies inventory=inventories history=histories
    activity=activities man=men woman=women policeman=policemen fireman=firemen human=humans
    german=germans roman=romans foot=feet tooth=teeth goose=geese mouse=mice louse=lice ox=oxen
    die=dice wife=wives life=lives wolf=wolves leaf=leaves shelf=shelves half=halves calf=calves
    loaf=loaves thief=thieves scarf=scarves roof=roofs belief=beliefs chief=chiefs proof=proofs
    cliff=cliffs safe=safes giraffe=giraffes cafe=cafes potato=potatoes tomato=tomatoes
    echo=echoes veto=vetoes torpedo=torpedoes piano=pianos radio=radios video=videos
    studio=studios logo=logos memo=memos zoo=zoos kilo=kilos auto=autos cargo=cargos tempo=tempos
    todo=todos church=churches watch=watches branch=branches batch=batches match=matches
    stomach=stomachs monarch=monarchs epoch=epochs patriarch=patriarchs brush=brushes wish=wishes
    dish=dishes class=classes bonus=bonuses virus=viruses campus=campuses census=censuses
    process=processes business=businesses access=accesses glass=glasses boss=bosses lens=lenses
    atlas=atlases canvas=canvases alias=aliases gas=gases iris=irises plus=pluses minus=minuses
    focus=focuses corpus=corpora genus=genera cactus=cacti fungus=fungi nucleus=nuclei
    stimulus=stimuli alumnus=alumni radius=radii syllabus=syllabi octopus=octopuses tax=taxes
    fax=faxes suffix=suffixes prefix=prefixes appendix=appendices vertex=vertices
    mailbox=mailboxes sandbox=sandboxes fox=foxes buzz=buzzes waltz=waltzes fez=fezzes
    criterion=criteria phenomenon=phenomena datum=data medium=media bacterium=bacteria
    curriculum=curricula memorandum=memoranda forum=forums album=albums museum=museums
    schema=schemas formula=formulas area=areas idea=ideas agenda=agendas camera=cameras
    sheep=sheep fish=fish deer=deer species=species aircraft=aircraft equipment=equipment
    information=information feedback=feedback software=software metadata=metadata money=money
    rice=rice music=music furniture=furniture luggage=luggage police=police scissors=scissors
    pants=pants staff=staff offspring=offspring spacecraft=spacecraft moose=moose
    employee=employees fee=fees eye=eyes shoe=shoes house=houses horse=horses case=cases
    purchase=purchases release=releases database=databases response=responses license=licenses
    invoice=invoices price=prices service=services device=devices message=messages page=pages
    image=images stage=stages vehicle=vehicles article=articles module=modules role=roles
    theatre=theatres genre=genres pyjama=pyjamas ski=skis taxi=taxis alibi=alibis menu=menus
    guru=gurus view=views law=laws bureau=bureaus plateau=plateaus size=sizes prize=prizes
    order_item=order_items bus_stop=bus_stops tax_policy=tax_policies sales_person=sales_people
    grandchild=grandchildren salesperson=salespeople bookshelf=bookshelves spokeswoman=spokeswomen
    arch=arches starch=starches march=marches self=selves elf=elves passerby=passersby
    mosquito=mosquitoes
    """.split()  # noqa: SIM905  (a word list reads better than quoted words)
)
"""Nouns and their plurals, hard ones among them."""


def test_the_nouns_are_many() -> None:
    """At least two hundred nouns are held against English."""
    assert len(NOUNS) >= 200


@pytest.mark.parametrize(("singular", "plural"), NOUNS.items())
def test_the_plural_is_that_of_a_dictionary(singular: str, plural: str) -> None:
    """Short rules, and the words that follow none."""
    assert pluralize(singular) == plural


@given(NAMES)
def test_any_name_has_a_plural_that_is_a_name(name: str) -> None:
    """A plural is as good a name as the singular."""
    assert pluralize(name).isidentifier()
    assert pluralize(name).isascii()
    assert len(pluralize(name)) <= len(name) + 3
