"""The Spanish catalogue is whole: what the app says, it says in Spanish too.

Messages are found in the source itself, so that neither GNU gettext nor `make messages` is needed
to see that one has no Spanish text yet.
"""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

import django
import polib
import pytest
from django.apps import apps
from django.utils.functional import Promise
from django.utils.translation.template import templatize

import consent
from consent.lexicon import WORDS
from consent.texts import WORDING

ROOT = Path(consent.__file__).parent
CATALOGUE = ROOT / "locale/es/LC_MESSAGES"
DJANGO = Path(django.__file__).parent

# Where the context, the text and its plural stand in a call.
SIGNATURES: dict[str, tuple[int | None, int, int | None]] = {
    "gettext": (None, 0, None),
    "ngettext": (None, 0, 1),
    "pgettext": (0, 1, None),
    "npgettext": (0, 1, 2),
}
FUNCTIONS = {
    name + suffix: where for name, where in SIGNATURES.items() for suffix in ("", "_lazy", "_noop")
}
# What a template becomes calls them by these names.
IN_TEMPLATES = {"_": SIGNATURES["gettext"], **SIGNATURES}

# What stands for something else, and what a browser reads as markup.
PLACEHOLDER = re.compile(r"%%|%\(\w+\)[a-z]|%[sd]|\{\w*\}|</?[a-z][^>]*>")


class Message(NamedTuple):
    """A text as gettext knows it."""

    context: str | None
    text: str
    plural: str | None


def python_messages(source: str) -> Iterator[Message]:
    """Yield the messages of a module, by whatever names it calls gettext."""
    tree = ast.parse(source)
    names, modules = _imported(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and (function := _function(node.func, names, modules)):
            yield from _message(node, FUNCTIONS[function])


def template_messages(source: str) -> Iterator[Message]:
    """Yield the messages of a template."""
    code = templatize(source)
    for found in re.finditer(r"(?<!\w)(_|n?p?gettext)\(", code):
        call = _expression(code, found.start(), found.end())
        assert isinstance(call, ast.Call)
        yield from _message(call, IN_TEMPLATES[found[1]])


def _imported(tree: ast.Module) -> tuple[dict[str, str], set[str]]:
    """Return gettext's functions by the names they have here, and the names of their module."""
    names, modules = {}, set()
    for node in ast.walk(tree):
        if not isinstance(node, ast.ImportFrom):
            continue
        for one in node.names:
            if node.module == "django.utils.translation" and one.name in FUNCTIONS:
                names[one.asname or one.name] = one.name
            if (node.module, one.name) == ("django.utils", "translation"):
                modules.add(one.asname or one.name)
    return names, modules


def _function(node: ast.expr, names: dict[str, str], modules: set[str]) -> str | None:
    match node:
        case ast.Name(id=name):
            return names.get(name)
        case ast.Attribute(value=ast.Name(id=module), attr=name) if module in modules:
            return name if name in FUNCTIONS else None
    return None


def _message(call: ast.Call, where: tuple[int | None, int, int | None]) -> Iterator[Message]:
    texts = []
    for place in where:
        argument = None if place is None else call.args[place]
        match argument:
            case None:
                texts.append(None)
            case ast.Constant(value=str(text)):
                texts.append(text)
            case ast.Name() | ast.Attribute() | ast.Subscript() | ast.Call():
                return  # a message that is marked elsewhere
            case _:
                raise AssertionError(f"no tool can collect {ast.unparse(call)}")
    context, text, plural = texts
    assert text is not None
    yield Message(context, text, plural)


def _expression(code: str, start: int, end: int) -> ast.expr:
    """Return the call that begins at a place: up to the first parenthesis that makes it one."""
    while end := code.index(")", end) + 1:
        try:
            return ast.parse(code[start:end], mode="eval").body
        except SyntaxError:
            continue
    raise AssertionError(code[start:])


def _collect() -> dict[Message, str]:
    """Return every message of the app with the first file that holds it."""
    found: dict[Message, str] = {}
    for pattern, read in (("*.py", python_messages), ("*.html", template_messages)):
        for path in sorted(ROOT.rglob(pattern)):
            for message in read(path.read_text(encoding="utf-8")):
                found.setdefault(message, str(path.relative_to(ROOT)))
    return found


def _texts(entry: polib.POEntry | polib.MOEntry) -> list[str]:
    """Return an entry's Spanish: one text, or one a plural form."""
    return list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]


def _by_message(file: polib.POFile | polib.MOFile) -> dict[Message, list[str]]:
    return {Message(one.msgctxt, one.msgid, one.msgid_plural or None): _texts(one) for one in file}


@pytest.fixture(scope="module")
def messages() -> dict[Message, str]:
    """Every message of the app, and where it stands."""
    return _collect()


@pytest.fixture(scope="module")
def written() -> polib.POFile:
    """The catalogue as it is written."""
    return polib.pofile(str(CATALOGUE / "django.po"))


@pytest.fixture(scope="module")
def compiled() -> dict[Message, list[str]]:
    """The catalogue as Django reads it."""
    return _by_message(polib.mofile(str(CATALOGUE / "django.mo")))


@pytest.fixture(scope="module")
def djangos() -> dict[Message, list[str]]:
    """Django's own Spanish: some of its words are used as they are."""
    homes = ("conf", "contrib/admin", "contrib/auth")
    found: dict[Message, list[str]] = {}
    for home in homes:
        found |= _by_message(polib.mofile(str(DJANGO / home / "locale/es/LC_MESSAGES/django.mo")))
    return found


