"""The figures of a wave as JSON, a store's report as PDF."""

import json
import sys
from pathlib import Path

import click

from fieldstudy import words
from fieldstudy.cli.root import LOCALE, in_app, main
from fieldstudy.core.checklist import Checklist, Text
from fieldstudy.core.snapshots import StoreSnapshot
from fieldstudy.models import Store, Wave
from fieldstudy.queries import networks as network_queries
from fieldstudy.queries import releases as release_queries
from fieldstudy.queries import studies as study_queries
from fieldstudy.reports import figures as figure_reports
from fieldstudy.reports import papers, pdf
from fieldstudy.services import releases


@main.command()
@click.option("--study", required=True)
@click.option("--wave", required=True)
@click.option("--store", default="")
@click.option("--decimals", type=click.IntRange(0, 6), default=1)
@LOCALE
@click.option("--json", "as_json", is_flag=True, required=True, help="The only form there is.")
@in_app
def figures(study: str, wave: str, store: str, decimals: int, locale: str, as_json: bool) -> None:
    """Recomputed from the frozen snapshots of a released wave, else from the visits that count now."""
    found = study_queries.get_study_by_slug(study)
    round_ = study_queries.get_wave_by_name(found, wave)
    if store:
        study_queries.get_store_by_code(found.client_id, store)
    taken, checklist, frozen = _wave_values(round_)
    out = figure_reports.as_json(found.slug, round_.name, checklist, taken, words.of(locale), decimals, store, frozen)
    json.dump(out, sys.stdout, ensure_ascii=False, indent=1)
    click.echo()


def _wave_values(wave: Wave) -> tuple[list[StoreSnapshot], Checklist, figure_reports.Frozen]:
    frozen = release_queries.list_frozen(wave)
    if frozen:
        edition = frozen[0].edition
        kept = figure_reports.Frozen(edition.number, edition.network, network_queries.frozen_hashes(frozen))
        return [one.snapshot for one in frozen], frozen[0].checklist, kept
    taken = releases.preview(wave)
    checklist = taken.stores[0].checklist if taken.stores else Checklist("", Text(), ())
    return [one.snapshot for one in taken.stores], checklist, figure_reports.Frozen(network=taken.network)


@main.command()
@click.option("--study", required=True)
@click.option("--wave", required=True)
@click.option("--store", required=True)
@LOCALE
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), required=True)
@in_app
def report(study: str, wave: str, store: str, locale: str, output: Path) -> None:
    """One store's report as PDF: the frozen edition of a released wave, else as the visits stand now."""
    found = study_queries.get_study_by_slug(study)
    round_ = study_queries.get_wave_by_name(found, wave)
    place = study_queries.get_store_by_code(found.client_id, store)
    try:
        output.write_bytes(_drawn(round_, place, locale))
    except pdf.PdfIsUnavailable as error:
        raise click.ClickException(str(error)) from None
    click.echo(f"{output}: {output.stat().st_size // 1024} KB")


def _drawn(wave: Wave, store: Store, locale: str) -> bytes:
    frozen = release_queries.find_frozen(wave, store)
    if frozen is not None:
        return papers.draw_store(frozen, locale)
    preview = papers.draw_preview(wave, store, locale)
    if preview is None:
        raise click.ClickException(f"no visit of store {store.code!r} counts in wave {wave.name!r}")
    return preview
