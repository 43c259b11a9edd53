// Gates are opened and closed, trackers deleted, withdrawals delivered. Every task gets dialog.js's
// tools first.

/** Carry out one of this file's tasks: its name, the dialog's tools, and what else it needs. */
export function carryOut(task, tools, rest) {
  const isGranted = (category, service) => {
    const keys = tools.getKeys();
    const refused = `!${category}:${service ?? ""}`;
    return keys.includes(`${category}:${service}`) || (keys.includes(category) &&
      !keys.some((key) => service ? key == refused : key.startsWith(refused)));
  };
  return TASKS[task]({ ...tools, isGranted }, ...rest);
}

// A sandbox has no cookies
const jar = origin == "null" ? { cookie: "" } : document;

const all = (selector, from = document) => [...from.querySelectorAll(selector)];

/** Let each category's box say what those of its services say together. */
function join() {
  for (const group of all(".consent-preferences-category")) {
    const [whole, ...each] = all("[name=grant]", group);
    if (!each.length) continue;
    const count = each.filter((box) => box.checked).length;
    whole.checked = count == each.length;
    whole.indeterminate = count > 0 && !whole.checked;
  }
}

function showBoxes({ isGranted }) {
  for (const box of all(".consent-preferences [name=grant]")) {
    box.checked = isGranted(...box.value.split(":"));
  }
  join();
}

document.addEventListener("change", ({ target }) => {
  const group = target.name == "grant" && target.closest(".consent-preferences-category");
  if (!group) return;
  const boxes = all("[name=grant]", group);
  if (target == boxes[0]) for (const box of boxes) box.checked = target.checked;
  join();
});

/** Open the preferences, with the true state of every control; resolve to whether they could. */
function choose(tools, dialog, settle) {
  if (!dialog.showModal) return false;
  if (dialog.open) return true;
  showBoxes(tools);
  settle();
  dialog.showModal();
  tools.find("h2", dialog).focus();
  return true;
}

const ran = new WeakSet();
let mustReload = false;

function endOf({ findAll }, gate) {
  const marks = findAll("template[data-consent-category], template[data-consent-end]");
  let depth = 0;
  return marks.slice(marks.indexOf(gate)).find((mark) =>
    !(depth += "consentEnd" in mark.dataset ? -1 : 1));
}

const placeholderOf = (gate, end) =>
  [gate.nextElementSibling, end.previousElementSibling]
    .find((box) => box?.matches("[data-consent-dialog=placeholder]"));

const gates = (tools, granted) => tools.findAll("template[data-consent-category]").filter((gate) => {
  const { consentCategory, consentService } = gate.dataset;
  return granted == tools.isGranted(consentCategory, consentService) &&
    granted != "consentGranted" in gate.dataset && endOf(tools, gate);
});

let held;

const heldModule = ({ own }) => held ??= import(own.dataset.held).catch(() => held = undefined);

/** Open one gate; resolve to its first element once its scripts have run, one after another. */
async function load(tools, gate) {
  if (!endOf(tools, gate) || "consentGranted" in gate.dataset) return;
  gate.dataset.consentGranted = "";
  const module = await heldModule(tools);
  const end = endOf(tools, gate);
  if (!module || !end) return void delete gate.dataset.consentGranted;
  // It may have been closed meanwhile
  if (!("consentGranted" in gate.dataset)) return;
  const placeholder = placeholderOf(gate, end);
  if (placeholder) placeholder.hidden = true;
  const first = gate.content.firstElementChild;
  await module.insert(gate.content, end, tools.own, () => ran.add(gate));
  return first;
}

/** Load the gate that a placeholder stands in for, and move focus there. */
async function reveal(tools, box) {
  // Fragments that were inserted may repeat an id
  const gate = tools.findAll(`template[id="${box.dataset.consentGate}"]`)
    .filter((each) => each.compareDocumentPosition(box) & Node.DOCUMENT_POSITION_FOLLOWING).pop();
  const first = gate && await load(tools, gate);
  const target = first && (tools.find("iframe, video, audio, a, button", first) || first);
  if (target?.tabIndex < 0) target.tabIndex = -1;
  target?.focus();
}