def test_every_message_has_a_spanish_text(messages, compiled, djangos):
    """Run `make messages` and translate what is listed here.

    What `make messages` does not list is called by a name it does not know: use `_` for one text
    and `ngettext`, `pgettext` or `npgettext`, by their own names, for the others.
    """
    known = djangos | compiled
    missing = {
        message: where for message, where in messages.items() if not all(known.get(message, [""]))
    }
    assert not missing


def test_the_words_of_the_registrys_tables_have_a_spanish_text(compiled):
    """cookie_consent has them in English alone; its forms stand among the app's own."""
    home = Path(str(find_spec("cookie_consent").origin)).parent
    words = set(python_messages((home / "admin.py").read_text(encoding="utf-8")))
    for word in python_messages((home / "models.py").read_text(encoding="utf-8")):
        # Its log is not used, and its rule for keys stands behind the app's own.
        if word.text in WORDS:
            words.add(word)
    assert {Message(None, word, None) for word in WORDS if word != "cookie consent"} == words
    assert all(all(compiled[word]) for word in words)


def test_the_compiled_catalogue_is_what_is_written(written, compiled):
    """Nobody forgot to compile it, and no guess is left in it."""
    assert not [entry.msgid for entry in written if entry.fuzzy or entry.obsolete]
    assert _by_message(written) == compiled


def test_each_plural_has_every_form(written):
    """Spanish has two here."""
    assert "nplurals=2;" in written.metadata["Plural-Forms"]
    for entry in written:
        assert not entry.msgid_plural or list(entry.msgstr_plural) == [0, 1], entry.msgid


def test_a_translation_holds_what_its_message_holds(written):
    """The same placeholders and the same markup; a singular may do without its number."""
    for entry in written:
        wanted = Counter(PLACEHOLDER.findall(entry.msgid_plural or entry.msgid))
        *singular, last = (Counter(PLACEHOLDER.findall(text)) for text in _texts(entry))
        assert last == wanted, entry.msgid
        for held in singular:
            assert Counter(PLACEHOLDER.findall(entry.msgid)) <= held <= wanted, entry.msgid


def test_shared_words_are_djangos_own(compiled, djangos):
    """All apps' texts end up in one catalogue: a word of Django's must not change elsewhere.

    Django's plurals have a third form, for whole millions, that reads as its second.
    """
    differing = {
        message.text: (texts, djangos[message])
        for message, texts in compiled.items()
        if djangos.get(message, texts)[: len(texts)] != texts
    }
    assert set(differing) <= {"salt"}  # Django's "salto" is a leap


def test_every_word_of_the_models_is_translatable():
    """Names, help texts and choices are looked up when they are shown, not when imported."""
    for model in apps.get_app_config("consent").get_models():
        words = [model._meta.verbose_name, model._meta.verbose_name_plural]
        for field in model._meta.local_fields:
            if not field.auto_created and field.name != "id":
                words += [field.verbose_name, *(label for _value, label in field.flatchoices)]
                words += [field.help_text] if field.help_text else []
        assert [word for word in words if not isinstance(word, Promise)] == [], model


def test_the_dialogs_sentences_are_among_the_messages(messages):
    """The search finds what is known to be there."""
    texts = {message.text for message in messages}
    assert texts.issuperset(WORDING.values())
    assert "templates/admin/consent/record/pagination.html" in messages.values()


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("from django.utils.translation import gettext\ngettext('a' 'b')", (None, "ab", None)),
        ("from django.utils.translation import gettext as now\nnow('a')", (None, "a", None)),
        ("from django.utils import translation as t\nt.gettext_lazy('a')", (None, "a", None)),
        (
            "from django.utils.translation import ngettext as _n\n_n('one', '%s', 3)",
            (None, "one", "%s"),
        ),
        (
            "from django.utils.translation import pgettext_lazy as _\n_('verb', 'open')",
            ("verb", "open", None),
        ),
        (
            "from django.utils.translation import npgettext as _\n_('verb', 'a', 'b', 2)",
            ("verb", "a", "b"),
        ),
    ],
)
def test_messages_are_found_in_python(source, message):
    """By any name, in a context, with a plural."""
    assert list(python_messages(source)) == [message]


@pytest.mark.parametrize(
    "source",
    [
        "def _(text): ...\n_('a')",
        "from gettext import gettext\ngettext('a')",
        "from django.utils.translation import gettext\ngettext(text)",
    ],
)
def test_what_is_no_message_is_not_found(source):
    """A function of the same name, another catalogue's, a message marked elsewhere."""
    assert list(python_messages(source)) == []


@pytest.mark.parametrize("text", ["f'{a} b'", "'a' + b", "'a' if b else 'c'"])
def test_a_text_that_no_tool_can_collect_is_refused(text):
    """It would stay English without anybody noticing."""
    with pytest.raises(AssertionError, match="no tool can collect"):
        list(python_messages(f"from django.utils.translation import gettext as _\n_({text})"))


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("{% translate 'Look (here)' %}", (None, "Look (here)", None)),
        ("{% translate 'open' context 'verb' as x %}", ("verb", "open", None)),
        ("<p title=\"{{ _('Don’t') }}\">", (None, "Don’t", None)),
        ("{{ x|default:_('a') }}", (None, "a", None)),
        ("{% blocktranslate %}100% {{ x }}{% endblocktranslate %}", (None, "100%% %(x)s", None)),
        (
            "{% blocktranslate count n=x %}one{% plural %}{{ n }}{% endblocktranslate %}",
            (None, "one", "%(n)s"),
        ),
        (
            "{% blocktranslate trimmed context 'c' count n=x %}\n one\n"
            "{% plural %}\n many\n{% endblocktranslate %}",
            ("c", "one", "many"),
        ),
    ],
)
def test_messages_are_found_in_templates(source, message):
    """In tags, in variables, in blocks, in a context, with a plural."""
    assert list(template_messages("{% load i18n %}" + source)) == [message]
