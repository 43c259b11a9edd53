"""What other apps can listen to."""

from __future__ import annotations

from django.dispatch import Signal

decision_recorded = Signal()
"""Sent after a decision was recorded: ``sender`` is the Record class, ``record`` the row.

Receivers run inside the visitor's request; what they raise is logged and changes nothing.
"""
