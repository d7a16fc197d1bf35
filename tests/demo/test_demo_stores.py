import csv
from collections import Counter

import pytest

from fieldstudy.demo.profiles import STORES
from tests.demo.scene import FOLDER


@pytest.fixture(scope="module")
def rows():
    with (FOLDER / "stores.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_columns_are_those_of_the_importer(rows):
    assert list(rows[0]) == ["code", "name", "city", "region", "address", "latitude", "longitude", "timezone"]


def test_each_of_twelve_stores_has_a_profile(rows):
    assert [row["code"] for row in rows] == list(STORES)
    assert len(rows) == 12


def test_some_regions_have_several_stores(rows):
    assert Counter(row["region"] for row in rows)["Veneto"] == 3


def test_stores_lie_in_italy(rows):
    for row in rows:
        assert 40 < float(row["latitude"]) < 46
        assert 7 < float(row["longitude"]) < 15
        assert row["timezone"] == "Europe/Rome"


def test_a_store_is_named_after_its_city(rows):
    assert all(row["name"].startswith(row["city"] + ",") for row in rows)
