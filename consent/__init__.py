"""Opt-in consent for Django: asked fairly, enforced for real, provable years later."""

__version__ = "0.1.0"
