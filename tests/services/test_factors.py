"""Authenticator apps and recovery codes: each code once, the key encrypted, the hash slow."""

from dataclasses import replace
from datetime import timedelta

import pyotp
import pytest
from flask import Flask

from fieldstudy.core.access import Membership, Role, Viewer
from fieldstudy.core.factors import Factor
from fieldstudy.extensions import db
from fieldstudy.models import Authenticator, JournalLine, PendingSignIn, RecoveryCode, User
from fieldstudy.models.columns import now
from fieldstudy.queries import factors as factor_queries
from fieldstudy.queries import sessions as session_queries
from fieldstudy.services import authenticators, ciphers, factors, pending_sign_ins, recovery_codes, sessions
from tests import factories as make
from tests import signing
from tests.factors import code_of, key_of, protect

DATABASES = ("sqlite",)
STEP = timedelta(seconds=30)


@pytest.fixture
def anna(app: Flask) -> User:
    return make.user(Role.COORDINATOR, email="anna@example.org")


def answer(user: User, text: str) -> Factor | None:
    token = pending_sign_ins.begin(user.id)
    pending = factor_queries.find_pending_sign_in(sessions.token_hash(token), now(), pending_sign_ins.ATTEMPTS)
    assert pending is not None
    return factors.answer(pending, user, text)


def row_of(user: User) -> Authenticator:
    row = factor_queries.find_authenticator(user.id)
    assert row is not None
    return row


def verbs(user: User) -> list[str]:
    return list(db.session.scalars(db.select(JournalLine.verb).where(JournalLine.subject_id == user.id)))


def test_the_first_app_brings_ten_recovery_codes(anna: User) -> None:
    codes = protect(anna)
    assert (len(codes), len(set(codes)), {len(code) for code in codes}) == (10, 10, {19})
    assert factor_queries.is_protected(anna.id)


def test_an_app_counts_once_it_is_confirmed(anna: User) -> None:
    authenticators.begin(anna, None)
    assert not factor_queries.is_protected(anna.id)
    with pytest.raises(authenticators.CodeIsWrong):
        factors.confirm_authenticator(anna, "000000" if code_of(anna) != "000000" else "111111", None)
    assert not factor_queries.is_protected(anna.id)


def test_beginning_again_replaces_only_what_was_not_confirmed(anna: User) -> None:
    authenticators.begin(anna, None)
    first = key_of(anna)
    authenticators.begin(anna, None)
    assert key_of(anna) != first
    factors.confirm_authenticator(anna, code_of(anna), None)
    with pytest.raises(authenticators.AuthenticatorIsThere):
        authenticators.begin(anna, None)


def test_a_code_works_once(anna: User) -> None:
    protect(anna)
    code = code_of(anna)
    assert [answer(anna, code) for _ in range(2)] == [Factor.AUTHENTICATOR, None]


def test_the_code_before_counts_and_none_that_is_older_or_to_come(anna: User) -> None:
    protect(anna)
    at = now()
    row, key = row_of(anna), pyotp.TOTP(key_of(anna))
    for distance, is_right in ((-2, False), (1, False), (-1, True)):
        assert authenticators.fits(row, key.at(at + distance * STEP), at) == is_right, distance
    assert authenticators.fits(row, key.at(at), at)
    assert not authenticators.fits(row, key.at(at - STEP), at)
    db.session.rollback()


def test_the_key_is_kept_encrypted_and_opens_with_a_former_secret(app: Flask, anna: User) -> None:
    protect(anna)
    key, kept = key_of(anna), row_of(anna).key_encrypted
    assert key not in kept
    config = app.extensions["fieldstudy"]
    try:
        app.extensions["fieldstudy"] = replace(
            config, secret_key="another key of enough bytes, really", secret_key_fallbacks=(config.secret_key,)
        )
        assert answer(anna, code_of(anna)) == Factor.AUTHENTICATOR
        db.session.refresh(row_of(anna))
        assert row_of(anna).key_encrypted != kept
        app.extensions["fieldstudy"] = replace(config, secret_key="another key of enough bytes, really")
        assert ciphers.decrypt(row_of(anna).key_encrypted) == key
        app.extensions["fieldstudy"] = replace(config, secret_key="a third one that nobody knows about")
        assert answer(anna, pyotp.TOTP(key).at(now() + STEP)) is None
    finally:
        app.extensions["fieldstudy"] = config


