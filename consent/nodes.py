"""Nodes of the template tags: what is constant in a template is worked out when it is compiled.

Django resolves a tag's arguments and escapes what it returns at every rendering, which takes longer
than the tags themselves.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from django.template import Context, Node, NodeList, Variable
from django.template.base import FilterExpression, TextNode
from django.template.library import SimpleBlockNode

from consent import gates
from consent.visitor import Consent

_NAMED = {"True": True, "False": False}


def visitor(context: Context) -> tuple[HttpRequest, Consent] | None:
    """Return the request that a template is rendered for, and the visitor's state.

    None where there is neither: in a mail, in Django's own ``500.html``, or for a request that
    never came through the middleware. An error page must not fail, so nobody is asked then.
    """
    request = getattr(context, "request", None) or context.get("request")
    consent = getattr(request, "consent", None)
    return (request, consent) if request and isinstance(consent, Consent) else None


class TextTag(Node):
    """A tag without arguments; ``write`` returns safe markup."""

    child_nodelists = ()

    def __init__(self, write: Callable[[Context], str]) -> None:
        self._write = write

    def render(self, context: Context) -> str:
        """Return the tag's markup."""
        return self._write(context)


class GateTag(Node):
    """A gate whose arguments are constants, as they are nearly always."""

    def __init__(self, gate: gates.Gate, nodelist: NodeList) -> None:
        self.nodelist = nodelist
        self._gate = gate
        texts = [node.s for node in nodelist if type(node) is TextNode]
        is_constant = len(texts) == len(nodelist)
        self._content = gates.content_of("".join(texts)) if is_constant else None

    def render(self, context: Context) -> str:
        """Return the gate with its content; nothing where there is no visitor."""
        found = visitor(context)
        if found is None:
            return ""
        content = self._content or gates.content_of(self.nodelist.render(context))
        return gates.write(found[1], self._gate, content)


def gate_tag(node: SimpleBlockNode) -> Node:
    """Return a quicker node for a gate as Django compiled it, where there is one."""
    try:
        named = {key: _constant(value) for key, value in node.kwargs.items()}
        gate = gates.gate_of(*map(_constant, node.args), **named)
    except ValueError:
        return node
    return GateTag(gate, node.nodelist) if node.target_var is None else node


def _constant(expression: FilterExpression) -> Any:
    """Return the value that an expression has in every context; raise ValueError without one."""
    value = expression.var
    if expression.filters:
        raise ValueError(expression.token)
    if not isinstance(value, Variable):
        return str(value)
    if value.var not in _NAMED:
        raise ValueError(expression.token)
    return _NAMED[value.var]