function unload(tools, gate) {
  const end = endOf(tools, gate);
  delete gate.dataset.consentGranted;
  const placeholder = placeholderOf(gate, end);
  const range = document.createRange();
  range.setStartAfter(gate);
  range.setEndBefore(end);
  const content = range.extractContents();
  if (placeholder) {
    placeholder.hidden = false;
    end.before(placeholder);
  }
  mustReload ||= ran.has(gate) || !!tools.find("script", content);
  gate.content.append(content);
}

// Few pages have any
const renamed = (tools) => held || tools.find("[data-consent-held]") ? heldModule(tools) : undefined;

let opening;

/** Open every gate that is granted, and bring back what was renamed, in the order of the page. */
function open(tools) {
  return opening ??= (async () => {
    const tried = new Set();
    const next = () => gates(tools, true).find((gate) => !tried.has(gate));
    for (let gate; (gate = next());) {
      tried.add(gate);
      await load(tools, gate);
    }
    await (await renamed(tools))?.revive(tools);
  })().finally(() => opening = null);
}

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

// Returns which services an address needs, by what the preferences say of each; the site's own, none
function reader({ findAll }) {
  const places = findAll("[data-consent-hosts]").flatMap(({ dataset }) =>
    dataset.consentHosts.split(", ").flatMap((text) => {
      try {
        return readPlace(text, dataset.consentOf);
      } catch {
        return [];
      }
    }));
  return (text) => {
    try {
      const url = new URL(text);
      return url.host == location.host ? [] : ownersOf(url, places).filter(Boolean);
    } catch {
      return [];
    }
  };
}

// What the server let through untagged cannot be closed in place. What a gate let through was told
// apart by the gate.
function isServedHere(tools) {
  const ownersAt = reader(tools);
  const granted = (key) => tools.isGranted(...key.split(":"));
  const open = tools.findAll("template[data-consent-granted]").map((gate) => [gate, endOf(tools, gate)]);
  const isGated = (element) => open.some(([gate, end]) => end &&
    gate.compareDocumentPosition(element) & 4 && end.compareDocumentPosition(element) & 2);
  const shown = tools.findAll("iframe, embed, object, img, video, audio, link, script")
    .filter((element) => !isGated(element))
    .map((each) => each.src || each.href || each.data);
  const run = performance.getEntriesByType("resource")
    .filter((entry) => /script|fetch|xmlhttprequest|beacon/.test(entry.initiatorType))
    .map((entry) => ownersAt(entry.name));
  return shown.some((url) => !ownersAt(url).every(granted)) ||
    run.some((keys) => keys.length && !keys.some(granted));
}

// A page of another site around this one could lay anything over its controls
function isFramed() {
  try {
    for (let view = window; view != view.parent; view = view.parent) view.parent.document;
    return false;
  } catch {
    return true;
  }
}

// The page of the site's answer says what has changed
function submitAgain(form, button) {
  const field = document.createElement("input");
  field.type = "hidden";
  [field.name, field.value] = [button?.name ?? "", button?.value];
  form.append(field);
  HTMLFormElement.prototype.submit.call(form);
}

/** Send what grants; the answer's code is 200 only where it says that this very choice counts. */
async function ask({ own, post, read }, body, form, button) {
  const isOnce = body.get("action") == "once";
  if (isFramed()) body.set("obstacle", "framed");
  else if (!isOnce && !keepsCookies()) forgo(own, body);
  const attempt = crypto.getRandomValues(new Uint32Array(4)).join("");
  body.set("attempt", attempt);
  const answer = await post(body);
  const { code, decision, granted, receipt } = answer;
  if (code == 409) submitAgain(form, button);
  if (code != 200) return { code, error: typeof answer.error == "string" && answer.error };
  const counts = answer.attempt === attempt && Array.isArray(granted) && (decision == "once") == isOnce &&
    (!isOnce && !granted.length || answer.recorded === true && /^\w{26}$/.test(receipt));
  if (!counts) return {};
  const { value, left } = read();
  if (isOnce || !granted.length || left && value.split(".")[4] == receipt) return answer;
  forgo(own, body);
  return { error: (await post(body)).error };
}

