"""What there is, as lines or JSON."""

import json
from typing import Any

import click

from fieldstudy.cli.root import in_app, main
from fieldstudy.models import Wave
from fieldstudy.queries import studies as study_queries
from fieldstudy.queries import visits as visit_queries


@main.command("list")
@click.argument("noun", type=click.Choice(["studies", "waves", "stores", "visits"]))
@click.option("--study", default="")
@click.option("--json", "as_json", is_flag=True, help="JSON instead of lines.")
@in_app
def list_(noun: str, study: str, as_json: bool) -> None:
    """List studies, or the waves, stores or visits of one study."""
    if noun != "studies" and not study:
        raise click.ClickException(f"list {noun} needs --study SLUG")
    rows = _listed(noun, study)
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=1))
    else:
        for row in rows:
            click.echo("\t".join(str(value) for value in row.values()))


def _listed(noun: str, slug: str) -> list[dict[str, Any]]:
    if noun == "studies":
        found = [s for s in study_queries.list_all_studies() if slug in ("", s.slug)]
        return [{"study": s.slug, "name": s.name, "client": s.client.name} for s in found]
    study = study_queries.get_study_by_slug(slug)
    if noun == "stores":
        stores = study_queries.list_stores_for_client(study.client_id)
        return [{"store": s.code, "name": s.name, "city": s.city, "region": s.region} for s in stores]
    waves = study_queries.list_waves_for_study(study)
    if noun == "waves":
        return [_wave_row(wave) for wave in waves]
    return [row for wave in waves for row in _visit_rows(wave)]


def _wave_row(wave: Wave) -> dict[str, Any]:
    return {
        "wave": wave.name,
        "from": wave.starts_on.isoformat(),
        "to": wave.ends_on.isoformat(),
        "released": wave.released_at is not None,
        "visits": sum(visit_queries.count_states_for_wave(wave).values()),
    }


def _visit_rows(wave: Wave) -> list[dict[str, Any]]:
    return [
        {
            "visit": str(visit.id),
            "wave": wave.name,
            "store": visit.store.code,
            "fieldworker": visit.fieldworker.code,
            "method": visit.method.value,
            "state": visit.state.value,
            "started_at": visit.started_at.isoformat(),
        }
        for visit in visit_queries.list_visits_for_wave(wave)
    ]
