"""Pages with the guard on top, and every way by which a script reaches another origin."""

from __future__ import annotations

import html
import json
from typing import Any

TREE = {
    "script.src": "const s = document.createElement('script'); s.src = U; document.head.append(s)",
    "script.src connected": "const s = document.head.appendChild(document.createElement('script'));"
    "s.src = U",
    "script.setAttribute": "const s = document.createElement('script'); s.setAttribute('SRC', U);"
    "document.head.appendChild(s)",
    "script type later": "const s = document.createElement('script'); s.src = U;"
    "s.type = 'text/javascript'; document.head.insertBefore(s, document.head.firstChild)",
    "inline import": "const s = document.createElement('script');"
    "s.textContent = `import('${U}')`; document.head.append(s)",
    "module import": "const s = document.createElement('script'); s.type = 'module';"
    "s.textContent = `import '${U}'`; document.head.append(s)",
    "svg script": "const s = document.createElementNS(SVG, 'script'); s.setAttribute('href', U);"
    "box().appendChild(document.createElementNS(SVG, 'svg')).append(s)",
    "img.src detached": "document.createElement('img').src = U",
    "new Image": "new Image().src = U",
    "img.srcset": "box().append(Object.assign(new Image(), {srcset: `${U} 1x, /own.png 2x`}))",
    "img.setAttribute": "document.createElement('img').setAttribute('src', U)",
    "img.setAttributeNS": "document.createElement('img').setAttributeNS(null, 'src', U)",
    "img.setAttributeNode": "const a = document.createAttribute('src'); a.value = U;"
    "document.createElement('img').setAttributeNode(a)",
    "img.setNamedItem": "const a = document.createAttribute('src'); a.value = U;"
    "document.createElement('img').attributes.setNamedItem(a)",
    "attr.value": "const i = new Image(); i.setAttribute('src', '/own.png');"
    "i.getAttributeNode('src').value = U",
    "attr.nodeValue": "const i = new Image(); i.setAttribute('src', '/own.png');"
    "i.attributes.src.nodeValue = U",
    "new Audio": "new Audio(U)",
    "audio.src": "document.createElement('audio').src = U",
    "video.src": "box().append(Object.assign(document.createElement('video'), {src: U}))",
    "video.poster": "box().append(Object.assign(document.createElement('video'), {poster: U}))",
    "source in video": "const v = document.createElement('video');"
    "v.append(Object.assign(document.createElement('source'), {src: U})); box().append(v)",
    "source in picture": "const p = document.createElement('picture');"
    "p.append(Object.assign(document.createElement('source'), {srcset: U}), new Image());"
    "box().append(p)",
    "track.src": "const v = document.createElement('video'); v.crossOrigin = 'anonymous';"
    "const t = Object.assign(document.createElement('track'), {src: U, default: true});"
    "v.append(t); box().append(v); t.track.mode = 'showing'",
    "iframe.src": "box().append(Object.assign(document.createElement('iframe'), {src: U}))",
    "iframe.src connected": "box().appendChild(document.createElement('iframe')).src = U",
    "iframe.srcdoc": "box().append(Object.assign(document.createElement('iframe'),"
    "{srcdoc: `<img src='${U}'>`}))",
    "embed.src": "box().append(Object.assign(document.createElement('embed'),"
    "{type: 'image/png', src: U}))",
    "object.data": "box().append(Object.assign(document.createElement('object'),"
    "{type: 'image/png', data: U}))",
    "input.src": "box().append(Object.assign(document.createElement('input'),"
    "{type: 'image', src: U}))",
    "link stylesheet": "document.head.append(Object.assign(document.createElement('link'),"
    "{rel: 'stylesheet', href: U}))",
    "link rel later": "const l = document.head.appendChild(document.createElement('link'));"
    "l.href = U; l.rel = 'stylesheet'",
    "link preload": "document.head.append(Object.assign(document.createElement('link'),"
    "{rel: 'preload', as: 'image', href: U}))",
    "link imagesrcset": "document.head.append(Object.assign(document.createElement('link'),"
    "{rel: 'preload', as: 'image', imageSrcset: U}))",
    "link prefetch": "document.head.append(Object.assign(document.createElement('link'),"
    "{rel: 'prefetch', href: U}))",
    "link modulepreload": "document.head.append(Object.assign(document.createElement('link'),"
    "{rel: 'modulepreload', href: U}))",
    "svg image": "const i = document.createElementNS(SVG, 'image'); i.setAttribute('href', U);"
    "box().appendChild(document.createElementNS(SVG, 'svg')).append(i)",
    "svg xlink": "const i = document.createElementNS(SVG, 'image');"
    "i.setAttributeNS('http://www.w3.org/1999/xlink', 'xlink:href', U);"
    "box().appendChild(document.createElementNS(SVG, 'svg')).append(i)",
    "svg baseVal": "const i = document.createElementNS(SVG, 'image');"
    "box().appendChild(document.createElementNS(SVG, 'svg')).append(i); i.href.baseVal = U",
    "svg feImage": "box().innerHTML = `<svg width=9 height=9><filter id=f><feImage href='${U}'/>"
    "</filter><rect width=9 height=9 filter='url(#f)'/></svg>`",
    "body background": "document.body.background = U",
    "td background": "box().innerHTML = `<table><tr><td background='${U}'>x</td></tr></table>`",
    **{
        f"insert by {name}": f"const b = box(), x = b.appendChild(document.createElement('b'));"
        f"const node = foreign(`<img src='${{U}}'>`); {code}"
        for name, code in {
            "appendChild": "b.appendChild(node)",
            "insertBefore": "b.insertBefore(node, x)",
            "replaceChild": "b.replaceChild(node, x)",
            "append": "b.append('text', node)",
            "prepend": "b.prepend(node)",
            "replaceChildren": "b.replaceChildren(node)",
            "before": "x.before(node)",
            "after": "x.after(node)",
            "replaceWith": "x.replaceWith(node)",
            "insertAdjacentElement": "x.insertAdjacentElement('afterend', node)",
            "insertNode": "const r = document.createRange(); r.selectNode(x); r.insertNode(node)",
            "surroundContents": "const r = document.createRange(); r.selectNode(x);"
            "const d = foreign(`<p style='background:url(${U})'></p>`); r.surroundContents(d)",
            "fragment": "const f = new DocumentFragment(); f.append(node); b.append(f)",
            "subtree": "const d = document.createElement('div'); d.append(node); b.append(d)",
            "importNode": "document.importNode(node, true)",
            "adoptNode": "b.append(document.adoptNode(node))",
            "shadow root": "b.attachShadow({mode: 'open'}).append(node)",
        }.items()
    },
    "detached shadow root": "const d = document.createElement('div');"
    "const s = document.createElement('script'); s.src = U;"
    "d.attachShadow({mode: 'open'}).append(s); box().append(d)",
    "script subtree": "const d = document.createElement('div');"
    "const s = document.createElement('script'); s.src = U; d.append(s); box().append(d)",
    "template clone": "const t = document.createElement('template');"
    "t.innerHTML = `<img src='${U}'>`; box().append(t.content.cloneNode(true))",
    "template import": "const t = document.createElement('template');"
    "t.innerHTML = `<img src='${U}'>`; document.importNode(t.content, true)",
    "parseHTMLUnsafe": "const d = Document.parseHTMLUnsafe("
    "`<div><template shadowrootmode=open><img src='${U}'></template></div>`);"
    "box().append(d.body.firstChild)",
}
MARKUP = {
    "innerHTML": "box().innerHTML = `<p>a<img src='${U}'></p>`",
    "innerHTML detached": "document.createElement('div').innerHTML = `<img src='${U}'>`",
    "innerHTML unquoted": "box().innerHTML = `<img src=${U}>`",
    "innerHTML entities": "box().innerHTML = "
    "`<img src='${U.replace('localhost', '&#108;ocal&#x68;ost').replace('//', '&sol;&sol;')}'>`",
    "innerHTML escaped": "box().innerHTML = `<img src='${U.replace('localhost', 'LOCAL%68ost')}'>`",
    "innerHTML tab": "box().innerHTML = `<img src='${U.replace('localhost', 'local\\thost')}'>`",
    "innerHTML relative scheme": "box().innerHTML = `<img src='${U.replace('http:', '')}'>`",
    "innerHTML backslashes": "box().innerHTML = `<img src='${U.replace('http://', '\\\\\\\\')}'>`",
    "innerHTML iframe": "box().innerHTML = `<iframe src='${U}'></iframe>`",
    "innerHTML noscript after": "box().innerHTML = `<noscript><img src='/x'></noscript>"
    "<img src='${U}'>`",
    "innerHTML table row": "const t = box().appendChild(document.createElement('table'));"
    "t.innerHTML = `<tr><td><img src='${U}'></td></tr>`",
    "innerHTML of a link": "const a = box().appendChild(document.createElement('a'));"
    "a.href = '/own'; a.innerHTML = `<img src='${U}'>`",
    "innerHTML of a clobbered form": "box().innerHTML = `<form style='color: red'>"
    "<input name=attributes><input name=localName></form><img src='${U}'>`",
    "outerHTML": "box().appendChild(document.createElement('b')).outerHTML = `<img src='${U}'>`",
    "insertAdjacentHTML": "box().insertAdjacentHTML('beforeend', `<img src='${U}'>`)",
    "insertAdjacentHTML beside": "box().insertAdjacentHTML('afterend', `<img src='${U}'>`)",
    "createContextualFragment": "const r = document.createRange(); r.selectNode(document.body);"
    "box().append(r.createContextualFragment(`<script src='${U}'></scr` + 'ipt>'))",
    "contextual fragment alone": "const r = document.createRange();"
    "r.createContextualFragment(`<img src='${U}'>`)",
    "setHTMLUnsafe": "box().setHTMLUnsafe(`<img src='${U}'>`)",
    "declarative shadow": "box().setHTMLUnsafe("
    "`<p><template shadowrootmode=open><img src='${U}'></template></p>`)",
    "shadow innerHTML": "box().attachShadow({mode: 'open'}).innerHTML = `<img src='${U}'>`",
    "document.write": "document.write(`<p>written</p><scr` + `ipt src='${U}'></scr` + 'ipt>')",
    "document.writeln": "document.writeln('<p>', `<img src='${U}'>`)",
    "DOMParser": "box().append(...new DOMParser().parseFromString("
    "`<img src='${U}'>`, 'text/html').body.childNodes)",
    "execCommand": "const b = box(); b.contentEditable = true; b.focus();"
    "document.execCommand('insertHTML', false, `<img src='${U}'>`)",
}
STYLE = {
    "style property": "box().style.backgroundImage = `url(${U})`",
    "style dashed": "box().style['background-image'] = `url(${U})`",
    "style.setProperty": "box().style.setProperty('background', `url(${U})`)",
    "style variable": "const b = box(); b.style.setProperty('--x', `url(${U})`);"
    "b.style.background = 'var(--x)'",
    "style.cssText": 'box().style.cssText = `color: red; background: url("${U}")`',
    "style forwarded": "box().style = `background: url('${U}')`",
    "style Object.assign": "Object.assign(box().style, {listStyleImage: `url(${U})`,"
    "display: 'list-item'})",
    "style attribute": "box().setAttribute('style', `background: url(${U})`)",
    "style in markup": "box().innerHTML = `<p style='background: url(${U})'>x</p>`",
    "style image-set": 'box().style.backgroundImage = `image-set("${U}" 1x)`',
    "style typed": "box().attributeStyleMap.set('background-image', `url(${U})`)",
    "style element": "sheet(`.SELECTOR { background: url(${U}) }`)",
    "style escaped": "sheet(`.SELECTOR { background: \\\\75rl(${U}) }`)",
    "style @import": "sheet(`@import '${U}';`)",
    "style @import url": "sheet(`@import url(${U});`)",
    "style text node": "const s = document.head.appendChild(document.createElement('style'));"
    "box(); s.appendChild(document.createTextNode(`.SELECTOR { background: url(${U}) }`))",
    "style innerHTML": "box(); document.head.appendChild(document.createElement('style')).innerHTML"
    " = `.SELECTOR { background: url(${U}) }`",
    "style append": "box(); document.head.appendChild(document.createElement('style'))"
    ".append(`.SELECTOR { background: url(${U}) }`)",
    "text data": "box(); const s = document.head.appendChild(document.createElement('style'));"
    "const t = s.appendChild(document.createTextNode('')); t.data = "
    "`.SELECTOR { background: url(${U}) }`",
    "insertRule": "box(); const s = document.head.appendChild(document.createElement('style'));"
    "s.sheet.insertRule(`.SELECTOR { background: url(${U}) }`)",
    "insertRule @import": "const s = document.head.appendChild(document.createElement('style'));"
    "s.sheet.insertRule(`@import url(${U})`)",
    "rule style": "box(); const s = document.head.appendChild(document.createElement('style'));"
    "s.textContent = '.SELECTOR {}'; s.sheet.cssRules[0].style.background = `url(${U})`",
    "constructed sheet": "box(); const s = new CSSStyleSheet();"
    "s.replaceSync(`.SELECTOR { background: url(${U}) }`);"
    "document.adoptedStyleSheets.push(s)",
    "FontFace": "new FontFace('x', `url(${U})`).load().catch(() => {})",
}
NETWORK = {
    "fetch": "fetch(U, {mode: 'no-cors'}).catch(() => {})",
    "fetch URL": "fetch(new URL(U), {mode: 'no-cors'}).catch(() => {})",
    "fetch Request": "fetch(new Request(U, {mode: 'no-cors'})).catch(() => {})",
    "XMLHttpRequest": "const x = new XMLHttpRequest(); x.open('GET', U); x.send()",
    "sendBeacon": "navigator.sendBeacon(U)",
    "WebSocket": "new WebSocket(U.replace('http', 'ws'))",
    "EventSource": "new EventSource(U)",
    "Worker": "new Worker(URL.createObjectURL(new Blob([`importScripts('${U}')`])))",
    "data Worker": "new Worker(`data:text/javascript,importScripts('${U}')`)",
    "SharedWorker": "new SharedWorker(URL.createObjectURL(new Blob([`importScripts('${U}')`])))",
    "worklet": "CSS.paintWorklet.addModule(U).catch(() => {})",
    "frame's fetch": "const f = document.createElement('iframe'); box().append(f);"
    "f.contentWindow.fetch(U, {mode: 'no-cors'}).catch(() => {})",
    "frame's Image": "const f = document.createElement('iframe'); box().append(f);"
    "new f.contentWindow.Image().src = U",
    "constructor": "new (WebSocket.prototype.constructor)(U.replace('http', 'ws'))",
    "frame's write": "const f = document.createElement('iframe'); box().append(f);"
    "const d = f.contentDocument; d.open(); d.write(`<img src='${U}'>`); d.close()",
    "frame's document": "const f = document.createElement('iframe'); box().append(f);"
    "f.contentDocument.body.innerHTML = `<img src='${U}'>`",
}
WAYS = {**TREE, **MARKUP, **STYLE, **NETWORK}

