"""The template tags: what is inert, what is granted, and what is said when something is missing."""

from __future__ import annotations

import re
import time
from html.parser import HTMLParser
from typing import Any
from urllib.parse import quote

import pytest
from django.http import HttpRequest
from django.template import Context, Engine, RequestContext, Template
from django.template.loader import render_to_string
from django.test import RequestFactory, override_settings
from django.utils.translation import override
from django.views.defaults import server_error

from consent.cookies import signed_value
from consent.core.markup import closed
from consent.core.state import ConsentState, refusal
from consent.gates import first_address
from consent.once import PARAMETER, SECONDS, is_valid_once, once_token
from consent.texts import compile_wording
from consent.visitor import attach
from tests.conftest import Publish
from tests.core.notices import category, service
from tests.pages import FRAME, GATE, PAGE, POLITE_FRAME, rendered
from tests.visiting import NAME, Visitor, records, worded

pytestmark = [pytest.mark.urls("tests.pages"), pytest.mark.django_db]

NOW = int(time.time())
GRANTED = "data-consent-granted"
END = "<template data-consent-end></template>"


def request_with(*granted: str, refused: bool = False, path: str = "/page/") -> HttpRequest:
    request = RequestFactory().get(path)
    state = ConsentState(1, NOW, frozenset(granted), receipt="0" * 26)
    value = signed_value(refusal(1, NOW) if refused else state, site="clinic")
    request.COOKIES = {NAME: value} if granted or refused else {}
    attach(request)
    return request


def shown(source: str, *granted: str, **context: Any) -> str:
    return rendered(request_with(*granted), source, **context)


class Inert(HTMLParser):
    """Collects the tags that a browser would act on, and those inside of templates."""

    def __init__(self) -> None:
        super().__init__()
        self.live: list[str] = []
        self.inert: list[str] = []
        self.depth = 0

    def handle_starttag(self, tag: str, attrs: object) -> None:  # noqa: ARG002 - as HTMLParser's
        if tag == "template":
            self.depth += 1
        else:
            (self.inert if self.depth else self.live).append(tag)

    def handle_endtag(self, tag: str) -> None:
        self.depth -= tag == "template"


def tags(html: str) -> Inert:
    parser = Inert()
    parser.feed(html)
    assert parser.depth == 0, "every template is closed"
    return parser


@pytest.mark.usefixtures("asked")
def test_what_is_not_granted_is_an_inert_template() -> None:
    """B2, V1."""
    html = shown('{% consent "media" service="video" %}' + FRAME + "{% endconsent %}")
    opening = '<template data-consent-category="media" data-consent-service="video" id="'
    assert html == f'{opening}consent-gate-1">{closed(POLITE_FRAME)}</template>{END}'
    html = shown('{% consent "marketing" %}<script src="/x.js"></script>{% endconsent %}')
    opening = '<template data-consent-category="marketing" id="consent-gate-1">'
    script = '<script type="data-consent-held" src="/x.js"></script>'
    assert html == f"{opening}{script}</template>{END}"


@pytest.mark.usefixtures("asked")
def test_what_a_template_renders_is_closed_like_what_it_says() -> None:
    """B2, B15: Firefox fetches images out of templates."""
    html = shown('{% consent "media" %}<img src="{{ url }}">{% endconsent %}', url="/a?b&c")
    assert '<img data-consent-held-src="/a?b&amp;c">' in html


@pytest.mark.usefixtures("asked")
def test_what_is_granted_is_real_content() -> None:
    html = shown('{% consent "media" service="video" %}' + FRAME + "{% endconsent %}", "media")
    opening = '<template data-consent-category="media" data-consent-service="video" id="'
    assert html == f'{opening}consent-gate-1" {GRANTED}></template>{POLITE_FRAME}{END}'


@pytest.mark.parametrize("granted", [(), ("media",)])
@pytest.mark.usefixtures("asked")
def test_no_frame_gives_the_page_s_address_away(granted: tuple[str, ...]) -> None:
    """G7: whether it is granted now or later; a site may say less, and nothing else changes."""
    own = '<iframe src="/x" referrerpolicy="no-referrer"></iframe>'
    rest = "<p title='<iframe>'>é &amp; <!-- <iframe> --></p><script>'<iframe>'</script>"
    html = shown(f'{{% consent "media" %}}{FRAME}{own}{rest}{{% endconsent %}}', *granted)
    polite = f"{POLITE_FRAME}{own}{rest}"
    assert (polite if granted else closed(polite)) in html


