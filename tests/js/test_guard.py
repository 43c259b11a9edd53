"""The guard: what scripts insert, request or store for ungranted services does not happen."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.js import guarding
from tests.js.guarding import HELPERS, WAYS, guard, way_script
from tests.js.pages import Answer, Site, gate_html, page, placeholder, sample_notice
from tests.js.test_gates import press
from tests.js.test_state import granted, refused
from tests.site.thirdparty import ThirdParty

Visit = Callable[..., Page]
VIDEO = granted("media:video", notice=1)
NAMES = list(WAYS)
NONCED = {
    "Content-Security-Policy": "script-src 'nonce-one' 'strict-dynamic'; "
    "require-trusted-types-for 'script'"
}


def rules_for(third_party: ThirdParty, **more: Any) -> dict[str, Any]:
    return {"media:video": {"hosts": [f"localhost:{third_party.port}"], **more}}


def asked(third_party: ThirdParty) -> list[str]:
    return [entry["path"] for entry in list(third_party.log)]


def go_all_ways(browser: Browser, party: ThirdParty, head: str, stored: str) -> frozenset[str]:
    """Open a page that goes all ways at once; return those that arrived."""
    site = Site()
    scripts = [way_script(at, code, party.origin) for at, code in enumerate(WAYS.values())]
    site.pages["/"] = guarding.page(head + HELPERS, "".join(scripts))
    context = browser.new_context()
    if stored:
        context.add_cookies([{"name": "privacy_choice", "value": stored, "url": site.url}])
    party.clear()
    opened = context.new_page()
    opened.goto(site.url)
    for _ in range(20 if stored or not head else 4):
        opened.wait_for_timeout(500)
        numbers = {int(path.split("/")[2]) for path in asked(party) if path.startswith("/way/")}
        if len(numbers) == len(WAYS):
            break
    broken = opened.evaluate("broken")
    context.close()
    site.shutdown()
    site.server_close()
    assert broken == []
    return frozenset(NAMES[number] for number in numbers)


@pytest.fixture(scope="module")
def unguarded(browser: Browser, third_parties: ThirdParty) -> frozenset[str]:
    return go_all_ways(browser, third_parties, "", "")


@pytest.fixture(scope="module")
def held(browser: Browser, third_parties: ThirdParty) -> frozenset[str]:
    return go_all_ways(browser, third_parties, guard(rules_for(third_parties)), "")


@pytest.fixture(scope="module")
def allowed(browser: Browser, third_parties: ThirdParty) -> frozenset[str]:
    return go_all_ways(browser, third_parties, guard(rules_for(third_parties)), VIDEO)


@pytest.mark.parametrize("way", NAMES)
def test_each_way_leads_out_only_with_a_grant(
    way: str, unguarded: frozenset[str], held: frozenset[str], allowed: frozenset[str]
) -> None:
    """B2, B9: without the guard it arrives too, so the check can fail."""
    assert way in unguarded
    assert way not in held
    assert way in allowed


@pytest.mark.parametrize(
    ("pattern", "holds"),
    [
        ("localhost", True),
        ("LOCALHOST", True),
        ("localhost:1", False),
        ("*.localhost", False),
        ("host", False),
        ("cdn.localhost", False),
    ],
)
def test_hosts_are_matched_as_they_are_declared(
    visit: Visit, third_party: ThirdParty, pattern: str, holds: bool
) -> None:
    head = guard({"media:video": {"hosts": [pattern]}})
    opened = visit(guarding.page(head))
    opened.evaluate(f"new Image().src = '{third_party.origin}/x.png'")
    opened.wait_for_timeout(300)
    assert asked(third_party) == ([] if holds else ["/x.png"])


@pytest.mark.parametrize("name", ["a.localhost", "b.a.localhost"])
def test_a_wildcard_covers_every_sub_domain(
    visit: Visit, third_party: ThirdParty, name: str
) -> None:
    opened = visit(guarding.page(guard({"media:video": {"hosts": ["*.localhost"]}})))
    answer = opened.evaluate(
        f"fetch('http://{name}:{third_party.port}/x', {{mode: 'no-cors'}}).catch(String)"
    )
    assert answer == "TypeError: Failed to fetch"


@pytest.mark.parametrize(
    ("answers", "leaves"),
    [
        ("media", True),
        ("media:video~?media", True),
        ("media~!media:video", False),
        ("media~!media:maps", True),
        ("statistics", False),
    ],
)
def test_answers_are_read_as_the_dialog_reads_them(
    visit: Visit, third_party: ThirdParty, answers: str, leaves: bool
) -> None:
    """B7."""
    head = guard(rules_for(third_party))
    opened = visit(guarding.page(head), stored=granted(answers, notice=1))
    opened.evaluate(f"navigator.sendBeacon('{third_party.origin}/beacon')")
    opened.wait_for_timeout(300)
    assert bool(asked(third_party)) == leaves


@pytest.mark.parametrize(
    "stored",
    [
        refused(),
        "v1",
        granted("media", notice=1, signature=""),
        granted("media", notice=2),
        granted("media", notice=1, days=186),
        granted("media", notice=1, days=-186),
    ],
)
def test_doubt_holds(visit: Visit, third_party: ThirdParty, stored: str) -> None:
    """B7."""
    opened = visit(guarding.page(guard(rules_for(third_party))), stored=stored)
    assert opened.evaluate(f"navigator.sendBeacon('{third_party.origin}/beacon')") is False


@pytest.mark.parametrize(
    "rules",
    ["", "{", "null", "[]", "7", '{"media": null}', '{"media": {"hosts": 7, "cookie": {"a": 1}}}'],
)
def test_rules_that_cannot_be_read_break_nothing(visit: Visit, rules: str) -> None:
    errors: list[str] = []
    opened = visit(guarding.page(guard(rules) + "<script>window.ran = true</script>"))
    opened.on("pageerror", lambda error: errors.append(str(error)))
    opened.reload()
    opened.evaluate("document.body.append('text')")
    assert errors == []
    assert opened.evaluate("ran")


def test_what_can_be_read_of_the_rules_is_held(visit: Visit, third_party: ThirdParty) -> None:
    rules = {"statistics": None, "media": {"hosts": [7, "http://[", "localhost"], "cookie": "_v"}}
    opened = visit(guarding.page(guard(rules)))
    assert opened.evaluate(f"navigator.sendBeacon('{third_party.origin}/beacon')") is False
    opened.evaluate("document.cookie = '_v=1'")
    assert opened.context.cookies() == []


def with_maps(third_party: ThirdParty, pattern: str) -> dict[str, Any]:
    host = pattern.replace("party", f"localhost:{third_party.port}")
    return {**rules_for(third_party), "media:maps": {"hosts": [host]}}


@pytest.mark.parametrize(
    ("pattern", "answers", "leaves"),
    [
        ("party", "media:maps", False),
        ("party", "media:video", False),
        ("party", "media", True),
        ("localhost", "media:maps", False),
        ("localhost", "media:video", True),
        ("party/maps", "media:maps", True),
        ("party/maps", "media:video", False),
    ],
)
def test_what_nothing_tells_apart_needs_every_grant(
    visit: Visit, third_party: ThirdParty, pattern: str, answers: str, leaves: bool
) -> None:
    """G1: the most exact declaration decides, in addresses, markup and inline imports alike."""
    head = guard(with_maps(third_party, pattern))
    opened = visit(guarding.page(head), stored=granted(answers, notice=1))
    url = f"{third_party.origin}/maps/1.js"
    assert opened.evaluate(f"navigator.sendBeacon('{url}')") is leaves
    opened.evaluate(f"document.body.insertAdjacentHTML('beforeend', '<img id=i src={url}>')")
    assert ("data-consent-held" not in opened.evaluate("i.outerHTML")) is leaves
    module = "Object.assign(document.createElement('script'), {type: 'module', text: `{}`})"
    script = module.replace("{}", f'import "{url}"')
    opened.evaluate(f"document.head.append(window.s = {script})")
    assert ("data-consent-held" not in opened.evaluate("s.outerHTML")) is leaves


def test_what_is_held_for_two_comes_back_with_both(visit: Visit, third_party: ThirdParty) -> None:
    """G1."""
    opened = visit(guarding.page(guard(with_maps(third_party, "party"))))
    opened.evaluate(
        f"document.body.append(Object.assign(new Image(), {{src: '{third_party.origin}/a'}}))"
    )
    image = opened.locator("img[data-consent-held]")
    assert image.get_attribute("data-consent-held") == "media:video media:maps"
    opened.evaluate(f"document.cookie = 'privacy_choice={granted('media:maps', notice=1)}'")
    opened.evaluate("document.dispatchEvent(new CustomEvent('consent:change'))")
    opened.wait_for_timeout(200)
    assert asked(third_party) == []
    opened.evaluate(f"document.cookie = 'privacy_choice={granted('media', notice=1)}'")
    opened.evaluate("document.dispatchEvent(new CustomEvent('consent:change'))")
    opened.wait_for_timeout(300)
    assert asked(third_party) == ["/a"]


# What page code sees


def test_a_held_element_answers_with_what_the_page_set(
    visit: Visit, third_party: ThirdParty
) -> None:
    opened = visit(guarding.page(guard(rules_for(third_party))))
    url = f"{third_party.origin}/embed/one"
    seen = opened.evaluate(
        """(url) => {
            const frame = document.createElement('iframe');
            frame.src = url;
            document.body.append(frame);
            const image = new Image();
            image.srcset = `${url} 2x`;
            const script = document.createElement('script');
            script.src = url;
            script.type = 'text/javascript';
            document.head.append(script);
            const copy = document.body.appendChild(frame.cloneNode());
            return [frame.src, frame.getAttribute('src'), frame.hasAttribute('src'), image.srcset,
                script.src, script.type, copy.src, frame.getAttribute('data-consent-held')];
        }""",
        url,
    )
    assert seen == [url, url, True, f"{url} 2x", url, "text/javascript", url, "media:video"]
    again = opened.evaluate(
        """() => {
            const frame = document.querySelector('iframe');
            frame.src = '/own';
            const own = [frame.getAttribute('src'), frame.hasAttribute('data-consent-held')];
            const copy = document.querySelectorAll('iframe')[1];
            copy.removeAttribute('src');
            return [...own, copy.hasAttribute('src'), copy.src];
        }"""
    )
    assert again == ["/own", False, False, ""]
    assert asked(third_party) == []


@pytest.mark.parametrize("tag", ["script", "img", "link"])
def test_a_held_element_fails_as_a_blocked_one_does(
    visit: Visit, third_party: ThirdParty, tag: str
) -> None:
    opened = visit(guarding.page(guard(rules_for(third_party))))
    failed = opened.evaluate(
        """([tag, url]) => new Promise((done) => {
            const element = document.createElement(tag);
            element.onerror = () => done('error');
            Object.assign(element, {rel: 'stylesheet', [tag == 'link' ? 'href' : 'src']: url});
            document.head.append(element);
        })""",
        [tag, f"{third_party.origin}/x"],
    )
    assert failed == "error"


@pytest.mark.parametrize(
    ("code", "answer"),
    [
        ("fetch(U).catch((error) => error instanceof TypeError)", True),
        (
            "new Promise((done) => { const x = new XMLHttpRequest(); x.open('GET', U);"
            "x.onerror = () => done(x.status + x.readyState); x.send(); })",
            4,
        ),
        ("navigator.sendBeacon(U)", False),
        (
            "new Promise((done) => { const s = new WebSocket(U.replace('http', 'ws')); s.onclose ="
            "(event) => done([s instanceof WebSocket, s.readyState, event.code]); s.close(); })",
            [True, 3, 1006],
        ),
        (
            "new Promise((done) => new EventSource(U).addEventListener('error', ({target}) =>"
            "done(target.readyState == EventSource.CLOSED)))",
            True,
        ),
        (
            "new Promise((done) => { const w = new Worker(U); w.onerror = () => done('error');"
            "w.postMessage(1); })",
            "error",
        ),
        ("new Audio(U) instanceof HTMLAudioElement", True),
        ("[...new FontFace('x', `url(${U})`).family]", ["x"]),
    ],
)
def test_a_held_request_fails_as_a_blocked_one_does(
    visit: Visit, third_party: ThirdParty, code: str, answer: Any
) -> None:
    """Nothing is thrown where the platform would not."""
    opened = visit(guarding.page(guard(rules_for(third_party))))
    assert opened.evaluate(f"(U) => {code}", f"{third_party.origin}/x") == answer
    assert asked(third_party) == []


def test_functions_keep_their_nature(visit: Visit, third_party: ThirdParty) -> None:
    head = guard(rules_for(third_party, local=["_x"]))
    opened = visit(guarding.page(head))
    seen = opened.evaluate(
        """() => [fetch.name, fetch.length, String(fetch).includes('[native code]'),
            Element.prototype.setAttribute.length, new Image() instanceof HTMLImageElement,
            WebSocket.OPEN, WebSocket.name, localStorage instanceof Storage,
            document.body.style instanceof CSSStyleDeclaration,
            document.body.style === document.body.style, localStorage === window.localStorage,
            Object.keys(Element.prototype).includes('setAttribute')]"""
    )
    expected = ["fetch", 1, True, 2, True, 1, "WebSocket", True, True, True, True, True]
    assert seen == expected


def test_ordinary_pages_work_as_before(visit: Visit, third_party: ThirdParty) -> None:
    opened = visit(guarding.page(guard(rules_for(third_party, local=["_x"]))))
    seen = opened.evaluate(
        """() => {
            const box = document.body.appendChild(document.createElement('div'));
            box.innerHTML = '<p style="color: red">one</p><img src="/own.png">';
            const first = box.firstChild;
            first.style.backgroundColor = 'blue';
            first.style.setProperty('--x', '1', 'important');
            first.style.width = '5px';
            box.insertAdjacentHTML('beforeend', '<b>two</b>');
            localStorage.other = 'kept';
            const { style } = first;
            const found = [style.backgroundColor, style.getPropertyPriority('--x'),
                style.cssText.includes('width: 5px'), style.length, box.children.length,
                box.querySelector('img').src, Object.keys(localStorage),
                localStorage.getItem('other'), 'other' in localStorage,
                JSON.stringify({...localStorage}), localStorage.length];
            delete localStorage.other;
            try { box.appendChild(null); } catch (error) { found.push(error.name); }
            try { box.setAttribute('1 2', ''); } catch (error) { found.push(error.name); }
            return [...found, localStorage.length];
        }"""
    )
    assert seen[:5] == ["blue", "important", True, 4, 3]
    assert seen[5].endswith("/own.png")
    assert seen[6:] == [
        ["other"],
        "kept",
        True,
        '{"other":"kept"}',
        1,
        "TypeError",
        "InvalidCharacterError",
        0,
    ]


# Storage


STORED = {"cookie": ["_v", "_v_*"], "local": ["_v*"], "session": ["_s"], "indexeddb": ["_db"]}


@pytest.mark.parametrize(
    "code",
    [
        "document.cookie = '_v=1; path=/'",
        "document.cookie = ' _v_1=1; max-age=9'",
        "cookieStore.set('_v', '1')",
        "cookieStore.set({name: '_v', value: '1'})",
        "localStorage.setItem('_v1', '1')",
        "localStorage._v1 = '1'",
        "localStorage['_v'] = '1'",
        "Object.assign(localStorage, {_v: '1'})",
        "Object.defineProperty(localStorage, '_v', {value: '1', enumerable: true})",
        "Storage.prototype.setItem.call(localStorage, '_v', '1')",
        "sessionStorage.setItem('_s', '1')",
        "sessionStorage._s = '1'",
    ],
)
def test_a_declared_name_is_stored_only_with_a_grant(
    visit: Visit, third_party: ThirdParty, code: str
) -> None:
    """B1, B4."""

    def keep(stored: str, head: str) -> list[Any]:
        opened = visit(guarding.page(head), stored=stored)
        opened.evaluate(f"async () => {{ {code.replace('cookieStore', 'await cookieStore')} }}")
        count = opened.evaluate("localStorage.length + sessionStorage.length")
        return [count + len([c for c in opened.context.cookies() if c["name"] != "privacy_choice"])]

    head = guard(rules_for(third_party, **STORED))
    assert keep("", "") == [1]
    assert keep("", head) == [0]
    assert keep(VIDEO, head) == [1]


@pytest.mark.parametrize(
    "code",
    [
        "document.cookie = '_v=; max-age=0'",
        "document.cookie = '_v=; expires=Thu, 01 Jan 1970 00:00:00 GMT'",
        "cookieStore.set({name: '_v', value: '', expires: 1})",
        "cookieStore.delete('_v')",
    ],
)
def test_a_deletion_always_passes(visit: Visit, third_party: ThirdParty, code: str) -> None:
    """W3."""
    opened = visit(guarding.page(guard(rules_for(third_party, **STORED))))
    opened.context.add_cookies([{"name": "_v", "value": "1", "url": opened.url}])
    opened.evaluate(f"async () => {{ await ({code}) }}")
    assert opened.context.cookies() == []


def test_what_was_stored_can_be_read_and_removed(visit: Visit, third_party: ThirdParty) -> None:
    opened = visit(guarding.page(guard(rules_for(third_party, **STORED))), stored=VIDEO)
    opened.evaluate("localStorage._v = '1'; localStorage.setItem('_v2', '2')")
    opened.context.clear_cookies()
    seen = opened.evaluate(
        "() => { const seen = [localStorage._v, localStorage.getItem('_v2')];"
        "localStorage.removeItem('_v'); delete localStorage._v2;"
        "return [...seen, localStorage.length] }"
    )
    assert seen == ["1", "2", 0]


@pytest.mark.parametrize(
    "code",
    [
        "document.cookie = 'other=1'",
        "cookieStore.set('other', '1')",
        "localStorage.other = '1'",
        "sessionStorage._v = '1'",
    ],
)
def test_other_names_are_stored(visit: Visit, third_party: ThirdParty, code: str) -> None:
    opened = visit(guarding.page(guard(rules_for(third_party, **STORED))))
    opened.evaluate(f"async () => {{ await ({code}) }}")
    count = opened.evaluate("localStorage.length + sessionStorage.length")
    assert count + len(opened.context.cookies()) == 1


def test_storage_works_where_code_looks_closely(visit: Visit, third_party: ThirdParty) -> None:
    """The event's storage is the page's, and events of it can be made."""
    opened = visit(guarding.page(guard(rules_for(third_party, **STORED))))
    assert opened.evaluate(
        "() => { const event = new StorageEvent('storage', {key: 'a', storageArea: localStorage});"
        "const other = new StorageEvent('x');"
        "return [event.storageArea === localStorage, event.key, other.storageArea] }"
    ) == [True, "a", None]


def test_a_declared_database_opens_only_with_a_grant(visit: Visit, third_party: ThirdParty) -> None:
    """B1."""
    code = (
        "(name) => new Promise((done) => { const request = indexedDB.open(name);"
        "request.onerror = (event) => done(event.type); request.onsuccess = () => done('opened') })"
    )
    head = guard(rules_for(third_party, **STORED))
    opened = visit(guarding.page(head))
    assert opened.evaluate(code, "_db") == "error"
    assert opened.evaluate(code, "other") == "opened"
    assert visit(guarding.page(head), stored=VIDEO).evaluate(code, "_db") == "opened"


# Reviving


def grant_now(opened: Page, value: str = VIDEO) -> None:
    opened.evaluate(
        """(value) => {
            document.cookie = `privacy_choice=${value}; path=/`;
            document.dispatchEvent(new CustomEvent('consent:change', {detail: {granted: []}}));
        }""",
        value,
    )


def test_what_was_held_loads_when_it_is_granted(visit: Visit, third_party: ThirdParty) -> None:
    opened = visit(guarding.page(guard(rules_for(third_party))))
    opened.evaluate(
        """(origin) => {
            document.body.innerHTML = `<div id=here></div>
                <img src="${origin}/1.png" srcset="${origin}/2.png 2x"><iframe src="${origin}/3">
                </iframe><p id=p style="color: red; background: url(${origin}/4.png)">x</p>`;
            here.append(Object.assign(document.createElement('iframe'), {src: `${origin}/5`}));
            here.style.backgroundImage = `url(${origin}/6.png)`;
            here.attachShadow({mode: 'open'}).innerHTML = `<img src="${origin}/7.png">`;
            const sheet = document.head.appendChild(document.createElement('style'));
            sheet.textContent = `p::before { content: url(${origin}/8.png) }`;
            const other = document.head.appendChild(document.createElement('style'));
            other.sheet.insertRule(`p::after { content: url(${origin}/9.png) }`, 0);
            document.body.append(Object.assign(document.createElement('iframe'),
                {srcdoc: `<img src="${origin}/10.png">`}));
        }""",
        third_party.origin,
    )
    opened.wait_for_timeout(300)
    assert asked(third_party) == []
    grant_now(opened, granted("statistics", notice=1))
    opened.wait_for_timeout(200)
    assert asked(third_party) == []
    grant_now(opened)
    for _ in range(40):
        if len(set(asked(third_party))) >= 9:
            break
        opened.wait_for_timeout(50)
    numbers = {int(path.strip("/").removesuffix(".png")) for path in asked(third_party)}
    assert numbers >= {1, 3, 4, 5, 6, 7, 9, 10}
    assert opened.locator("[data-consent-held]").count() == 0
    assert opened.locator("#p").evaluate("(p) => p.style.color") == "red"
    assert "consent-" not in opened.content().replace("consent-category", "")


@pytest.mark.parametrize("module", ["", "/static/consent/held.js"], ids=["alone", "with held.js"])
def test_held_scripts_run_one_after_another(visit: Visit, site: Site, module: str) -> None:
    """The module that revives what the server made inert leaves them to the guard."""
    rules = {"media:video": {"hosts": ["127.0.0.1"]}}
    head = f"<script type=module src={module}></script>" if module else ""
    head += '<script type=none data-pending data-name="privacy_choice" data-notice=1 '
    head += "data-oldest=1 data-grant=185></script>"
    opened = visit(guarding.page(guard(rules) + head))
    opened.evaluate(
        """() => {
            for (const name of ['slow', 'b', 'c']) {
                const script = document.createElement('script');
                script.src = `http://127.0.0.1:${location.port}/js/${name}.js`;
                document.body.append(script);
                document.body.append(Object.assign(document.createElement('script'),
                    {textContent: `(window.order ??= []).push('inline ${name}')`}));
            }
        }"""
    )
    assert opened.evaluate("order") == ["inline slow", "inline b", "inline c"]
    grant_now(opened)
    opened.wait_for_function("order.length == 6")
    assert opened.evaluate("order.slice(3)") == ["slow.js", "b.js", "c.js"]


def test_it_holds_again_after_a_withdrawal(visit: Visit, third_party: ThirdParty) -> None:
    """W3."""
    opened = visit(guarding.page(guard(rules_for(third_party))), stored=VIDEO)
    beacon = f"navigator.sendBeacon('{third_party.origin}/beacon')"
    assert opened.evaluate(beacon) is True
    opened.evaluate("(value) => document.cookie = `privacy_choice=${value}; path=/`", refused())
    assert opened.evaluate(beacon) is False


def test_a_blocked_thing_stays_blocked(visit: Visit, third_party: ThirdParty) -> None:
    """An element that nobody may revive is inert whatever is granted."""
    opened = visit(guarding.page(guard(rules_for(third_party))), stored=VIDEO)
    opened.evaluate(
        "(html) => document.body.innerHTML = html",
        f"<img data-consent-held='' data-consent-held-src='{third_party.origin}/x'>",
    )
    grant_now(opened)
    opened.wait_for_timeout(200)
    assert asked(third_party) == []


def test_markup_that_names_our_attributes_gains_nothing(
    visit: Visit, third_party: ThirdParty
) -> None:
    """What a page lets through cleaned comes to life as no script."""
    opened = visit(guarding.page(guard(rules_for(third_party))))
    opened.evaluate(
        """() => document.body.innerHTML = '<iframe data-consent-held="media:video" ' +
            'data-consent-held-src="javascript:top.evil=1" data-consent-held-onload="evil=1" ' +
            'data-consent-held-srcdoc="<script>top.evil=1</scr' + 'ipt>"></iframe>'"""
    )
    opened.evaluate("document.body.append(document.querySelector('iframe'))")
    grant_now(opened)
    opened.wait_for_timeout(200)
    assert opened.evaluate("typeof evil") == "undefined"


# With the dialog


def guarded_page(third_party: ThirdParty, body: str, **options: Any) -> str:
    head = guard(rules_for(third_party), nonce=options.get("nonce", ""))
    return page(sample_notice(), body=body, **options).replace("<head>", f"<head>{head}", 1)


def test_what_was_loaded_once_passes(visit: Visit, third_party: ThirdParty, site: Site) -> None:
    """V2: the gate's own nodes and its scripts, nothing else."""
    content = (
        f"<iframe title=one src='{third_party.origin}/frame'></iframe>"
        f"<script src='{third_party.origin}/gate.js'></script>"
        f"<div><img src='{third_party.origin}/gate.png'></div>"
    )
    gate = gate_html(content, box=placeholder(sample_notice()))
    site.answer = Answer(200, {"decision": "once", "granted": [], "message": "Loaded."})
    opened = visit(guarded_page(third_party, gate))
    opened.locator("[data-consent-action=load-once]").click()
    expect(opened.frame_locator("iframe").locator("body")).to_have_count(1)
    opened.evaluate(f"new Image().src = '{third_party.origin}/elsewhere.png'")
    opened.wait_for_timeout(300)
    assert set(asked(third_party)) == {"/frame", "/gate.js", "/gate.png"}