HELPERS = """<script>
const SVG = 'http://www.w3.org/2000/svg';
const box = () => {
  const made = document.createElement('div');
  made.className = document.currentScript.id;
  made.textContent = 'box';
  return document.body.appendChild(made);
};
const foreign = (html) =>
  new DOMParser().parseFromString(html, 'text/html').body.firstChild;
const sheet = (css) => {
  box();
  const made = document.createElement('style');
  made.textContent = css;
  document.head.append(made);
};
window.broken = [];
</script>"""


def guard(rules: Any, *, nonce: str = "", **attributes: str) -> str:
    """Return the guard's script element."""
    names = {"name": "privacy_choice", "oldest": "1", "grant": "185", "refusal": "185"}
    names |= {"notice": "1", "rules": rules if isinstance(rules, str) else json.dumps(rules)}
    data = " ".join(f'data-{n}="{html.escape(v)}"' for n, v in {**names, **attributes}.items())
    nonced = f' nonce="{nonce}"' if nonce else ""
    return f'<script src="/static/consent/guard.js"{nonced} {data}></script>'


def address(number: int, origin: str) -> str:
    return f"{origin}/way/{number}"


def way_script(number: int, code: str, origin: str) -> str:
    """Return a script that goes one way, under its own number."""
    name = f"way{number}"
    body = code.replace("SELECTOR", name)
    return (
        f"<script id={name}>try {{ (() => {{ const U = '{address(number, origin)}'; {body} }})() }}"
        f"catch (error) {{ broken.push('{name}: ' + error) }}</script>"
    )


def page(head: str = "", body: str = "") -> str:
    """Return a page with something on top."""
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8">{head}<title>Page</title>'
        f"</head><body>{body}</body></html>"
    )