@pytest.mark.usefixtures("asked")
def test_what_needs_no_permission_is_left_as_the_site_wrote_it() -> None:
    assert shown(f'{{% consent "necessary" %}}{FRAME}{{% endconsent %}}') == FRAME


@pytest.mark.parametrize(
    ("granted", "video", "media"),
    [
        ((), False, False),
        (("marketing",), False, False),
        (("media:maps",), False, False),
        (("media:video",), True, False),
        (("media",), True, True),
    ],
)
@pytest.mark.usefixtures("asked")
def test_a_gate_opens_for_its_own_grant_only(
    granted: tuple[str, ...], video: bool, media: bool
) -> None:
    """G1, B2."""
    assert (GRANTED in shown(GATE, *granted)) is video
    assert (GRANTED in shown('{% consent "media" %}x{% endconsent %}', *granted)) is media


@pytest.mark.usefixtures("asked")
def test_a_placeholder_stands_in_only_while_nothing_is_granted() -> None:
    """V1, V3: a first-party stand-in with a plain link."""
    html = shown(GATE)
    assert 'data-consent-dialog="placeholder"' in html
    assert 'data-consent-gate="consent-gate-1"' in html
    assert 'href="https://provider.example/film"' in html
    assert "&amp;gate=consent-gate-1&amp;" in html
    assert html.endswith(f"</span>{END}")
    assert "hidden>" not in html
    (box,) = re.findall(r'<span class="consent-placeholder"[^>]*>', shown(GATE, "media"))
    assert box.endswith("hidden>")


@pytest.mark.usefixtures("asked")
def test_without_the_banner_before_it_a_placeholder_leads_to_the_preferences() -> None:
    """V2: the form of its buttons may not be there."""
    link = 'href="/privacy/?language=en&amp;next=/page/%23consent-gate-1"'
    assert link in shown(GATE)
    assert link in shown(GATE + "{% consent_banner %}")
    assert link not in shown("{% consent_banner %}" + GATE)


@pytest.mark.usefixtures("asked")
def test_a_kept_fragment_knows_whether_the_banner_stands_before_it(visitor: Visitor) -> None:
    """V2: a placeholder with a form is not put into a page without one, nor the other way round."""
    kept = "{% cache 60 either request.consent.key %}" + GATE + "{% endcache %}"
    pages = [rendered(request_with(), before + kept) for before in ("", "{% consent_banner %}") * 2]
    assert ["next=/page/%23consent-gate-1" in page for page in pages] == [True, False] * 2


@pytest.mark.usefixtures("asked")
def test_what_the_tags_put_into_a_sites_form_holds_neither_form_nor_block() -> None:
    html = shown("{% consent_link %}" + GATE)
    found = set(re.findall(r"<([a-z]+)", html.replace(closed(POLITE_FRAME), "")))
    assert found == {"a", "br", "button", "span", "template"}
    assert html.count("<button") == html.count('form="consent-controls"') == 3


@pytest.mark.usefixtures("asked")
def test_a_gate_without_a_placeholder_has_none() -> None:
    assert "placeholder" not in shown('{% consent "media" %}x{% endconsent %}')


@pytest.mark.usefixtures("asked")
def test_gates_nest_and_each_needs_its_own_grant() -> None:
    """B2."""
    inner = '{% consent "marketing" %}<img src="/pixel">{% endconsent %}'
    source = '{% consent "media" %}<iframe src="/f"></iframe>' + inner + "{% endconsent %}"
    assert tags(shown(source)).live == []
    both = tags(shown(source, "media", "marketing"))
    assert (both.live, both.inert) == (["iframe", "img"], [])
    outer = tags(shown(source, "media"))
    assert (outer.live, outer.inert) == (["iframe"], ["img"])
    assert tags(shown(source, "marketing")).live == []
    ids = re.findall(r'id="(consent-gate-\d)"', shown(source))
    assert sorted(ids) == ["consent-gate-1", "consent-gate-2"]


@pytest.mark.usefixtures("asked")
def test_gates_in_loops_have_ids_of_their_own() -> None:
    html = shown("{% for n in numbers %}" + GATE + "{% endfor %}", numbers=range(3))
    assert re.findall(r' id="(consent-gate-\d)"', html) == [f"consent-gate-{n}" for n in (1, 2, 3)]


@pytest.mark.usefixtures("asked")
def test_what_is_necessary_is_not_wrapped() -> None:
    assert shown('{% consent "necessary" %}<b>x</b>{% endconsent %}') == "<b>x</b>"


