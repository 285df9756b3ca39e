"""Makes the shared fixtures of ``tests`` available to the tests of every room."""

pytest_plugins = ["tests.fixtures"]
