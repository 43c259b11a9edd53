"""What is worked out once: never too much of it, never past a change of settings."""

from __future__ import annotations

import pytest
from django.test import override_settings

from consent.conf import conf
from consent.memory import Memory


def test_what_is_kept_is_made_once() -> None:
    made: list[int] = []
    memory: Memory[int] = Memory()

    def make() -> int:
        made.append(1)
        return len(made)

    assert [memory.get("key", make) for _ in range(3)] == [1, 1, 1]
    assert memory.get("other", make) == 2


def test_keys_from_outside_do_not_fill_the_memory() -> None:
    memory: Memory[int] = Memory(limit=10)
    for number in range(100):
        memory.get(number, lambda number=number: number)  # type: ignore[misc]  # mypy knows no such lambda
        assert len(memory._values) <= 10
    assert memory.get(99, lambda: -1) == 99
    assert memory.get(1, lambda: -1) == -1


def test_what_cannot_be_made_is_not_kept() -> None:
    memory: Memory[int] = Memory()
    with pytest.raises(ZeroDivisionError):
        memory.get("key", lambda: 1 // 0)
    assert memory.get("key", lambda: 2) == 2


def test_a_changed_setting_forgets_what_was_made_before() -> None:
    memory: Memory[int] = Memory()
    memory.get("key", lambda: 1)
    with override_settings(CONSENT_GRANT_DAYS=30):
        assert memory.get("key", lambda: 2) == 2
    assert memory.get("key", lambda: 3) == 3


def test_a_setting_is_read_live_even_after_its_default_was() -> None:
    assert conf.grant_days == 185
    with override_settings(CONSENT_GRANT_DAYS=30):
        assert conf.grant_days == 30
        with override_settings(CONSENT_GRANT_DAYS=31):
            assert conf.grant_days == 31
    assert conf.grant_days == 185
