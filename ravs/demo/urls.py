"""The service's own addresses, and the mailbox of the demonstration."""

from django.urls import include, path

from ravs.config import urls as service
from ravs.demo import views

demo = (
    [
        path("", views.mailbox, name="mailbox"),
        path("/<uuid:message>", views.message, name="message"),
        path("/<uuid:message>/text", views.plain, name="plain"),
        path("/<uuid:message>/letter", views.letter, name="letter"),
    ],
    "demo",
)

urlpatterns = [
    *service.urlpatterns,
    path("demo/mailbox", include(demo)),
]

handler400 = service.handler400
handler403 = service.handler403
handler404 = service.handler404
handler500 = service.handler500