// Where cookies are refused, so is storage, or the browser says so
function keepsCookies() {
  try {
    localStorage;
    return navigator.cookieEnabled;
  } catch {}
}

// What cannot be remembered is not granted, and not asked for on every page
function forgo({ dataset }, body) {
  body.set("obstacle", "cookies");
  window.name ||= dataset.pending;
}

let watching;

/** Reload where the page's policy, which cannot be loosened any more, blocks what was granted. */
function watch(tools) {
  watching ??= document.addEventListener("securitypolicyviolation", ({ disposition, blockedURI }) => {
    const keys = disposition == "enforce" ? reader(tools)(blockedURI) : [];
    if (keys.length && keys.every((key) => tools.isGranted(...key.split(":")))) location.reload();
  }) ?? true;
}

/** Close what is not granted and delete its trackers; resolve to whether the page must reload. */
async function close(tools, detail) {
  prepare(tools);
  showBoxes(tools);
  for (const gate of gates(tools, false)) unload(tools, gate);
  try {
    mustReload ||= !!(await held)?.withdraw(tools) || isServedHere(tools);
  } catch {
    // An older browser: what it cannot tell is gone after a reload
    mustReload = true;
  }
  shutHistory(tools);
  await clear(tools);
  if (mustReload && detail.anchor) reload(tools, detail);
  return mustReload && !!detail.anchor;
}

// A fragment of the site's own says where the visitor is; ours says what has become of the choice
function reload({ own }, { anchor, message, since }) {
  try {
    if (/^#(?!consent-)./.test(location.hash)) {
      sessionStorage.setItem(own.dataset.pending, JSON.stringify({ message, since }));
    } else {
      location.hash = anchor;
    }
  } catch {}
  location.reload();
}

// What was to be said before a reload
function resume({ own, tell }) {
  try {
    const said = sessionStorage.getItem(own.dataset.pending);
    sessionStorage.removeItem(own.dataset.pending);
    if (said) tell(JSON.parse(said));
  } catch {}
}

let isPrepared = false;

// Pages that libraries kept, and bring back, are as they were: they come back as things are now
function prepare(tools) {
  if (isPrepared) return;
  isPrepared = true;
  addEventListener("online", () => deliver(tools));
  document.addEventListener("turbo:before-render", ({ detail }) => shut(tools, detail.newBody));
}

function shutHistory(tools) {
  const name = "htmx-history-cache";
  for (const store of Object.values(STORES)) {
    try {
      const pages = JSON.parse(store().getItem(name));
      for (const page of pages) {
        const box = document.createElement("template");
        box.innerHTML = page.content;
        shut(tools, box.content);
        page.content = box.innerHTML;
      }
      store().setItem(name, JSON.stringify(pages));
    } catch {}
  }
}

function shut(tools, page) {
  const { findAll } = tools;
  const here = { ...tools, findAll: (selector, from = page) => findAll(selector, from) };
  here.find = (selector, from = page) => from.querySelector(selector);
  const before = mustReload;
  for (const gate of gates(here, false)) unload(here, gate);
  mustReload = before;
  const ownersAt = reader(tools);
  const isNot = (url) => !ownersAt(url).every((key) => tools.isGranted(...key.split(":")));
  for (const element of here.findAll("iframe, embed, object, img, video, audio, source, link, script")) {
    for (const name of ["src", "href", "data", "srcset"]) {
      if (isNot(element[name])) element.removeAttribute(name);
    }
  }
}

/** Do what a decision asks for on every later page: deliver, and delete what came back. */
async function start(tools) {
  prepare(tools);
  resume(tools);
  deliver(tools);
  await clear(tools);
}