@pytest.mark.parametrize(
    "keys", ['"unknown"', '"media" service="unknown"', '"necessary" "x"', '""']
)
@pytest.mark.usefixtures("asked")
def test_what_no_notice_has_published_stays_inert(keys: str) -> None:
    """DESIGN 4.12: even in a signed cookie, and nothing is offered that cannot be recorded."""
    source = "{% consent " + keys + " placeholder=True %}" + FRAME + "{% endconsent %}"
    html = shown(source, "media", "unknown", "media:unknown", "necessary:x")
    assert tags(html).inert == ["iframe"]
    assert tags(html).live == []
    assert "placeholder" not in html


@pytest.mark.parametrize("source", ["{% consent name %}", """{% consent '"><script>' %}"""])
@pytest.mark.usefixtures("asked")
def test_names_are_escaped(source: str) -> None:
    html = shown(f"{source}x{{% endconsent %}}", name='"><script>')
    assert "<script>" not in html


@pytest.mark.parametrize(
    "opening",
    [
        "{% consent category service=service placeholder=yes link=link %}",
        '{% consent category "video" placeholder=yes link="/film" %}',
        '{% consent "MEDIA"|lower service="video" placeholder=True link="/film" %}',
        '{% consent "media" service="video" placeholder=yes link=link %}',
    ],
)
@pytest.mark.parametrize("granted", [(), ("media",)])
@pytest.mark.usefixtures("asked")
def test_a_gates_words_may_come_from_the_page(opening: str, granted: tuple[str, ...]) -> None:
    """Whatever of it is known before, the gate is the same."""
    words = {"category": "media", "service": "video", "yes": True, "link": "/film", "frame": FRAME}
    constant = '{% consent "media" service="video" placeholder=True link="/film" %}'
    expected = shown(constant + FRAME + "{% endconsent %}", *granted)
    for content in (FRAME, "{{ frame|safe }}"):
        for start in (constant, opening):
            assert shown(f"{start}{content}{{% endconsent %}}", *granted, **words) == expected
    nothing = constant.replace("True", "False")
    assert "placeholder" not in shown(f"{nothing}{FRAME}{{% endconsent %}}")


@pytest.mark.parametrize("tag", ["head", "guard", "signals", "banner", "link"])
@pytest.mark.usefixtures("asked")
def test_what_a_tag_returns_can_be_kept_in_a_variable(tag: str) -> None:
    direct = shown(f"{{% consent_{tag} %}}", "media")
    assert shown(f"{{% consent_{tag} as kept %}}<p>{{{{ kept }}}}", "media") == f"<p>{direct}"


@pytest.mark.usefixtures("asked")
def test_a_gate_can_be_kept_in_a_variable() -> None:
    kept = GATE.replace("placeholder=True", "placeholder=True as kept")
    assert shown(f"{kept}<p>{{{{ kept }}}}") == f"<p>{shown(GATE)}"


@pytest.mark.usefixtures("asked")
def test_each_part_of_a_page_speaks_the_language_of_its_part() -> None:
    """U8: `{% language %}` changes it in the middle of a template."""
    spanish = '{% load i18n %}{% language "es" %}{% consent_banner %}{% endlanguage %}'
    unknown = f'{{% language "ca" %}}{GATE}{{% endlanguage %}}'
    html = shown(f"{GATE}{spanish}{unknown}{{% consent_link %}}{GATE}", "media")
    assert re.findall(r'<section[^>]* lang="(\w+)"', html) == ["es"]
    assert "Privacy choices</a>" in html
    opened = re.findall(rf'id="(consent-gate-\d)" {GRANTED}', html)
    assert opened == ["consent-gate-1", "consent-gate-3"]


@pytest.mark.usefixtures("asked")
def test_an_engine_without_context_processors_will_do() -> None:
    engine = Engine(libraries={"consent": "consent.templatetags.consent"})
    template = engine.from_string("{% load consent %}{% consent_link %}")
    assert "Privacy choices" in template.render(RequestContext(request_with()))


@pytest.mark.usefixtures("asked")
def test_content_is_rendered_once_and_escaped_as_ever() -> None:
    html = shown('{% consent "media" %}{{ text }}{% endconsent %}', "media", text="<i>")
    assert html.count("&lt;i&gt;") == 1
    assert "<i>" not in html


