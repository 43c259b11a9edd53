// Holds what scripts insert, request or store for services that are not granted, and reports or
// stops hosts that nobody declared. It comes before all other scripts and grants nothing.
{
  const { nonce, dataset } = document.currentScript;
  const { name: choice, oldest, notice, grant, refusal } = dataset;
  const MARK = "data-consent-held";
  const PARKED = "consent/held";
  const XLINK = "http://www.w3.org/1999/xlink";
  const VALUE = /^v1\.[1-9]\d*\.[\da-z]+\.(-\.\.[-\w]*|[^.]+\.\w{26}\.[-\w]{43})$/;
  const { apply, construct } = Reflect;
  const slotOf = Object.getOwnPropertyDescriptor;
  const native = (path) => {
    const [owner, name] = path.split(".");
    const { value, set } = slotOf(window[owner].prototype, name);
    return (self, ...args) => apply(value ?? set, self, args);
  };
  const [getAttribute, setAttribute, setAttributeNS, removeAttribute, hasAttribute] =
    ["get", "set", "setNS", "remove", "has"].map((verb) =>
      native("Element." + verb.replace(/(?=NS)|$/, "Attribute")));
  const [replaceElement, replaceMark, fill, append, adopt, writeHtml, parseFragment, setCssText, open, send] =
    ("Element.replaceWith CharacterData.replaceWith Element.replaceChildren Node.appendChild Document.adoptNode " +
      "Element.innerHTML Range.createContextualFragment CSSStyleDeclaration.cssText XMLHttpRequest.open " +
      "XMLHttpRequest.send").split(" ").map(native);
  const { setHTML, setHTMLUnsafe } = Element.prototype;
  const fillShadow = DocumentFragment.prototype.replaceChildren;
  const readCookie = slotOf(Document.prototype, "cookie").get.bind(document);
  const inert = document.implementation.createHTMLDocument("");

  // What is granted: as dialog.js reads it

  function isGranted(key) {
    if (!key) return true;
    let newest = 1e9, keys = [];
    for (const pair of readCookie().split("; ")) {
      const value = pair.startsWith(choice + "=") ? pair.slice(choice.length + 1) : "";
      const [, number, time, answers] = VALUE.test(value) ? value.split(".") : [];
      const refused = answers == "-";
      const age = Date.now() / 864e5 - parseInt(time, 36) / (refused || 86400) - refused;
      const holds = refused ? refusal : +number >= oldest && +number <= notice && grant;
      if (age < newest && Math.abs(age) < holds) {
        newest = age;
        keys = refused ? [] : answers.split("~");
      }
    }
    const [category, service] = key.split(":");
    const refused = `!${category}:${service ?? ""}`;
    return keys.includes(key) || (keys.includes(category) &&
      !keys.some((other) => service ? other == refused : other.startsWith(refused)));
  }

  // What is declared; what cannot be read is left out

  const escape = (text) => text.replace(/[.+^${}()|[\]\\]/g, "\\$&");
  const list = (value, read) => [value ?? []].flat().flatMap((item) => {
    try {
      return read(item);
    } catch {
      return [];
    }
  });
  const glob = (name) => escape(name).replace(/\*/g, ".*").replace(/\?/g, ".");

  // Whose an address is: the most exact declaration decides, and where none tells services apart,
  // all of them. Written alike in guard.js and enforce.js, because neither may wait for a third file.
  const PORTS = { "http:": 80, "ws:": 80, "https:": 443, "wss:": 443 };
  const letter = (code, hex) => String.fromCharCode(parseInt(hex, 16)).replace(/[^\w.~-]/, code);
  const plainPath = (path) => path.replace(/%([2-7][\da-f])/gi, letter).replace(/\/+$/, "");

  function readPlace(text, key) {
    const [, any, name, port, path] = text.match(/^(\*\.)?([^/]+?)(?::(\d+))?(\/.*)?$/);
    const { hostname } = new URL("https://" + name);
    const rank = (any ? 0 : 1e6) + 2 * hostname.length + (port ? 1 : 0);
    return { key, any, name, hostname, port, path: plainPath(path ?? ""), rank };
  }

  function ownersOf(url, places) {
    const host = url.hostname.replace(/\.$/, "");
    const port = url.port || PORTS[url.protocol];
    const path = plainPath(url.pathname) + "/";
    const best = (found, rank) => found.filter((place) => rank(place) == Math.max(...found.map(rank)));
    const there = best(places.filter((place) => (!place.port || place.port == port) &&
      (place.any ? host.endsWith("." + place.hostname) : host == place.hostname)), ({ rank }) => rank);
    const above = there.filter((place) => path.startsWith(place.path + "/"));
    const found = above.length ? best(above, (place) => place.path.length) : there;
    return [...new Set(found.map(({ key }) => key))];
  }

  function readRule([key, rule]) {
    const hosts = list(rule.hosts, (text) => readPlace(text, key));
    const names = {};
    for (const kind of ["cookie", "local", "session", "indexeddb", "cache"]) {
      const globs = list(rule[kind], glob);
      if (globs.length) names[kind] = RegExp(`^(?:${globs.join("|")})$`, "s");
    }
    const text = hosts.map(({ hostname, name }) => escape(hostname) + "|" + escape(name)).join("|");
    return { key, hosts, names, text: RegExp(text || "$^", "i") };
  }

  const rules = list(0, () => Object.entries(JSON.parse(dataset.rules)).flatMap((entry) => list(0, () => readRule(entry))));
  const hosted = rules.filter((rule) => rule.hosts.length);
  const own = list(dataset.own?.split(" "), (text) => readPlace(text, ""));
  const places = [...own, ...hosted.flatMap((rule) => rule.hosts)];
  const ANY = RegExp(hosted.map((rule) => rule.text.source).join("|") || "$^", "i");

  // The ways in which a browser lets a host be spelled
  const ODD = /&(?:#|period|tab;|newline)|%[2-7]|\\[\da-f]|[\w.-][\t\n\r]+[\w.-]|[\xad\u2024\u2100-\u24ff\u3002\uff00-\uffef\ud835]/i;
  const CODED = /&#x([\da-f]+);?|%([\da-f]{2})|\\([\da-f]{1,6})\s?|&#(\d+);?|(&period;?|\u3002)|&tab;|&newline;|[\t\n\r\xad]/gi;
  const plain = (text) => !ODD.test(text) ? text : text.replace(CODED, (_, one, two, three, decimal, dot) => {
    const code = parseInt(one ?? two ?? three, 16) || +decimal;
    return dot ? "." : code < 0x110000 ? String.fromCodePoint(code) : "";
  }).normalize("NFKC");

  // Nobody can grant what nobody declared
  const NOBODY = "!";
  const isStopping = dataset.undeclared == "block";

  // Cheap unless a declared host is found: only then the state is read. Where others are stopped,
  // whatever may lead away is looked at
  function named(value) {
    const text = typeof value == "string" ? value : String(value ?? "");
    return ANY.test(text) || (isStopping && /[/\\]\s*[/\\]|https?:|wss?:/i.test(text)) ||
      (ODD.test(text) && (isStopping || ANY.test(plain(text)))) ? text : "";
  }

  const split = (text) => text.split(/[\s"'`(),;<>]+/);

  // Addresses say whose they are; elsewhere a host's name is enough
  const mentioned = (value) => {
    const parts = split(plain(named(value)));
    const loose = parts.filter((part) => !/^(?:[a-z]+:)?\/\//i.test(part)).join(" ");
    return parts.map(heldUrl).find(Boolean) ??
      hosted.find((rule) => rule.text.test(loose) && !isGranted(rule.key))?.key;
  };

  let isBased = false;
  const readBase = () => isBased = ANY.test(document.baseURI);
  addEventListener("DOMContentLoaded", readBase);

  const resolve = (value) => new URL(value, document.baseURI);

  function heldUrl(value) {
    if (!isBased && !named(value)) return;
    const url = list(value, resolve)[0];
    return url ? ownersOf(url, places).filter((key) => !isGranted(key)).join(" ") || strange(url) : "";
  }

  // What nobody declared is stopped where the site says so, and reported: once a page, and no more
  // than once a day where the browser keeps the answer
  const told = new Set();
  const fetchOwn = window.fetch;
  const isWeb = (url) => /^(?:https?|wss?):$/.test(url.protocol) && url.host != location.host &&
    !ownersOf(url, places).length;

  const strange = (url) => isStopping && isWeb(url) ? NOBODY : "";

  function tell(value) {
    const url = list(value, resolve)[0];
    const host = url && isWeb(url) && url.hostname;
    if (!host || told.has(host) || told.size > 20) return;
    told.add(host);
    fetchOwn(`${dataset.report}?host=${encodeURIComponent(host)}`, { credentials: "omit" }).catch(() => {});
  }

  if (dataset.report) {
    list(0, () => new PerformanceObserver((seen) => {
      for (const { name } of seen.getEntries()) tell(name);
    }).observe({ type: "resource", buffered: true }));
  }

  const heldText = (value) => mentioned(value) && split(plain(String(value))).map(heldUrl).find(Boolean);

  function isHeldName(kind, name) {
    const found = rules.filter((rule) => rule.names[kind]?.test(name));
    return found.length > 0 && name != choice && !found.some((rule) => isGranted(rule.key));
  }

  // What the visitor loaded once: the content of a gate that the dialog has opened

  function isOpened(place, content) {
    const marks = [...document.querySelectorAll("template[data-consent-category], template[data-consent-end]")];
    return marks.some((gate, start) => {
      if (!("consentGranted" in gate.dataset)) return false;
      let depth = 0;
      const end = marks.slice(start).find((mark) => !(depth += "consentEnd" in mark.dataset ? -1 : 1));
      return gate.content == content ||
        (end && gate.compareDocumentPosition(place) & 4 && end.compareDocumentPosition(place) & 2);
    });
  }

  // Elements stay in the page, but inert

  const media = /^(?:audio|embed|frame|iframe|img|input|script|source|track|video)$/;
  const linked = /^(?:feImage|image|link|script|use)$/;
  const every = /^/;
  const LOADS = {
    __proto__: null,
    src: [media, heldUrl],
    href: [linked, heldUrl],
    "xlink:href": [linked, heldUrl],
    srcset: [/^(?:img|source)$/, heldText],
    imagesrcset: [/^link$/, heldText],
    data: [/^object$/, heldUrl],
    poster: [/^video$/, heldUrl],
    srcdoc: [/^iframe$/, mentioned],
    background: [every, heldUrl],
    ping: [/^a/, heldText],
    style: [every, heldCss],
  };
  const PROPERTIES = "HTMLImageElement.src HTMLImageElement.srcset HTMLScriptElement.src HTMLScriptElement.type " +
    "HTMLFrameElement.src HTMLMediaElement.src HTMLTrackElement.src HTMLEmbedElement.src HTMLInputElement.src " +
    "HTMLIFrameElement.src HTMLIFrameElement.srcdoc HTMLLinkElement.href HTMLLinkElement.imageSrcset " +
    "HTMLSourceElement.src HTMLSourceElement.srcset HTMLVideoElement.poster HTMLObjectElement.data " +
    "HTMLBodyElement.background HTMLAnchorElement.ping HTMLAreaElement.ping";
  const CANDIDATES = "audio,embed,feImage,frame,iframe,image,img,input,link,object,script,source,style,track,use," +
    `video,[background],[ping],[style],[${MARK}]`;
  const remembered = new Map();
  const originals = new WeakMap();
  const owners = new WeakMap();
  let isHolding = false;

  const keptOf = (element, name) => getAttribute(element, `${MARK}-${name}`);
  const isScript = (element) => element.localName == "script";
  const isInert = (node) => !(node.ownerDocument ?? node).defaultView;

  function judge(element, name, value) {
    const [elements, held] = LOADS[name] ?? [];
    return elements?.test(element.localName) ? held(value) : undefined;
  }

  function mark(element, key) {
    const keys = new Set(`${getAttribute(element, MARK) ?? ""} ${key}`.trim().split(" "));
    setAttribute(element, MARK, [...keys].join(" "));
    remember(element);
  }

  const references = new WeakMap();
  function remember(element) {
    isHolding = true;
    if (!references.has(element)) references.set(element, new WeakRef(element));
    remembered.set(references.get(element));
  }

  // As with a content blocker
  function fail(element) {
    if (/^(?:audio|image|img|link|object|script|video)$/.test(element.localName)) {
      setTimeout(() => element.dispatchEvent(new Event("error")));
    }
  }

  function hold(element, name, value, key) {
    mark(element, key);
    if (key == NOBODY) split(value).forEach(tell);
    if (name == "style") return setAttribute(element, name, holdCss(value));
    setAttribute(element, `${MARK}-${name}`, value);
    removeAttribute(element, name);
    originals.set(element, { ...originals.get(element), [name]: value });
    if (element.isConnected || media.test(element.localName)) fail(element);
  }

  // A script of an unknown type is not fetched and may still run later, and keeps its address,
  // which Trusted Types would not let us give back
  function park(script, key) {
    mark(script, key);
    if (key == NOBODY) tell(script.src);
    const type = getAttribute(script, "type");
    if (type == PARKED) return;
    setAttribute(script, MARK + "-type", type ?? "");
    setAttribute(script, "type", PARKED);
    fail(script);
  }

  function forget(element, name) {
    if (!isHolding || !hasAttribute(element, MARK) || isScript(element)) return;
    removeAttribute(element, `${MARK}-${name}`);
    if (![...element.attributes].some((other) => other.name.startsWith(MARK + "-"))) removeAttribute(element, MARK);
  }

  // Whether the value must not reach the element
  function keeps(element, name, value) {
    const key = judge(element, name, value);
    if (!key || isInert(element) || isOpened(element)) return forget(element, name);
    if (!isScript(element)) return hold(element, name, value, key), true;
    if (element.isConnected) park(element, key);
  }

  function judgeScript(script) {
    for (const name of ["src", "href", "xlink:href"]) {
      if (hasAttribute(script, name)) return heldUrl(getAttribute(script, name));
    }
    return /\bimport\b/.test(script.text) || script.type == "speculationrules" ? mentioned(script.textContent) : undefined;
  }

  function inspect(element, opened) {
    if (isScript(element)) {
      const key = judgeScript(element);
      if (key && !opened()) return park(element, key);
    } else if (element.localName == "style") {
      writeSheet(element, (css) => cssFor(element, css, opened));
    } else {
      for (const { name, value } of [...element.attributes]) {
        const key = judge(element, name, value);
        if (key && !opened()) hold(element, name, value, key);
      }
    }
    if (!getAttribute(element, MARK)) return;
    if (opened() || isFree(element)) return release(element);
    remember(element);
    if (element.localName == "link") fail(element);
  }

  function sweep(root, opened) {
    if (root.matches?.(CANDIDATES)) inspect(root, opened);
    if (root.shadowRoot) sweep(root.shadowRoot, opened);
    if (!root.firstElementChild) return;
    list([...root.querySelectorAll(CANDIDATES)], (element) => inspect(element, opened));
    for (const { shadowRoot } of root.querySelectorAll("*")) if (shadowRoot) sweep(shadowRoot, opened);
  }

  // Nodes of the same document have passed the setters: what loads only now are scripts
  function admit(node, parent, place) {
    const type = node?.nodeType;
    if (type == 3 && parent.localName == "style") node.data = cssFor(parent, node.data);
    if (type != 1 && type != 11) return;
    const isOwn = node.ownerDocument == (parent.ownerDocument ?? parent);
    if (isOwn && type == 1 && !isHolding && !isScript(node) && !node.firstElementChild) return;
    if (isOwn && !parent.isConnected && !parent.getRootNode().host) return;
    if (isInert(parent)) return;
    let answer;
    const opened = () => answer ??= isOpened(place, node);
    if (!isOwn) return sweep(node, opened);
    if (isScript(node) || (isHolding && type == 1 && hasAttribute(node, MARK))) inspect(node, opened);
    if (!node.firstElementChild) return;
    const found = node.querySelectorAll(isHolding ? `script,[${MARK}]` : "script");
    if (found.length) list([...found], (element) => inspect(element, opened));
  }

  // Style: a function or rule of an unknown name drops just its declaration

  const PARTS = /@import\b[^;]*|(?:url|(?:-webkit-)?image-set)\((?:"[^"]*"|'[^']*'|[^)"'])*/gi;
  const HELD = /consent-(?=(?:url|(?:-webkit-)?image-set)\(|import\b)/g;
  const freeCss = (css) => css.replace(HELD, "");

  function heldCss(css) {
    return mentioned(css) && heldText(String(css).replace(/consent-(?:url|import|image-set|-webkit)[^;]*/g, ""));
  }

  function holdCss(css) {
    const held = String(css).replace(PARTS, (part, at, all) => !heldText(part) || /[\w-]/.test(at && part[0] != "@" && all[at - 1] || "") ? part :
      part[0] == "@" ? "@consent-" + part.slice(1) : "consent-" + part);
    // Else it is spelled as only a browser reads it
    return heldCss(held) ? "" : held;
  }

  function cssFor(style, css, opened = () => isOpened(style)) {
    const key = typeof css == "string" && !isInert(style) && heldCss(css);
    if (!key || opened()) return css;
    mark(style, key);
    if (key == NOBODY) split(plain(css)).forEach(tell);
    return holdCss(css);
  }

  // Writing the same text would drop the rules that a page has added
  function writeSheet(style, change) {
    for (const text of style.childNodes) {
      const css = change(text.data);
      if (css != text.data) text.data = css;
    }
  }

  const later = new Map();

  // Whether the text is held; a later one takes its place
  function postpone(object, name, text, write) {
    if (!later.size && !named(text)) return false;
    const isHeld = heldText(text) && !isOpened(owners.get(object) ?? object.ownerNode ?? document);
    if (!isHeld) later.get(object)?.delete(name);
    else later.set(object, (later.get(object) ?? new Map()).set(name, [text, write]));
    return isHeld;
  }

  function postponeCss(style, text) {
    if (!heldText(text)) return later.delete(style), false;
    const scratch = raw(inert.createElement("i").style);
    setCssText(scratch, text);
    return [...scratch].map((name) => {
      const [value, priority] = [scratch.getPropertyValue(name), scratch.getPropertyPriority(name)];
      return postpone(style, name, value, () => style.setProperty(name, value, priority));
    }).some(Boolean);
  }

  function holdRule(sheet, [rule, ...index], insert) {
    const held = holdCss(String(rule)).replace(/^\s*@consent-import.*/s, "@import url(data:text/css,)");
    const at = apply(insert, sheet, [held || "consent-held{}", ...index]);
    const inserted = sheet.cssRules[at];
    postpone(sheet, inserted, rule, () => {
      const now = [...sheet.cssRules].indexOf(inserted);
      if (now < 0) return;
      sheet.deleteRule(now);
      apply(insert, sheet, [rule, now]);
    });
    return at;
  }

  // When something is granted

  const isFree = (element) => (getAttribute(element, MARK) ?? "").split(" ").every((key) => key && isGranted(key));

  function restore(element, name, text) {
    const original = originals.get(element)?.[name];
    if (name == "type" && isScript(element)) text ? setAttribute(element, name, text) : removeAttribute(element, name);
    // Markup that a page let through cleaned must not come to life here
    else if (!LOADS[name] || resolve(text).protocol == "javascript:" || (name == "srcdoc" && original == null)) return;
    else if (name == "xlink:href") setAttributeNS(element, XLINK, name, text);
    else setAttribute(element, name, original ?? text);
  }

  function release(element) {
    removeAttribute(element, MARK);
    for (const { name, value } of [...element.attributes]) {
      if (!name.startsWith(MARK + "-")) continue;
      removeAttribute(element, name);
      list(0, () => restore(element, name.slice(MARK.length + 1), value));
    }
    if (element.localName == "style") writeSheet(element, freeCss);
    const style = getAttribute(element, "style");
    if (style && style != freeCss(style)) setAttribute(element, "style", freeCss(style));
  }

  function run(script) {
    if (!script.isConnected) return release(script);
    const place = document.createComment("");
    replaceElement(script, place);
    release(script);
    const loaded = !script.noModule && (script.src || script.href) && new Promise((done) => {
      script.addEventListener("load", done);
      script.addEventListener("error", done);
      setTimeout(done, 1e4);
    });
    replaceMark(place, script);
    return loaded;
  }

  async function revive() {
    const found = [];
    for (const reference of remembered.keys()) {
      const element = reference.deref();
      if (element && hasAttribute(element, MARK) && !isFree(element)) continue;
      remembered.delete(reference);
      if (element && hasAttribute(element, MARK)) found.push(element);
    }
    found.sort((one, other) => one.compareDocumentPosition(other) & 4 ? -1 : 1);
    // Without the mark nobody else takes a script that waits for the one before it
    for (const element of found) isScript(element) ? removeAttribute(element, MARK) : release(element);
    for (const writes of later.values()) {
      for (const [name, [text, write]] of writes) if (!heldText(text) && writes.delete(name)) list(0, write);
    }
    for (const script of found.filter(isScript)) await run(script);
  }

  document.addEventListener("consent:change", () => revive().catch(() => {}));

  // Markup is parsed where nothing loads, then moved in

  function parse(context, opened, write) {
    const { namespaceURI, localName } = context.nodeType == 1 ? context : document.body ?? document.documentElement;
    const twin = inert.createElementNS(namespaceURI, localName);
    const content = write(twin) ?? twin;
    // Without scripting it was parsed as elements
    for (const hidden of content.querySelectorAll("noscript")) hidden.textContent = hidden.innerHTML;
    sweep(content, opened);
    const fragment = document.createDocumentFragment();
    while (content.firstChild) append(fragment, content.firstChild);
    return fragment;
  }

  const parseInto = (self, context, html) => parse(context, () => isOpened(self), (twin) => writeHtml(twin, html));
  const parseRange = (node, html) => parse(node, () => isOpened(node), (twin) => {
    const range = inert.createRange();
    range.selectNodeContents(twin);
    return parseFragment(range, html);
  });
  const isSuspect = (self, html) => self.localName != "template" && !isInert(self) &&
    (mentioned(html) || (isStopping && named(html)));
  const contextOf = (self) => self.nodeType == 11 ? self.host : self;
  const refill = (self, fragment) =>
    self.nodeType == 11 ? apply(fillShadow, self, [fragment]) : fill(self, fragment);

  // The parser adds at the end of what is open; of scripts it runs only those with the nonce
  function write(self, args) {
    const parent = self.currentScript?.parentNode;
    if (!parent || self.readyState != "loading") return;
    const fragment = parseRange(parent, args.length == 1 ? args[0] : args.join(""));
    for (const script of fragment.querySelectorAll("script")) {
      if (!nonce || script.nonce == nonce) continue;
      setAttribute(script, "type", PARKED);
      setAttribute(script, MARK, "");
    }
    append(parent, fragment);
  }

  // Whether a copy would load at once
  const carries = (node) => isInert(node) && [node, ...node.querySelectorAll?.(CANDIDATES) ?? []].some((element) =>
    !isScript(element) && [...element.attributes ?? []].some(({ name, value }) => judge(element, name, value)));

  function copy(window, [node, deep], importNode) {
    const made = apply(importNode, inert, [node, deep]);
    sweep(made, () => false);
    adopt(window.document, made);
    window.customElements.upgrade(made);
    return made;
  }

  // Things that fail as blocked ones do

  function dead(Class, fields, ...events) {
    const object = construct(EventTarget, [], Class);
    for (let { prototype } = Class; prototype.constructor != EventTarget; prototype = Object.getPrototypeOf(prototype)) {
      if (prototype == Object.prototype) break;
      for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(prototype))) {
        const empty = /^on/.test(name) ? null : typeof value == "function" ? () => {} : value ?? "";
        if (name != "constructor") Object.defineProperty(object, name, { value: empty, writable: true, configurable: true });
      }
    }
    setTimeout(() => {
      for (const event of events) {
        object.dispatchEvent(event);
        object["on" + event.type]?.(event);
      }
    });
    return Object.assign(object, fields);
  }

  const failure = () => new Event("error");
  const rejected = () => {
    const promise = Promise.reject(new TypeError("Failed to fetch"));
    promise.catch(() => {});
    return promise;
  };

  function heldWorker(url) {
    if (!/^(?:blob|data):/.test(url)) return heldUrl(url);
    const request = new XMLHttpRequest();
    open(request, "GET", url, false);
    send(request);
    return mentioned(request.responseText);
  }

  function isHeldCookie(text) {
    const [, name, attributes] = /^\s*([^=;]*?)\s*=[^;]*(.*)/s.exec(text) ?? [];
    if (!name || !isHeldName("cookie", name)) return false;
    const [, age] = /;\s*max-age\s*=\s*(-?\d+)/i.exec(attributes) ?? [];
    const [, until] = /;\s*expires\s*=\s*([^;]+)/i.exec(attributes) ?? [];
    return age ? age > 0 : !(Date.parse(until) <= Date.now());
  }

  // Native methods need the real object; pages always get the same face of it

  const raws = new WeakMap();
  const faces = new WeakMap();
  const raw = (object) => raws.get(object) ?? object;

  function faceOf(object, keep) {
    if (!object || faces.has(object)) return faces.get(object);
    const face = new Proxy(object, {
      get: (target, name) => target[name],
      set: (target, name, value) => {
        if (typeof name == "symbol" || !keep(target, name, value)) target[name] = value;
        return true;
      },
      defineProperty: (target, name, slot) => keep(target, name, slot.value) || Reflect.defineProperty(target, name, slot),
    });
    faces.set(object, face);
    raws.set(face, object);
    return face;
  }

  // The wrapping itself, for this window and for those of its own frames

  const guarded = new WeakSet();

  function install(window) {
    if (guarded.has(window.Node)) return;
    guarded.add(window.Node);

    // Methods, setters and constructors: what is not stopped goes on as it came
    const trap = (stops, answer) => ({
      apply(call, self, args) {
        let found;
        try {
          found = stops(self, args, call);
        } catch {}
        return found ? answer?.(self, args, call) : apply(call, self, args);
      },
      construct(call, args, target) {
        let found;
        try {
          found = stops(null, args);
        } catch {}
        return found ? answer(call, args) : construct(call, args, target);
      },
    });
    const change = (paths, edit) => {
      for (const path of paths.split(" ")) {
        const [name, owner] = path.split(".").reverse();
        const object = owner ? window[owner]?.prototype : window;
        const slot = object && slotOf(object, name);
        if (!slot) continue;
        edit(slot, name);
        Object.defineProperty(object, name, slot);
      }
    };
    const stop = (paths, stops, answer) => change(paths, (slot) => {
      const part = slot.value ? "value" : "set";
      const original = slot[part];
      slot[part] = new Proxy(original, trap(stops, answer));
      if (original.prototype?.constructor == original) original.prototype.constructor = slot[part];
    });
    const read = (paths, answer) => change(paths, (slot) => {
      slot.get = new Proxy(slot.get, { apply: (call, self) => answer(self, () => apply(call, self, [])) });
    });
    // As methods that take the object's face
    const unmask = (name, stops) => {
      const { prototype } = window[name];
      for (const [method, slot] of Object.entries(Object.getOwnPropertyDescriptors(prototype))) {
        if (method == "constructor") continue;
        for (const part of ["value", "get", "set"]) {
          if (typeof slot[part] != "function") continue;
          slot[part] = new Proxy(slot[part], {
            apply: (call, self, args) => stops(method, raw(self), args) ? undefined : apply(call, raw(self), args),
          });
        }
        Object.defineProperty(prototype, method, slot);
      }
    };
    const enter = (child) => {
      list(0, () => child?.document && install(child));
      return child;
    };

    if (hosted.length || isStopping) {
      guardTree();
      guardAttributes();
      guardMarkup();
      guardStyle();
      guardNetwork();
      read("HTMLIFrameElement.contentWindow", (self, call) => enter(call()));
      read("HTMLIFrameElement.contentDocument", (self, call) => {
        enter(call()?.defaultView);
        return call();
      });
    }
    guardStorage();

    function guardTree() {
      stop("Node.appendChild", (self, args) => admit(args[0], self, self));
      stop("Node.insertBefore Node.replaceChild", (self, args) => admit(args[0], self, args[1] ?? self));
      stop("Range.insertNode Range.surroundContents", ({ startContainer }, [node]) => admit(node, startContainer, startContainer));
      for (const name of ["Element", "Document", "DocumentFragment"]) {
        stop(["append", "prepend", "replaceChildren", "moveBefore"].map((method) => `${name}.${method}`).join(" "),
          (self, args) => {
            for (let at = 0; at < args.length; at++) {
              if (typeof args[at] == "string" && self.localName == "style") args[at] = cssFor(self, args[at]);
              else admit(args[at], self, self);
            }
          });
      }
      for (const name of ["Element", "CharacterData", "DocumentType"]) {
        stop(["before", "after", "replaceWith"].map((method) => `${name}.${method}`).join(" "), (self, args) => {
          if (self.parentNode) for (const node of args) admit(node, self.parentNode, self);
        });
      }
      stop("Element.insertAdjacentElement", (self, [where, node]) =>
        admit(node, /^(?:beforebegin|afterend)$/i.test(where) ? self.parentNode : self, self));
      stop("Document.importNode", (self, [node]) => !isInert(self) && carries(node), (self, args, call) => copy(window, args, call));
      stop("Document.adoptNode", (self, [node]) => void (isInert(self) || sweep(node, () => false)));
    }

    function guardAttributes() {
      stop("Element.setAttribute", (self, args) => {
        const name = String(args[0]).toLowerCase();
        return LOADS[name] && keeps(self, name, args[1]);
      });
      stop("Element.setAttributeNS", (self, [space, name, value]) => keeps(self, space == XLINK ? "xlink:href" : name, value));
      stop("Element.setAttributeNode Element.setAttributeNodeNS NamedNodeMap.setNamedItem NamedNodeMap.setNamedItemNS",
        (self, [{ name, value }]) => keeps(owners.get(self) ?? self, name, value), () => null);
      stop("Element.removeAttribute", (self, [name]) => forget(self, String(name).toLowerCase()));
      stop("Element.getAttribute", (self, args) => isHolding && keptOf(self, args[0]) != null, (self, [name]) => keptOf(self, name));
      stop("Element.hasAttribute", (self, args) => isHolding && keptOf(self, args[0]) != null, () => true);
      const own = (self, call) => {
        const part = call();
        owners.set(part, self);
        return part;
      };
      read("Element.attributes SVGImageElement.href SVGUseElement.href SVGFEImageElement.href SVGScriptElement.href", own);
      read("SVGAnimatedString.baseVal", (self, call) => (isHolding && owners.has(self) ? keptOf(owners.get(self), "href") : null) ?? call());
      stop("SVGAnimatedString.baseVal", (self, [value]) => owners.has(self) && keeps(owners.get(self), "href", value));
      stop("Attr.value Node.nodeValue Node.textContent HTMLElement.innerText CharacterData.data", (self, args) => {
        if (self.ownerElement) return keeps(self.ownerElement, self.name, args[0]);
        const style = self.nodeType == 3 ? self.parentNode : self;
        if (style?.localName == "style") args[0] = cssFor(style, args[0]);
      });
      for (const path of PROPERTIES.split(" ")) guardProperty(path, path.split(".")[1].toLowerCase());
    }

    function guardProperty(path, name) {
      stop(path, (self, args) => keeps(self, name, args[0]));
      read(path, (self, call) => {
        const kept = isHolding ? keptOf(self, name) : null;
        return kept == null ? call() : LOADS[name]?.[1] == heldUrl ? list(kept, resolve)[0]?.href ?? kept : kept;
      });
    }

    function guardMarkup() {
      stop("Element.innerHTML ShadowRoot.innerHTML", (self, args) => {
        if (self.localName != "style") return isSuspect(self, args[0]);
        args[0] = cssFor(self, args[0]);
      }, (self, [html]) => refill(self, parseInto(self, contextOf(self), html)));
      for (const [name, method] of Object.entries({ setHTML, setHTMLUnsafe })) {
        stop(`Element.${name} ShadowRoot.${name}`, (self, [html]) => isSuspect(self, html), (self, args) =>
          refill(self, parse(contextOf(self), () => isOpened(self), (twin) => apply(method, twin, args))));
      }
      stop("Element.outerHTML", (self, [html]) => self.parentElement && isSuspect(self, html),
        (self, [html]) => replaceElement(self, parseInto(self, self.parentElement, html)));
      const places = { beforebegin: "before", afterbegin: "prepend", beforeend: "append", afterend: "after" };
      const around = (self, where) => /^(?:beforebegin|afterend)$/i.test(where) ? self.parentElement : self;
      stop("Element.insertAdjacentHTML",
        (self, [where, html]) => places[where.toLowerCase()] && around(self, where) && isSuspect(self, html),
        (self, [where, html]) => self[places[where.toLowerCase()]](parseInto(self, around(self, where), html)));
      stop("Range.createContextualFragment", (self, [html]) => isSuspect(self.startContainer, html),
        (self, [html]) => parseRange(self.startContainer, html));
      stop("Document.write Document.writeln", (self, args) => isSuspect(self, args.join("")), write);
      stop("Document.execCommand", (self, args) => mentioned(args[2]), () => false);
    }

    function guardStyle() {
      const keep = (style, name, value) => name == "cssText"
        ? postponeCss(style, value) && (setCssText(style, holdCss(value)), true)
        : postpone(style, name, value, () => style[name] = value);
      const paths = ["HTMLElement", "SVGElement", "MathMLElement", "CSSStyleRule", "CSSKeyframeRule", "CSSPageRule"]
        .map((name) => name + ".style").join(" ");
      stop(paths, (self, [value]) => keep(raw(self.style), "cssText", value));
      read(paths, (self, call) => {
        const style = call();
        if (!faces.has(style)) owners.set(style, self.nodeType ? self : self.parentStyleSheet?.ownerNode);
        return faceOf(style, keep);
      });
      unmask("CSSStyleDeclaration", (method, style, [name, value, priority]) => method == "setProperty" &&
        postpone(style, name, value, () => style.setProperty(name, value, priority)));
      stop("StylePropertyMap.set StylePropertyMap.append", (self, args) => heldText(args.join(" ")));
      stop("CSSStyleSheet.insertRule CSSGroupingRule.insertRule", (self, [rule]) => heldText(rule), holdRule);
      stop("CSSStyleSheet.replace CSSStyleSheet.replaceSync", (self, args, call) => {
        const [text] = args;
        if (postpone(self, "", text, () => apply(call, self, [text]))) args[0] = holdCss(text);
      });
      stop("FontFace", (self, args) => {
        if (typeof args[1] == "string" && heldText(args[1])) args[1] = "url(data:,)";
      });
    }

    function guardNetwork() {
      const first = (self, [url]) => {
        const held = heldUrl(url?.url ?? url);
        // What fails has no entry among the resources
        if (dataset.report) tell(url?.url ?? url);
        return held;
      };
      stop("fetch Worklet.addModule", first, rejected);
      stop("fetchLater", first, () => ({ activated: false }));
      stop("Navigator.sendBeacon", first, () => false);
      stop("XMLHttpRequest.open", (self, args) => {
        if (first(self, [args[1]])) args[1] = "about:invalid";
      });
      const url = ([url]) => resolve(url).href;
      stop("WebSocket", first, (Class, args) => dead(Class,
        { url: url(args), readyState: 3, binaryType: "blob", bufferedAmount: 0 }, failure(), new CloseEvent("close", { code: 1006 })));
      stop("EventSource", first, (Class, args) => dead(Class, { url: url(args), readyState: 2 }, failure()));
      stop("WebTransport", first, (Class) => dead(Class, { ready: rejected(), closed: rejected() }));
      stop("Worker", (self, [url]) => heldWorker(url), (Class) => dead(Class, {}, failure()));
      stop("SharedWorker", (self, [url]) => heldWorker(url),
        (Class) => dead(Class, { port: new MessageChannel().port1 }, failure()));
      stop("Audio", first, (Class, [src]) => Object.assign(new Class(), { preload: "auto", src }));
    }

    function guardStorage() {
      stop("Document.cookie", (self, [text]) => isHeldCookie(String(text)));
      stop("CookieStore.set", (self, [first]) => {
        const { name, expires } = first?.name == null ? { name: first } : first;
        return !(expires <= Date.now() && expires != null) && isHeldName("cookie", name);
      }, () => Promise.resolve());
      stop("IDBFactory.open", (self, [name]) => isHeldName("indexeddb", name), () => dead(window.IDBOpenDBRequest,
        { error: new DOMException("", "UnknownError"), readyState: "done", result: undefined }, failure()));
      stop("CacheStorage.open", (self, [name]) => isHeldName("cache", name), rejected);
      if (rules.some(({ names }) => names.local || names.session)) guardKeys();
    }

    function guardKeys() {
      const kinds = new WeakMap();
      const keep = (storage, name) => isHeldName(kinds.get(storage), String(name));
      for (const kind of ["local", "session"]) {
        read(kind + "Storage", (self, call) => {
          const storage = call();
          kinds.set(storage, kind);
          return faceOf(storage, keep);
        });
      }
      unmask("Storage", (method, storage, [name]) => method == "setItem" && keep(storage, name));
      read("StorageEvent.storageArea", (self, call) => faces.get(call()) ?? call());
      stop("StorageEvent", (self, args) => {
        if (args[1]?.storageArea) args[1] = { ...args[1], storageArea: raw(args[1].storageArea) };
      });
    }
  }

  if (rules.length || isStopping) {
    readBase();
    install(window);
  }
}
