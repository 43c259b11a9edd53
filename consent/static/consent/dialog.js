// Visitors pay for every byte: the reasons stand in docs/architecture.md
const root = document.documentElement;
const find = (selector, from = document) => from.querySelector(selector);
const findAll = (selector, from = document) => [...from.querySelectorAll(selector)];
const own = find("script[data-pending]");
const { name, domain, notice, oldest, grant, refusal, url, cacheable, legacy } = own.dataset;
const signal = navigator.globalPrivacyControl === true;
const jar = origin == "null" ? { cookie: "" } : document;
let tabs = {};
try {
  tabs = new BroadcastChannel(name);
} catch {}
const VALUE = /^v1\.[1-9]\d*\.[\da-z]+\.(-\.\.[-\w]*|[^.]+\.\w{26}\.[-\w]{43})$/;

let banner;
const getDialog = () => find("dialog[data-consent-dialog=preferences]");
const getStatus = () => find("#consent-status");

function read() {
  let found = { value: "", keys: [], age: 1e9 };
  for (const pair of jar.cookie.split("; ")) {
    if (!pair.startsWith(name + "=")) continue;
    const value = pair.slice(name.length + 1);
    const [, number, time, answers] = VALUE.test(value) ? value.split(".") : [];
    const refused = answers == "-";
    const age = Date.now() / 864e5 - parseInt(time, 36) / (refused || 86400) - refused;
    const holds = refused ? refusal : +number >= oldest && +number <= notice && grant;
    if (age < found.age && (own.dataset.granted || Math.abs(age) < holds)) {
      found = { value, keys: refused ? [] : answers.split("~"), decided: !answers.includes("?"), age, left: holds - age };
    }
    found.value ||= value;
  }
  return found;
}

const write = (value, days) => jar.cookie = `${name}=${value}; Path=/; SameSite=Lax; Max-Age=` +
  days * 86400 + (domain && `; Domain=${domain}`) + (location.protocol == "https:" ? "; Secure" : "");

const hasGrant = () => state.keys.some((key) => !/^[!?]/.test(key));

function showState() {
  root.dataset.consentState = state.decided ? "decided" : "undecided";
  root.dataset.consentGranted = state.keys.join(" ");
  if (banner) banner.hidden = state.decided || window.name == own.dataset.pending;
  if (state.value) say(findAll("#consent-status [data-text]"));
  for (const form of findAll(".consent-link-withdraw")) form.hidden = !hasGrant();
}

let calm;

function settle() {
  clearTimeout(calm);
  root.style.pointerEvents = "none";
  calm = setTimeout(() => root.style.pointerEvents = "", 500);
}

let tasks;
let tries = 0;

async function carryOut(task, ...rest) {
  const module = await (tasks ??= import(own.dataset.enforce + "#" + tries++).catch(() => tasks = null));
  return module?.carryOut(task, { own, find, findAll, getKeys: () => state.keys, post, read, write, tell }, rest);
}

async function open() {
  if (getDialog() && await carryOut("choose", getDialog(), settle)) return;
  const link = find("a.consent-link");
  if (link) location = link.href;
}

async function post(body) {
  try {
    const answer = await fetch(new URL(url, location), {
      method: "POST",
      headers: { Accept: "application/json" },
      body,
      keepalive: true,
      signal: AbortSignal.timeout?.(1e4),
    });
    const said = await answer.json().catch(() => {});
    return { ...said, code: !answer.ok || said?.notice == body.get("notice") ? answer.status : 0 };
  } catch {
    return {};
  } finally {
    state.value = read().value;
  }
}

function refuseHere(body) {
  const { value } = state;
  const waits = hasGrant();
  const days = Math.floor(Date.now() / 864e5).toString(36);
  write(`v1.${body.get("notice")}.${days}.-..`, refusal);
  if (waits) {
    body.set("state", value);
    carryOut("keep", body);
  }
  return waits;
}

function showChoice(isWhole = true) {
  state = read();
  isChosen = true;
  if (isWhole && !state.decided) state.decided = window.name ||= own.dataset.pending;
  settle();
  showState();
  getDialog()?.close();
}

function say(parts) {
  for (const part of parts) {
    part.textContent ||= part.dataset.text;
    part.hidden = false;
  }
}

function tell({ message, since = "", receipt = "" }) {
  const status = getStatus();
  if (!status) return;
  message ??= status.dataset.saved;
  for (const [part, text] of Object.entries({ message, since, receipt })) {
    find(`[data-consent-part=${part}]`, status).textContent = text;
  }
  find("details", status).hidden = !receipt;
  status.firstElementChild.hidden = false;
}

