"""Vaccines, batches and sites. A page shows which; here stands what was done."""

from ravs.audit import events
from ravs.audit.sentences.base import People, Sentences, number_of


def _batch_changed(event: events.BatchChanged, _people: People) -> str:
    changes = ["batch number"] if event.number_changed else []
    if event.expiry_before != event.expiry_after:
        changes.append("expiry date from {expiry_before} to {expiry_after}")
    return (
        f"{{actor}} changed the {' and the '.join(changes) or 'details'} of a batch of {{product}}"
    )


def _batch_added(event: events.BatchAdded, _people: People) -> str:
    first = ", which the site did not have before" if event.new_product else ""
    return f"{{by}} added a batch of {{product}}{first}. It expires on {{expiry}}"


def _brought_back(event: events.BatchBroughtBack, _people: People) -> str:
    if event.added_again:
        return "{by} added a finished batch of {product} again, which brought it back"
    return "{actor} brought back a finished batch of {product}"


def _imported(event: events.CatalogueImported, _people: People) -> str:
    added = number_of(event.added, "row", "rows")
    return f"{{by}} imported a vaccine catalogue: {added} added, {{changed}} changed"


SENTENCES: Sentences = {
    events.CatalogueImported: _imported,
    events.VaccineEnabled: "{by} enabled the vaccine {type} for this organisation",
    events.VaccineWithdrawn: "{by} withdrew the vaccine {type} from this organisation",
    events.BatchAdded: _batch_added,
    events.BatchChanged: _batch_changed,
    events.BatchFinished: (
        "{actor} marked a batch of {product} as finished. It can be given until {last_day}"
    ),
    events.BatchBroughtBack: _brought_back,
    events.SiteAdded: "{by} added a site",
    events.PcnPracticesChanged: (
        "{by} changed which GP practices are in the same primary care network. Practices now:"
        " {practices}"
    ),
    events.SiteClosed: "{by} closed a site",
    events.SiteReopened: "{by} reopened a site",
}
