"""Every address of the provider; nothing of the libraries is reachable that is not named here."""

from django.urls import include, path

from ravs.core.access import Access, requires
from ravs_identity import views
from ravs_identity.oidc import views as oidc
from ravs_identity.scim.views import scim

public = requires(Access.PUBLIC)

identity = (
    [
        path("", views.home, name="home"),
        path("forgot-password", views.forgot_password, name="forgot-password"),
        path("forgot-password/sent", views.link_sent, name="link-sent"),
        path("reset-password/<str:token>", views.reset_password, name="reset-password"),
        path("activate/<str:token>", views.activate, name="activate"),
        path("activated", views.activated, name="activated"),
        path("password-changed", views.password_changed, name="password-changed"),
        path("signed-out", views.signed_out, name="signed-out"),
    ],
    "identity",
)

# The names are those by which the library finds its own pages.
openid = (
    [
        path(".well-known/openid-configuration", public(oidc.configuration), name="configuration"),
        path(".well-known/jwks.json", public(oidc.jwks), name="jwks"),
        path("openid/authorize", public(oidc.authorization), name="authorization"),
        path("openid/token", public(oidc.token), name="token"),
        path("openid/userinfo", public(oidc.userinfo), name="userinfo"),
        path("openid/sign-out", public(oidc.logout), name="logout"),
    ],
    "oidc",
)

urlpatterns = [
    path("", include(identity)),
    path("sign-in", public(views.sign_in), name="account_login"),
    path("sign-in/again", public(views.sign_in_again), name="account_reauthenticate"),
    path("sign-out", public(views.sign_out), name="account_logout"),
    path("", include(([path("", include(openid))], "idp"))),
    path("scim/v2", scim),
    path("scim/v2/<path:path>", scim),
]

handler400 = "ravs_identity.views.bad_request"
handler403 = "ravs_identity.views.forbidden"
handler404 = "ravs_identity.views.not_found"
handler429 = "ravs_identity.views.too_many"
handler500 = "ravs_identity.views.server_error"