@pytest.mark.parametrize("granted", [(), ("media",)])
@pytest.mark.usefixtures("asked")
def test_a_language_without_texts_asks_nobody_and_grants_nothing(granted: tuple[str, ...]) -> None:
    """U8."""
    with override("ca"):
        html = shown(PAGE, *granted)
    assert 'data-consent-dialog="banner"' not in html
    assert "<script" not in html
    assert tags(html).inert == ["iframe"]
    assert GRANTED not in html


@pytest.mark.parametrize(
    ("spoken", "active", "nearest"),
    [
        (("en", "es"), "ca", "en"),
        (("es", "en"), "ca", "es"),
        (("en", "es-mx"), "es-ar", "es-mx"),
        (("en", "es-mx"), "es", "es-mx"),
        (("en", "es"), None, "en"),
    ],
)
def test_a_language_without_texts_leads_to_the_nearest_preferences(
    publish: Publish, spoken: tuple[str, ...], active: str | None, nearest: str
) -> None:
    """U8, W1: who granted elsewhere withdraws here in one action, and finds the preferences."""
    publish(worded(languages=spoken, wording=dict.fromkeys(spoken, compile_wording("en"))))
    with override(active):
        html = shown(PAGE, "media")
        undecided = shown(PAGE)
    assert f'href="/privacy/?language={nearest}&amp;next=' in html
    assert re.search(rf'class="consent-link-group" lang="{nearest}" dir="ltr"', html)
    assert 'data-consent-action="withdraw" >' in html
    assert 'data-consent-action="withdraw" hidden>' in undecided
    assert html.index('id="consent-controls"') < html.index('form="consent-controls"')
    assert "dialog.css" in undecided


@pytest.mark.usefixtures("asked")
def test_the_gates_of_a_language_without_texts_load_this_once_at_most() -> None:
    """U8, V3: always is asked where its banner and preferences can be read."""
    with override("ca"):
        html = shown(GATE)
        assert 'data-consent-dialog="placeholder"' in html
        assert 'lang="en" dir="ltr"' in html
        assert 'data-consent-action="load-once"' in html
        assert 'data-consent-action="always"' not in html
        token = once_token(path="/page/", key="media:video", gate="consent-gate-1")
        request = RequestFactory().get("/page/", {PARAMETER: token})
        attach(request)
        assert GRANTED in rendered(request, GATE)
        with override_settings(CONSENT_CACHEABLE_PAGES=True):
            html = shown(GATE)
    assert 'data-consent-dialog="placeholder"' in html
    assert "<button" not in html, "without script nothing could come of it"
    assert 'href="https://provider.example/film"' in html


@pytest.mark.usefixtures("asked")
def test_what_is_exempt_needs_no_language() -> None:
    with override("ca"):
        assert shown('{% consent "necessary" %}<b>chat</b>{% endconsent %}') == "<b>chat</b>"


@pytest.mark.usefixtures("asked")
def test_a_regional_language_falls_back_to_its_base() -> None:
    """U8."""
    with override("es-mx"):
        html = shown(PAGE, "media")
    assert GRANTED in html
    assert 'lang="es"' in html


def test_before_anything_is_published_nothing_is_shown(db: None) -> None:
    """B2."""
    html = shown(PAGE, "media")
    assert tags(html).live == ["body"]
    assert tags(html).inert == ["iframe"]


@override_settings(COOKIE_CONSENT_ENABLED=False)
@pytest.mark.usefixtures("asked")
def test_switched_off_nothing_is_asked_and_nothing_granted() -> None:
    """B7."""
    html = shown(PAGE, "media")
    assert GRANTED not in html
    assert "consent-notice" not in html
    assert "dialog.js" not in html


@pytest.mark.usefixtures("asked")
def test_the_banner_hides_once_everything_is_answered() -> None:
    """V2, W7: after a placeholder's grant it stays, because the rest is unasked."""
    banner = re.compile(r'data-consent-dialog="banner"[^>]* hidden>')
    source = "{% consent_banner %}"
    assert not banner.search(shown(source))
    assert banner.search(shown(source, "media"))
    assert banner.search(rendered(request_with(refused=True), source))
    visitor = Visitor()
    visitor.choose("placeholder", grant=["media:video"], layer="placeholder")
    assert not banner.search(visitor.get("/page/").content.decode())


@pytest.mark.usefixtures("asked")
def test_withdrawal_stands_on_every_page_where_a_grant_is_in_force() -> None:
    """W1."""
    button = re.compile(r'<button class="consent-link-button consent-link-withdraw"[^>]*>')
    source = "{% consent_link %}"
    assert "hidden" not in button.search(shown(source, "media"))[0]  # type: ignore[index]  # found
    assert "hidden" in button.search(shown(source))[0]  # type: ignore[index]  # found
    refused = rendered(request_with(refused=True), source)
    assert "hidden" in button.search(refused)[0]  # type: ignore[index]  # found


