// Brings back what the server made inert by renaming, and takes it away again. Tools as in enforce.js
const MARK = "data-consent-held";
const LOADING = /^(?:background|data|href|imagesrcset|ping|poster|src|srcset|style|type|xlink:href)$/;
const HELD = /consent-(?=(?:url|(?:-webkit-)?image-set)\(|import\b)/gi;
const revived = new Map();

const areGranted = (marks, { isGranted }) =>
  marks.split(" ").every((key) => key && isGranted(...key.split(":")));

function setAttribute(element, name, value) {
  if (name == "xlink:href") element.setAttributeNS("http://www.w3.org/1999/xlink", name, value);
  else element.setAttribute(name, value);
}

// Only what loads, and no address that is a script: cleaned markup must not come to life here
function bringBack(element) {
  const marks = element.getAttribute(MARK);
  const before = [["", MARK, marks]];
  element.removeAttribute(MARK);
  for (const { name: kept, value } of [...element.attributes]) {
    const name = kept.slice(MARK.length + 1);
    if (!kept.startsWith(MARK + "-") || !LOADING.test(name)) continue;
    if (name != "style" && name != "type" && new URL(value, document.baseURI).protocol == "javascript:") continue;
    element.removeAttribute(kept);
    before.push([name, kept, value]);
    setAttribute(element, name, value);
  }
  reviveStyle(element, before);
  // Media do not look at a source again by themselves
  if (element.localName == "source") element.parentNode.load?.();
  revived.set(element, before);
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

// A script that had nothing to run yet runs where it is inserted
function run(script, { own }) {
  if (own.nonce && script.nonce != own.nonce) return;
  const place = document.createComment("");
  script.replaceWith(place);
  bringBack(script);
  const loaded = (script.src || script.href) && new Promise((done) => {
    script.onload = script.onerror = done;
    setTimeout(done, 1e4);
  });
  place.replaceWith(script);
  return loaded;
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
        await (element.localName == "script" ? run(element, tools) : bringBack(element));
      } catch {}
    }
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