def test_a_recovery_code_works_once_however_it_is_typed(anna: User) -> None:
    codes = protect(anna)
    assert answer(anna, codes[3].upper().replace("-", " ")) == Factor.RECOVERY_CODE
    assert answer(anna, codes[3]) is None
    assert factor_queries.get_factors(anna.id).codes_left == 9


def test_a_new_set_ends_the_former_one(anna: User) -> None:
    former = protect(anna)
    new = recovery_codes.replace(anna, None)
    assert [answer(anna, code) for code in (former[0], new[0])] == [None, Factor.RECOVERY_CODE]
    assert factor_queries.get_factors(anna.id).codes_left == 9


def test_another_persons_code_opens_nothing(anna: User) -> None:
    protect(anna)
    other = make.user(Role.COORDINATOR)
    codes = protect(other)
    assert (answer(anna, codes[0]), answer(anna, code_of(other))) == (None, None)


def test_no_recovery_code_is_kept_as_it_is(anna: User) -> None:
    code = protect(anna)[0]
    rows = db.session.scalars(db.select(RecoveryCode).where(RecoveryCode.user_id == anna.id)).all()
    told = " ".join(f"{row.salt} {row.code_hash}" for row in rows)
    assert code.replace("-", "") not in told
    assert {len(row.salt) for row in rows} == {32}


def test_five_attempts_end_the_sign_in(anna: User) -> None:
    codes = protect(anna)
    token = pending_sign_ins.begin(anna.id)
    pending = factor_queries.find_pending_sign_in(sessions.token_hash(token), now(), pending_sign_ins.ATTEMPTS)
    assert pending is not None
    assert [factors.answer(pending, anna, "x") for _ in range(5)] == [None] * 5
    assert factors.answer(pending, anna, codes[0]) is None
    assert factor_queries.find_pending_sign_in(sessions.token_hash(token), now(), pending_sign_ins.ATTEMPTS) is None


def test_a_sign_in_is_answered_once(anna: User) -> None:
    codes = protect(anna)
    token = pending_sign_ins.begin(anna.id)
    pending = factor_queries.find_pending_sign_in(sessions.token_hash(token), now(), pending_sign_ins.ATTEMPTS)
    assert pending is not None
    db.session.expunge(pending)
    assert [factors.answer(pending, anna, code) for code in codes[:2]] == [Factor.RECOVERY_CODE, None]


def test_what_nobody_finished_goes(anna: User) -> None:
    pending_sign_ins.begin(anna.id)
    old = db.session.scalars(db.select(PendingSignIn)).one()
    old.expires_at = now() - timedelta(seconds=1)
    db.session.commit()
    pending_sign_ins.begin(anna.id)
    assert db.session.scalar(db.select(db.func.count()).select_from(PendingSignIn)) == 1


def test_without_the_last_factor_there_are_no_codes(anna: User) -> None:
    protect(anna)
    factors.remove_authenticator(anna, None)
    own = factor_queries.get_factors(anna.id)
    assert (own.is_any, own.codes_left, factor_queries.is_protected(anna.id)) == (False, 0, False)


def test_lifting_takes_all_factors_and_ends_all_sessions(app: Flask, anna: User) -> None:
    protect(anna)
    admin = make.user(Role.ADMIN)
    signing.token_of(app, anna)
    db.session.rollback()
    assert session_queries.list_open_sessions(anna.id, now())
    factors.lift(anna, Viewer(admin.id, (Membership(Role.ADMIN),)))
    assert not session_queries.list_open_sessions(anna.id, now())
    assert not factor_queries.is_protected(anna.id)
    assert factor_queries.get_factors(anna.id).codes_left == 0
    assert "user.lost_second_factors" in verbs(anna)


def test_each_act_has_its_line_in_the_journal(anna: User) -> None:
    codes = protect(anna)
    recovery_codes.replace(anna, None)
    answer(anna, codes[0])
    answer(anna, code_of(anna))
    factors.remove_authenticator(anna, None)
    acts = ["began_authenticator", "added_authenticator", "made_recovery_codes", "gave_second_factor"]
    assert verbs(anna)[-5:] == [f"user.{act}" for act in [*acts, "removed_authenticator"]]
