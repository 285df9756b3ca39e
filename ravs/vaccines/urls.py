"""Addresses of vaccines, batches and sites."""

from django.urls import path

from ravs.vaccines.views import adding, batches, index, sites

app_name = "vaccines"

HERE = "o/<ods:ods>/vaccines"

urlpatterns = [
    path(HERE, index.open_sites, name="list"),
    path(f"{HERE}/closed-sites", index.closed_sites, name="closed-sites"),
    path(f"{HERE}/catalogue", sites.catalogue, name="catalogue"),
    path(f"{HERE}/enable", sites.enable, name="enable"),
    path(f"{HERE}/add", adding.sites, name="add"),
    path(f"{HERE}/add/product", adding.product, name="add-product"),
    path(f"{HERE}/add/batches", adding.batches, name="add-batches"),
    path(f"{HERE}/add/check", adding.check, name="add-check"),
    path(f"{HERE}/items/<uuid:item>", index.active, name="item"),
    path(f"{HERE}/items/<uuid:item>/finished", index.finished, name="finished"),
    path(f"{HERE}/items/<uuid:item>/add-batch", adding.add_batch, name="add-batch"),
    path(f"{HERE}/batches/<uuid:batch>/edit", batches.edit, name="edit-batch"),
    path(f"{HERE}/batches/<uuid:batch>/finish", batches.finish, name="finish-batch"),
    path(f"{HERE}/batches/<uuid:batch>/bring-back", batches.bring_back, name="bring-back"),
    path(f"{HERE}/sites/<uuid:site>/close", sites.close, name="close"),
    path(f"{HERE}/sites/<uuid:site>/reopen", sites.reopen, name="reopen"),
]
