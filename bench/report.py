"""What was measured, as a table for a person."""

from typing import Any

from rich.table import Table

WORDS = {
    "record_save": "Saving a record (the last step)",
    "record_journey": "A whole journey, every page",
    "home_growth": "Home of the biggest organisation",
    "records_search_growth": "Searching its records",
}


def table_of(found: dict[str, Any]) -> Table:
    table = Table("what", "measured", "compared with", "times as long")
    size = f"{found['size']:,} vaccinations"
    if save := found.get("record_save"):
        beside = f"bare INSERT: {save['sql_rps']} a second"
        table.add_row(
            WORDS["record_save"], _spread(save, "rps"), beside, f"{save['ratio_to_sql']:.2f}"
        )
        told = f"{save['cpu_ms_per_save']} ms, PostgreSQL {save['postgres_cpu_ms_per_save']} ms"
        table.add_row("  processor time of each", told, "", "")
    if journey := found.get("record_journey"):
        table.add_row(WORDS["record_journey"], _spread(journey, "per_second"), "", "")
    if home := found.get("home_growth"):
        table.add_row(WORDS["home_growth"], *_grown(home, size))
    if search := found.get("records_search_growth"):
        table.add_row(WORDS["records_search_growth"], size, "the worst of:", f"{search['ratio']}")
        for name, one in search.items():
            if name != "ratio":
                table.add_row(f"  {name.replace('_', ' ')}", *_grown(one, size))
    for row in found["ratios"]:
        table.add_row(row["what"], row["of"], row["compared_with"], f"{row['ratio']:.2f}")
    return table


def _spread(one: dict[str, Any], rate: str) -> str:
    times = ", ".join(f"p{at} {one[f'p{at}_ms']:g}" for at in (50, 95, 99))
    return f"{one[rate]} a second; {times} ms"


def _grown(one: dict[str, Any], size: str) -> tuple[str, str, str]:
    return f"{size}: {one['ms']} ms", f"20,000: {one['reference_ms']} ms", f"{one['ratio']:.2f}"
