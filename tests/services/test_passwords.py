"""Which passwords are refused, and why; and that a hash of former parameters is made anew."""

import pytest
from argon2 import PasswordHasher
from flask import Flask
from zxcvbn.frequency_lists import FREQUENCY_LISTS

from fieldstudy.core.access import Role
from fieldstudy.core.passwords import LEAST, Weakness
from fieldstudy.extensions import db
from fieldstudy.models import JournalLine, User
from fieldstudy.services import passwords
from fieldstudy.services.passwords import PasswordIsWeak
from tests import factories as make

DATABASES = ("sqlite",)
CONTEXT = ("anna.rossi@caffe-moderno.example", "Anna Rossi", "Caffè Moderno S.p.A.")
COMPOSED, DECOMPOSED = "perché no, un caffè", "perche\u0301 no, un caffe\u0300"


def weakness(password: str) -> Weakness | None:
    try:
        passwords.check_strength(password, *CONTEXT)
    except PasswordIsWeak as weak:
        return weak.weakness
    return None


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("qwertyuiop", Weakness.COMMON),
        ("password123", Weakness.COMMON),
        ("1234567890", Weakness.COMMON),
        ("P@ssw0rd2026!", Weakness.COMMON),
        ("forzajuventus", Weakness.COMMON),
        ("fieldstudy2026", Weakness.PERSONAL),
        ("AnnaRossi1985", Weakness.PERSONAL),
        ("rossi.anna!!", Weakness.PERSONAL),
        ("moderno12345", Weakness.PERSONAL),
        ("anna.rossi@caffe-moderno.example", Weakness.PERSONAL),
        ("xxxxxxxxxxxx", Weakness.PATTERN),
        ("ciaociaociao", Weakness.PATTERN),
        ("too short", Weakness.TOO_SHORT),
        ("nine char", Weakness.TOO_SHORT),
        ("k3v9 " * 52, Weakness.TOO_LONG),
    ],
)
def test_what_is_guessed_first_is_refused_with_its_reason(password: str, reason: Weakness) -> None:
    assert weakness(password) == reason


@pytest.mark.parametrize(
    "password",
    [
        "a long enough sentence",
        "il gatto nero dorme",
        "k3v9#Lq2Zx",
        "correct horse battery staple",
        "fieldstudy opened my eyes wide",
        "perché piove di giovedì",
        "中文密码也可以用的哦",
        "il gatto nero dorme " * 12,
    ],
)
def test_a_sentence_or_a_random_word_is_taken(password: str) -> None:
    assert weakness(password) is None


def test_thirty_thousand_common_passwords_are_refused() -> None:
    """Those of the list that are long enough, and the others with a year and a mark behind them."""
    common = FREQUENCY_LISTS["passwords"]
    long_enough = [word for word in common if len(word) >= LEAST]
    lengthened = [f"{word.capitalize()}2026!" for word in common if len(word) >= 5 and word[-1].isalpha()]
    assert (len(long_enough) > 1_000, len(lengthened) > 20_000) == (True, True)
    tried = long_enough + lengthened[::7]
    assert len(tried) > 3_000
    assert [word for word in tried if weakness(word) is None] == []


def test_one_persons_name_means_nothing_for_another() -> None:
    passwords.check_strength("Hjalmarsson Ofelia 7", "anna@example.org")
    with pytest.raises(PasswordIsWeak):
        passwords.check_strength("hjalmarsson", "ofelia.hjalmarsson@example.org")
    passwords.check_strength("Hjalmarsson Ofelia 7", "anna@example.org")


def test_a_password_made_to_take_long_is_looked_at_quickly() -> None:
    assert weakness("4@8({[</369&#!1/|0$5+7%2" * 10) is None


@pytest.fixture
def anna(app: Flask) -> User:
    return make.user(Role.COORDINATOR, make.studies.create_client("Caffè Moderno"), "anna@example.org")


def keep(user: User, password_hash: str) -> None:
    user.password_hash = password_hash
    db.session.commit()


def test_the_clients_name_is_part_of_the_context(anna: User) -> None:
    assert "Caffè Moderno" in passwords.context_of(anna)


@pytest.mark.parametrize("role", [Role.ADMIN, Role.COORDINATOR])
def test_whoever_works_at_every_client_takes_the_name_of_none(anna: User, role: Role) -> None:
    root = make.user(role, email="root@example.org")
    with pytest.raises(PasswordIsWeak, match="personal"):
        passwords.check_strength("CaffèModerno1", *passwords.context_of(root))


def test_whoever_works_at_one_client_is_not_asked_about_the_others(anna: User) -> None:
    elsewhere = make.user(Role.COORDINATOR, make.client("Another"), email="somebody@example.org")
    assert passwords.context_of(elsewhere)[2:] == ("Another",)


def test_how_a_keyboard_composes_letters_does_not_matter(anna: User) -> None:
    keep(anna, passwords.hashed(DECOMPOSED))
    assert passwords.verify(anna, COMPOSED)
    keep(anna, PasswordHasher().hash(DECOMPOSED))
    assert passwords.verify(anna, DECOMPOSED)


def test_no_letter_is_cut_off(anna: User) -> None:
    long = "il gatto nero dorme " * 12
    keep(anna, passwords.hashed(long))
    assert (passwords.verify(anna, long), passwords.verify(anna, long[:-1])) == (True, False)


def test_a_hash_of_former_parameters_is_made_anew_at_the_next_sign_in(anna: User) -> None:
    keep(anna, PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash(make.PASSWORD))
    assert not passwords.verify(anna, "another sentence")
    assert "m=8192" in anna.password_hash
    assert passwords.verify(anna, make.PASSWORD)
    assert "m=47104" in anna.password_hash
    lines = db.session.scalars(db.select(JournalLine.verb).where(JournalLine.subject_id == anna.id)).all()
    assert lines[-1] == "user.renewed_password_hash"
    assert passwords.verify(anna, make.PASSWORD)
