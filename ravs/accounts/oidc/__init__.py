"""OpenID Connect: how the service learns from the operator's provider who somebody is."""
