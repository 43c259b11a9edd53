"""The site as an app, so that its templates, static files and commands are found."""

from django.apps import AppConfig


class ClinicConfig(AppConfig):
    """The clinic's pages; it has no models."""

    name = "tests.site"
    label = "clinic"
