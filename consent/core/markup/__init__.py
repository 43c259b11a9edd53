"""HTML in, HTML out, incrementally: ungranted third-party markup made inert.

Written by hand because no maintained parser gives a page back as it was, and none is cheaper. On
a clinic's page of 43 kB with ten third-party tags, parsing and writing it again takes about 1.4
times as long with selectolax, three times with lxml, and far longer with html5lib; half of its
bytes stand in lines that lxml changes (``viewBox`` becomes ``viewbox``, ``<path/>``
``<path></path>``, an address is escaped), one in seven with selectolax, none here
(``tests/benchmarks/markup.py``).
Neither takes a stream apart at any byte. What is put in:

- a gate around a script, frame or embed: ``<template data-consent-category="…"
  data-consent-service="…" id="…">…</template>``, a frame's placeholder, and ``<template
  data-consent-end></template>``; a gate in a gate for each further service; ``<template
  data-consent-blocked>…</template>`` around what nobody declares, for good;
- elsewhere `` data-consent-held="category:service …"`` after the element's name (empty where
  only blocked hosts are concerned) and ``data-consent-held-`` before each name of an attribute
  that loads; a script that stays in place gets `` type="data-consent-held"`` too;
- in styles ``consent-`` before ``url(``, ``image-set(`` and, after its ``@``, ``import``.
"""

from consent.core.markup.headers import link_header
from consent.core.markup.prefilter import may_hold
from consent.core.markup.revival import revive
from consent.core.markup.rules import Rules
from consent.core.markup.scanner import Scanner, closed, rewrite

__all__ = ["Rules", "Scanner", "closed", "link_header", "may_hold", "revive", "rewrite"]