@pytest.mark.parametrize("name", ["context", "request"])
@pytest.mark.usefixtures("asked")
def test_the_pages_nonce_is_passed_on(name: str) -> None:
    request = request_with()
    context = {}
    if name == "context":
        context["csp_nonce"] = 'n0"nce'
    else:
        request.csp_nonce = 'n0"nce'  # type: ignore[attr-defined]  # as Django 6 and django-csp do
    html = rendered(request, "{% consent_head %}", **context)
    assert html.count('nonce="n0&quot;nce"') == 2
    assert "nonce" not in shown("{% consent_head %}")


@override_settings(CONSENT_CACHEABLE_PAGES=True)
@pytest.mark.usefixtures("asked")
def test_on_cacheable_pages_everything_is_off_for_everybody() -> None:
    """B8."""
    html = shown(PAGE, "media")
    assert html == shown(PAGE)
    assert GRANTED not in html
    assert "state.js" in html


NOBODY: list[Any] = [None, "x", object(), RequestFactory().get("/"), HttpRequest()]


@pytest.mark.parametrize("request_like", NOBODY, ids=["none", "text", "other", "factory", "empty"])
@pytest.mark.parametrize(
    "source",
    [
        "{% consent_head %}",
        "{% consent_guard %}",
        "{% consent_banner %}",
        "{% consent_link %}",
        "{% consent_link as link %}{{ link }}",
        GATE,
        '{% consent kind service="video" %}<img src="https://provider.example/1">{% endconsent %}',
        '{% consent "media" as kept %}x{% endconsent %}{{ kept }}',
        '{% consent "necessary" %}x{% endconsent %}',
    ],
)
@pytest.mark.usefixtures("asked")
def test_without_a_visitor_the_tags_write_nothing(source: str, request_like: Any) -> None:
    """B2: mails and error pages are rendered without a request, and must not fail for it."""
    for context in ({"request": request_like, "kind": "media"}, {"kind": "media"}):
        assert Template("{% load consent %}" + source).render(Context(context)) == ""


BASE = "{% load consent %}{% consent_head %}{% consent_banner %}<h1>{% block title %}{% endblock %}"
PAGES = {
    "base.html": BASE + f"</h1>{GATE}{{% consent_link %}}",
    "500.html": '{% extends "base.html" %}{% block title %}Broken{% endblock %}',
}


@pytest.mark.usefixtures("asked")
def test_an_error_page_and_a_mail_may_extend_the_sites_base(
    settings: Any, rf: RequestFactory
) -> None:
    """Django's own handler gives its template no context at all."""
    options = {"loaders": [("django.template.loaders.locmem.Loader", PAGES)]}
    own = {**settings.TEMPLATES[0], "APP_DIRS": False, "DIRS": []}
    settings.TEMPLATES = [{**own, "OPTIONS": {**own["OPTIONS"], **options}}]
    assert server_error(rf.get("/page/")).content == b"<h1>Broken</h1>"
    assert render_to_string("500.html", {"name": "x"}) == "<h1>Broken</h1>"
    assert render_to_string("500.html", {}, rf.get("/page/")) == "<h1>Broken</h1>"


@pytest.mark.usefixtures("asked")
def test_a_request_that_another_framework_wraps_is_the_visitors() -> None:
    """As Django REST framework's is, whose pages are rendered with it."""

    class Wrapped:
        def __init__(self, inner: HttpRequest) -> None:
            self._request = inner

        def __getattr__(self, name: str) -> Any:
            return getattr(self._request, name)

    context = Context({"request": Wrapped(request_with("media"))})
    assert GRANTED in Template("{% load consent %}" + GATE).render(context)


@pytest.mark.parametrize(
    ("content", "address"),
    [
        (FRAME, "https://provider.example/film"),
        ('<video src="/film.mp4"></video>', "/film.mp4"),
        (
            '<p>x</p><a href="https://a.example/">x</a><iframe src="/b"></iframe>',
            "https://a.example/",
        ),
        ('<iframe srcdoc="x"></iframe><iframe src="//provider.example/x">', "//provider.example/x"),
        ('<iframe src="javascript:alert(1)"></iframe>', ""),
        ('<iframe src="data:text/html,x"></iframe>', ""),
        ('<script src="https://a.example/x.js"></script><img src="/x">', ""),
        ("", ""),
        ("<iframe src", ""),
    ],
)
def test_the_plain_link_leads_to_the_first_address_that_a_person_can_open(
    content: str, address: str
) -> None:
    """V3."""
    assert first_address(content) == address