/** Keep a withdrawal until it has been delivered. */
function keep({ own }, body) {
  try {
    localStorage.setItem(own.dataset.pending, body);
  } catch {}
}

let delivering;

/** Deliver a withdrawal that was kept; resolve to the answer, or nothing. */
function deliver({ own, post }) {
  const { pending } = own.dataset;
  return delivering ??= (async () => {
    const body = localStorage.getItem(pending);
    if (!body) return;
    const answer = await post(new URLSearchParams(body));
    // A bad form stays bad; anything else may be somebody else's answer
    if (answer.code == 200 || answer.code == 400) localStorage.removeItem(pending);
    return answer;
  })().catch(() => {}).finally(() => delivering = null);
}

const STORES = {
  local: () => localStorage,
  session: () => sessionStorage,
};

function declared({ findAll, isGranted }) {
  return findAll("[data-consent-tracker]").map((item) => {
    const { consentOf: key, consentTracker: glob, consentKind: kind, consentDomain: domain,
      consentPath: path } = item.dataset;
    const pattern = glob.replace(/[.+^${}()|\\[\]]/g, "\\$&").replace(/\*/g, ".*").replace(/\?/g, ".");
    const stays = !key || isGranted(...key.split(":"));
    return { kind, domain, path, stays, matches: RegExp(`^${pattern}$`) };
  });
}

/** Delete what declared services left here and nobody has granted. */
async function clear(tools) {
  if (jar != document) return;
  unite(tools);
  const trackers = declared(tools);
  const going = (kind, names) => names.flatMap((name) => {
    const found = trackers.filter((each) => each.kind == kind && each.matches.test(name));
    return found.some((each) => each.stays) ? [] : found.map((each) => [name, each]);
  });
  const cookies = jar.cookie.split("; ").map((pair) => pair.split("=")[0]);
  for (const [name, tracker] of going("cookie", cookies)) deleteCookie(name, tracker);
  for (const [kind, store] of Object.entries(STORES)) {
    try {
      for (const [name] of going(kind, Object.keys(store()))) store().removeItem(name);
    } catch {}
  }
  if (trackers.some(({ kind, stays }) => kind == "indexeddb" && !stays)) {
    const databases = await indexedDB.databases?.() ?? [];
    for (const [name] of going("indexeddb", databases.map((each) => each.name))) {
      indexedDB.deleteDatabase(name);
    }
  }
  if (window.caches && trackers.some(({ kind, stays }) => kind == "cache" && !stays)) {
    for (const [name] of going("cache", await caches.keys())) await caches.delete(name);
  }
}

// The host, and the domains above it
function domainsHere() {
  const labels = location.hostname.split(".");
  return labels.map((_, at) => labels.slice(at).join("."));
}

// Where the choice's own cookie came to have twins, as after a change of its domain, one stays
function unite({ own, read, write }) {
  const { name, domain } = own.dataset;
  if (jar.cookie.split("; ").filter((pair) => pair.startsWith(name + "=")).length < 2) return;
  const { value, left } = read();
  const here = domain.replace(/^\./, "");
  for (const place of ["", ...domainsHere()]) {
    if (place != here) forget(name, "/", place);
  }
  if (left && read().value != value) write(value, left);
}

const forget = (name, path, domain) => jar.cookie = `${name}=; Max-Age=0; Path=${path}` +
  (domain && `; Domain=${domain}`) + (location.protocol == "https:" ? "; Secure" : "");

function deleteCookie(name, { domain, path }) {
  const domains = ["", domain, ...domainsHere()];
  const steps = location.pathname.split("/");
  const paths = [path, ...steps.flatMap((_, at) => {
    const parent = steps.slice(0, at + 1).join("/");
    return [parent || "/", `${parent}/`];
  })];
  for (const place of new Set(domains)) {
    for (const way of new Set(paths)) forget(name, way || "/", place);
  }
}

const TASKS = { ask, choose, close, deliver, join, keep, load, open, reveal, start, watch };
