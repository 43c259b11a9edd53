// Brings back what the server made inert by renaming, and takes it away again, and starts scripts.
// Tools as in enforce.js
const MARK = "data-consent-held";
const LOADING = /^(?:background|by|data|from|href|imagesrcset|ping|poster|src|srcset|style|to|type|values|xlink:href)$/;
const HELD = /consent-(?=(?:url|(?:-webkit-)?image-set)\(|import\b)/gi;
const revived = new Map();

const areGranted = (marks, { isGranted }) =>
  marks.split(" ").every((key) => key && isGranted(...key.split(":")));

function setAttribute(element, name, value) {
  if (name == "xlink:href") element.setAttributeNS("http://www.w3.org/1999/xlink", name, value);
  else element.setAttribute(name, value);
}

function isScript(address) {
  try {
    return new URL(address, document.baseURI).protocol == "javascript:";
  } catch {}
}

// Only what loads, and no address that is a script: cleaned markup must not come to life here
function bringBack(element) {
  const before = [["", MARK, element.getAttribute(MARK)]];
  element.removeAttribute(MARK);
  if (element.getAttribute("type") == MARK) {
    before.push(["", "type", MARK]);
    element.removeAttribute("type");
  }
  for (const { name: kept, value } of [...element.attributes]) {
    const name = kept.slice(MARK.length + 1);
    if (!kept.startsWith(MARK + "-") || !LOADING.test(name)) continue;
    if (name != "style" && name != "type" && value.split(";").some(isScript)) continue;
    element.removeAttribute(kept);
    before.push([name, kept, value]);
    setAttribute(element, name, value);
  }
  reviveStyle(element, before);
  // Media do not look at a source again by themselves
  if (element.localName == "source" && element.isConnected) element.parentNode.load?.();
  return before;
}

// A template that names no address is fetched by nobody
function restore(content) {
  for (const element of content.querySelectorAll("*")) {
    if (element.hasAttribute(MARK)) continue;
    if (element.localName == "template" && !element.dataset.consentCategory) restore(element.content);
    bringBack(element);
  }
}

function reviveElement(element) {
  revived.set(element, bringBack(element));
}

function reviveStyle(element, before) {
  const style = element.getAttribute("style");
  if (style && style.search(HELD) >= 0) {
    before.push(["style", "style", style]);
    element.setAttribute("style", style.replace(HELD, ""));
  }
  if (element.localName != "style") return;
  before.push(["text", "", element.textContent]);
  element.textContent = element.textContent.replace(HELD, "");
}

const LATE = { DOMContentLoaded: "domContentLoadedEventStart", load: "loadEventStart" };
const hasFired = (type) => performance.getEntriesByType("navigation")[0]?.[LATE[type]] > 0;

// What a page's events tell only those that were there from its beginning
let late = [];

function startLate() {
  for (const [target, type, listener] of late.splice(0)) {
    try {
      const event = new Event(type);
      listener.handleEvent ? listener.handleEvent(event) : listener.call(target, event);
    } catch (error) {
      window.reportError?.(error);
    }
  }
}

// For as long as scripts start, methods stand in for an object's own; returns how to end it
function standIn(object, methods) {
  const own = Object.keys(methods).map((name) => [name, Object.getOwnPropertyDescriptor(object, name)]);
  Object.assign(object, methods);
  return () => {
    for (const [name, slot] of own) slot ? Object.defineProperty(object, name, slot) : delete object[name];
  };
}

// What each script that is starting has written: it comes after the script, for to write into a
// complete page is to replace it
const writers = new Map();
let ends = [];

function write(...texts) {
  const parts = writers.get(document.currentScript) ?? [...writers.values()].pop();
  parts.push(...texts);
}

function begin(script) {
  if (!writers.size) {
    const { open } = document;
    ends = [document, window].map(listensLate);
    ends.push(standIn(document, {
      write,
      writeln: (...texts) => write(...texts, "\n"),
      open: (...args) => args.length > 2 ? open.apply(document, args) : document,
      close() {},
    }));
  }
  writers.set(script, []);
}

function finish(script) {
  const parts = writers.get(script);
  writers.delete(script);
  if (!writers.size) for (const end of ends) end();
  return parts;
}

function listensLate(target) {
  const add = target.addEventListener;
  return standIn(target, {
    addEventListener(type, listener, ...rest) {
      if (listener && LATE[type] && hasFired(type) && !(type == "load" && target == document)) {
        late.push([target, type, listener]);
      } else add.call(target, type, listener, ...rest);
    },
  });
}

// A vendor that never answers holds up nobody for longer
const started = (script) => new Promise((done) => {
  script.addEventListener("load", done);
  script.addEventListener("error", done);
  setTimeout(done, 1e4);
});

// A script that had nothing to run yet runs where it is inserted
async function run(script, place, own) {
  begin(script);
  const isAwaited = (script.src || script.href) && !script.noModule && place.isConnected &&
    /^$|javascript|^module$/.test(script.type);
  const loaded = isAwaited && started(script);
  place.before(script);
  await loaded;
  const parts = finish(script);
  if (parts.length) {
    const range = document.createRange();
    range.selectNode(place);
    const written = parts.length > 1 ? parts.join("") : parts[0];
    await put(range.createContextualFragment(written), place, own);
  }
  place.remove();
}

// Scripts run one after another, each once what stands before it is there
async function put(content, place, own, tell = () => {}) {
  const scripts = [...content.querySelectorAll("script")].map((script) => {
    const mark = document.createComment("");
    script.replaceWith(mark);
    return [script, mark];
  });
  place.before(content);
  for (const [script, mark] of scripts) {
    if (own.nonce && script.nonce != own.nonce) continue;
    tell();
    await run(script, mark, own).catch((error) => window.reportError?.(error));
  }
}

/** Insert a gate's content before a mark, with its addresses; `tell` hears of scripts that run. */
export async function insert(content, place, own, tell) {
  restore(content);
  await put(content, place, own, tell);
  startLate();
}

async function reviveScript(script, { own }) {
  if (own.nonce && script.nonce != own.nonce) return;
  const place = document.createComment("");
  script.replaceWith(place);
  reviveElement(script);
  await run(script, place, own);
}

function rename(element, before) {
  for (const [name, kept, value] of before) {
    if (name == "text") element.textContent = value;
    else if (name) element.removeAttribute(name);
    if (kept) element.setAttribute(kept, value);
  }
  // Without an address a frame stays as it is until it is inserted again, media until told
  if (/^(?:embed|iframe|frame|object)$/.test(element.localName)) {
    const place = document.createComment("");
    element.replaceWith(place);
    place.replaceWith(element);
  }
  element.load?.();
  return element.localName == "script";
}

let queue = Promise.resolve();

/** Bring back what is granted, in the order of the page, one script after another. */
export function revive(tools) {
  return queue = queue.then(async () => {
    for (const element of tools.findAll(`[${MARK}]`)) {
      if (!areGranted(element.getAttribute(MARK) ?? "", tools)) continue;
      try {
        await (element.localName == "script" ? reviveScript(element, tools) : reviveElement(element));
      } catch {}
    }
    startLate();
  });
}

/** Take away what is not granted any more; return whether a script of it had run. */
export function withdraw(tools) {
  let ran = false;
  for (const [element, before] of revived) {
    if (areGranted(before[0][2], tools)) continue;
    revived.delete(element);
    ran = rename(element, before) || ran;
  }
  return ran;
}