let isChosen;
let refusals = 0;
let queue = Promise.resolve();

document.addEventListener("submit", (event) => {
  const { target: form, submitter: button } = event;
  if (!form.matches("form.consent-choices") || button === undefined) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const body = new URLSearchParams(new FormData(form));
  if (button?.name) body.set(button.name, button.value);
  for (const [key, value] of new URLSearchParams(body.get("control") ?? "")) body.set(key, value);
  const grants = body.get("means") == "accept" || body.has("grant");
  if (grants && navigator.userActivation?.isActive === false) return open();
  body.set("by", "script");
  let waits;
  const refuse = () => {
    waits = refuseHere(body) || waits;
    follow({ decision: waits ? "withdraw" : "refuse", granted: [] });
  };
  if (!grants) {
    refusals++;
    refuse();
  }
  const before = refusals;
  queue = queue.then(async () => {
    if (!grants && (state = read(), hasGrant())) refuse();
    const delivered = state.value && await carryOut("deliver");
    const answer = waits && delivered || (grants ? await carryOut("ask", body, form, button) ?? {} : await post(body));
    if (before == refusals) finish(form, button, body, answer, grants);
  }).catch(() => {});
}, true);

function finish(form, button, body, answer, grants) {
  if (answer.code != 200) {
    if (grants) {
      const place = find("[data-error]", (button ?? form).closest("[data-consent-dialog]"));
      place.textContent = answer.error || place.dataset.error;
      return;
    }
    answer = { decision: "refuse", granted: [], anchor: "consent-status", message: getStatus()?.dataset.offline };
  }
  const box = (button ?? form).closest("[data-consent-gate]");
  if (body.get("action") == "once") return show(box);
  const { receipt, code, attempt, ...detail } = answer;
  tell(answer);
  tabs.postMessage?.(detail);
  follow(detail, { isNews: grants, isWhole: body.get("means") != "placeholder", box });
}

async function follow(detail, { isNews = true, isWhole = true, box } = {}) {
  showChoice(isWhole);
  if (isNews) document.dispatchEvent(new CustomEvent("consent:change", { detail }));
  if (hasGrant()) carryOut("watch");
  if (isWhole && await carryOut("close", detail)) return;
  if (box !== undefined) await show(box);
  carryOut("open");
}

async function show(box) {
  settle();
  if (box) await carryOut("reveal", box);
  if (!document.activeElement.offsetParent) getStatus()?.focus();
}

document.addEventListener("click", (event) => {
  const control = event.target.closest?.("[data-consent-action]");
  if (!control || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const status = getStatus();
  const action = control.dataset.consentAction;
  if (action == "choose" && getDialog()) {
    event.preventDefault();
    event.stopImmediatePropagation();
    open();
  } else if (jar != document && /refuse|close|withdraw/.test(action)) {
    showChoice();
  } else if (status?.contains(control)) {
    if (!find("#consent-status:target, #consent-status :target")) event.preventDefault();
    settle();
    status.firstElementChild.hidden = true;
    find("a.consent-link")?.focus({ preventScroll: true });
  }
}, true);

document.addEventListener("keydown", ({ key, target }) => {
  if (key == "Escape" && banner?.contains(target)) find("[data-consent-action=close]", banner).click();
});

document.addEventListener("close", ({ target }) => target == getDialog() && settle(), true);

addEventListener("pageshow", (event) => {
  if (event.persisted && read().value != state.value) location.reload();
});
tabs.onmessage = ({ data }) => follow(data);

const sizes = new ResizeObserver(() => {
  const text = find("[role=group]", banner);
  root.style.setProperty("--consent-space", `${banner.offsetHeight}px`);
  text.tabIndex = text.scrollHeight > text.clientHeight ? 0 : -1;
});

function adopt() {
  const shown = find("[data-consent-dialog=banner]");
  if (shown != banner) {
    if (banner) settle();
    banner = shown;
    if (!cacheable && banner && !isChosen) state.decided = banner.hidden;
    showState();
    if (banner) sizes.observe(banner);
  }
  if (signal) {
    say(findAll("[data-consent-signal]"));
    for (const field of findAll("[name=signal]")) field.value = 1;
  }
  if (find("div.consent-preferences")) carryOut("join");
  if (hasGrant()) carryOut("open");
}

for (const each of legacy?.split(" ") ?? []) jar.cookie = `${each}=; Max-Age=0; Path=/`;

let state = read();
if (!cacheable && !own.dataset.granted) state.keys = [];
showState();
adopt();
new MutationObserver(adopt).observe(root, { childList: true, subtree: true });
if (state.value) carryOut("start");
document.dispatchEvent(new Event("consent:ready"));
