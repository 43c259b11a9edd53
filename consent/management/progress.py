"""How far a long task is: one line on a terminal, written anew; a line now and then elsewhere."""

from __future__ import annotations

import time
from typing import Any

_TERMINAL_SECONDS = 0.2
_LOG_SECONDS = 5.0


class Progress:
    """Shows a text at most every so often."""

    def __init__(self, out: Any) -> None:
        self._out = out
        self._is_terminal = bool(out.isatty())
        self._shown = float("-inf")
        self._width = 0

    def show(self, text: str) -> None:
        """Show how far it is, unless that was just shown."""
        pause = _TERMINAL_SECONDS if self._is_terminal else _LOG_SECONDS
        if time.monotonic() - self._shown < pause:
            return
        self._shown = time.monotonic()
        if self._is_terminal:
            self._out.write(f"\r{text.ljust(self._width)}", ending="")
            self._out.flush()
            self._width = len(text)
        else:
            self._out.write(text)

    def end(self) -> None:
        """Leave the line, so that what follows starts on its own."""
        if self._width:
            self._out.write("")