@pytest.mark.usefixtures("asked")
def test_the_plain_link_can_be_named() -> None:
    """V3."""
    source = GATE.replace("placeholder=True", "placeholder=True link=address")
    html = shown(source, address="https://x.example/?a&b")
    assert 'href="https://x.example/?a&amp;b"' in html


# Loading once without script


def once_link(token: str) -> str:
    return f"/page/?{PARAMETER}={quote(token)}"


@pytest.mark.usefixtures("asked")
def test_a_once_link_opens_its_gate_and_no_other(visitor: Visitor) -> None:
    """V2, B10."""
    response = visitor.choose(
        action="once",
        grant=["media:video"],
        layer="placeholder",
        next="/page/?a=1#consent-gate-1",
    )
    target = response["Location"]
    assert target.startswith("/page/?a=1&privacy-once=")
    assert target.endswith("#consent-gate-1")
    assert visitor.value == ""
    page = visitor.get(target)
    assert GRANTED in page.content.decode()
    assert page["Cache-Control"] == "private, no-store"
    assert PARAMETER not in page.content.decode(), "the page's forms lead back without the token"
    assert GRANTED not in visitor.get(target.replace("/page/", "/gate/")).content.decode()
    assert GRANTED not in visitor.get("/page/?a=1").content.decode()
    assert [record.action for record in records()] == ["once"]


@pytest.mark.usefixtures("asked")
def test_a_once_link_works_on_paths_of_any_language(visitor: Visitor) -> None:
    """V2, B10."""
    path = visitor.get("/página/").wsgi_request.get_full_path()
    response = visitor.choose(
        action="once", grant=["media:video"], layer="placeholder", next=f"{path}#consent-gate-1"
    )
    assert GRANTED in visitor.get(response["Location"]).content.decode()


@pytest.mark.usefixtures("asked")
def test_a_once_link_opens_one_of_two_equal_gates() -> None:
    """V2."""
    token = once_token(path="/page/", key="media:video", gate="consent-gate-2")
    request = request_with(path=once_link(token))
    html = rendered(request, GATE + GATE)
    assert html.count(GRANTED) == 1
    assert re.search(f'id="consent-gate-2" {GRANTED}', html)
    assert request.consent.once_gate == "consent-gate-2"  # type: ignore[attr-defined]  # ours


@pytest.mark.usefixtures("asked")
def test_a_once_link_ends_with_its_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    """V2."""
    token = once_token(path="/page/", key="media:video", gate="consent-gate-1")
    path = once_link(token)
    assert GRANTED in rendered(request_with(path=path), GATE)
    later = time.time() + SECONDS + 2
    monkeypatch.setattr("time.time", lambda: later)
    assert GRANTED not in rendered(request_with(path=path), GATE)


@pytest.mark.parametrize("token", ["", "x", "a:b:c", ":::", "\n", "é", "0" * 5000])
def test_a_forged_once_link_opens_nothing(token: str) -> None:
    """B7."""
    assert not is_valid_once(token, path="/page/", key="media", gate="consent-gate-1")
    assert not is_valid_once(
        once_token(path="/page/", key="media", gate="g") + token[:1],
        path="/other/",
        key="media",
        gate="g",
    )


@override_settings(CONSENT_CACHEABLE_PAGES=True)
@pytest.mark.usefixtures("asked")
def test_on_cacheable_pages_a_once_link_opens_nothing() -> None:
    """B8."""
    token = once_token(path="/page/", key="media:video", gate="consent-gate-1")
    assert GRANTED not in rendered(request_with(path=once_link(token)), GATE)


@override_settings(COOKIE_CONSENT_ENABLED=False)
@pytest.mark.usefixtures("asked")
def test_switched_off_a_once_link_opens_nothing() -> None:
    """B7."""
    token = once_token(path="/page/", key="media:video", gate="consent-gate-1")
    assert GRANTED not in rendered(request_with(path=once_link(token)), GATE)


def test_a_once_link_opens_no_service_that_is_not_published(publish: Publish) -> None:
    """DESIGN 4.12."""
    publish(worded(category("media", service("maps"))))
    token = once_token(path="/page/", key="media:video", gate="consent-gate-1")
    assert GRANTED not in rendered(request_with(path=once_link(token)), GATE)