def test_accepting_loads_gates_and_what_was_held(
    visit: Visit, third_party: ThirdParty, site: Site
) -> None:
    gate = gate_html(f"<iframe src='{third_party.origin}/gate'></iframe>")
    site.answer = Answer(
        200,
        {"decision": "accept", "granted": ["media"], "message": "Saved."},
        f"privacy_choice={granted('media', notice=1)}",
    )
    opened = visit(guarded_page(third_party, gate))
    opened.evaluate(
        "(url) => document.body.appendChild(document.createElement('iframe')).src = url",
        f"{third_party.origin}/inserted",
    )
    assert asked(third_party) == []
    press(opened, "accept")
    expect(opened.locator("iframe")).to_have_count(2)
    opened.wait_for_timeout(500)
    assert set(asked(third_party)) == {"/gate", "/inserted"}


# Under a strict policy


STRICT = """
const policy = trustedTypes.createPolicy('page', {createHTML: (s) => s, createScriptURL: (s) => s});
const seen = window.seen = [];
const box = document.createElement('div');
document.body.append(box);
try { box.innerHTML = `<img src="${U}/string.png">`; } catch (error) { seen.push(error.name); }
box.innerHTML = policy.createHTML(`<p>trusted</p><img src="${U}/trusted.png">`);
seen.push(box.textContent);
const script = document.createElement('script');
script.src = policy.createScriptURL(`${U}/trusted.js`);
document.head.append(script);
const plain = document.createElement('script');
try { plain.src = `${U}/string.js`; } catch (error) { seen.push(error.name); }
document.write(policy.createHTML(`<script src="${U}/written.js"></scr` +
    `ipt><script>evil = 1</scr` + `ipt><p id=written>x</p>`));
seen.push(document.querySelector('#written').textContent);
"""


def test_a_strict_policy_is_neither_broken_nor_passed(
    visit: Visit, third_party: ThirdParty, site: Site
) -> None:
    """B9: strings stay refused, trusted values stay trusted, and no script gains trust."""
    site.headers = NONCED
    script = STRICT.replace("${U}", third_party.origin)
    body = f'<script nonce="one">{script}</script>'
    html = guarding.page(guard(rules_for(third_party), nonce="one"), body)
    opened = visit(html)
    assert opened.evaluate("seen") == ["TypeError", "trusted", "TypeError", "x"]
    assert asked(third_party) == []
    grant_now(opened)
    opened.wait_for_timeout(500)
    assert set(asked(third_party)) == {"/trusted.png", "/trusted.js"}
    assert opened.evaluate("typeof evil") == "undefined"
