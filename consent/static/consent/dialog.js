const root = document.documentElement;
const find = (selector, from = document) => from.querySelector(selector);
const findAll = (selector, from = document) => [...from.querySelectorAll(selector)];
const own = find("script[data-pending]");
const { name, domain, notice, oldest, grant, refusal, pending, url, cacheable } = own.dataset;
const banner = find("[data-consent-dialog=banner]");
const dialog = find("dialog[data-consent-dialog=preferences]");
const status = find("#consent-status");
const VALUE = /^v1\.[1-9]\d*\.[\da-z]+\.(-\.\.[-\w]*|[^.]+\.\w{26}\.[-\w]{43})$/;

function read() {
  const pair = document.cookie.split("; ").find((pair) => pair.startsWith(name + "="));
  const value = pair?.slice(name.length + 1) ?? "";
  const [, number, decided, answers] = VALUE.test(value) ? value.split(".") : [];
  const refused = answers == "-";
  const age = Date.now() / 864e5 - parseInt(decided, 36) / (refused ? 1 : 86400);
  const holds = refused ? refusal : +number >= oldest && +number <= notice && grant;
  const valid = age > -1 && age < holds;
  return {
    value,
    keys: valid && !refused ? answers.split("~") : [],
    decided: valid && !answers.includes("?"),
  };
}

function isGranted(category, service) {
  const { keys } = state;
  const refused = `!${category}:${service ?? ""}`;
  return keys.includes(`${category}:${service}`) || (keys.includes(category) &&
    !keys.some((key) => service ? key == refused : key.startsWith(refused)));
}

const hasGrant = () => state.keys.some((key) => !/^[!?]/.test(key));

function showState() {
  root.dataset.consentState = state.decided ? "decided" : "undecided";
  if (banner) banner.hidden = state.decided;
  for (const form of findAll(".consent-link-withdraw")) form.hidden = !hasGrant();
}

const ran = new WeakSet();

function endOf(gate) {
  const marks = findAll("template[data-consent-category], template[data-consent-end]");
  let depth = 0;
  return marks.slice(marks.indexOf(gate)).find((mark) =>
    !(depth += "consentEnd" in mark.dataset ? -1 : 1));
}

const placeholderOf = (gate, end) =>
  [gate.nextElementSibling, end.previousElementSibling]
    .find((box) => box?.matches("[data-consent-dialog=placeholder]"));

async function load(gate) {
  const end = endOf(gate);
  if (!end || "consentGranted" in gate.dataset) return;
  gate.dataset.consentGranted = "";
  const placeholder = placeholderOf(gate, end);
  if (placeholder) placeholder.hidden = true;
  const first = gate.content.firstElementChild;
  // A script runs where it is inserted, so each waits behind a mark for the one before it
  const scripts = findAll("script", gate.content).map((script) => {
    const mark = document.createComment("");
    script.replaceWith(mark);
    return [script, mark];
  });
  end.before(gate.content);
  for (const [script, mark] of scripts) {
    if (own.nonce && script.nonce != own.nonce) continue;
    ran.add(gate);
    const loaded = script.src && !script.noModule && /^$|javascript|^module$/.test(script.type) &&
      new Promise((done) => script.onload = script.onerror = done);
    mark.replaceWith(script);
    await loaded;
  }
  return first;
}

function unload(gate) {
  const end = endOf(gate);
  if (!end) return;
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
  if (find("script", content)) ran.add(gate);
  gate.content.append(content);
  return ran.has(gate);
}

const gates = (granted) => findAll("template[data-consent-category]").filter((gate) =>
  endOf(gate) && granted == isGranted(gate.dataset.consentCategory, gate.dataset.consentService) &&
  granted != "consentGranted" in gate.dataset);

async function loadGranted() {
  for (let gate; (gate = gates(true)[0]);) await load(gate);
}

function open() {
  if (!dialog) return find("a.consent-link")?.click();
  showBoxes();
  dialog.showModal();
  find("h2", dialog).focus();
}

function showBoxes() {
  for (const box of findAll(".consent-preferences [name=grant]")) {
    box.checked = isGranted(...box.value.split(":"));
  }
  findAll(".consent-preferences-category").forEach(join);
}

function join(group) {
  const [all, ...each] = findAll("[name=grant]", group);
  if (!each.length) return;
  const count = each.filter((box) => box.checked).length;
  all.checked = count == each.length;
  all.indeterminate = count > 0 && !all.checked;
}

async function post(body) {
  try {
    const answer = await fetch(url, {
      method: "POST",
      headers: { Accept: "application/json" },
      body,
      keepalive: true,
      signal: AbortSignal.timeout(1e4),
    });
    return { code: answer.status, ...await answer.json().catch(() => {}) };
  } catch {
    return {};
  }
}

let delivering;

// Before a choice storage is not read
function deliver() {
  return delivering ??= (async () => {
    const body = state.value && localStorage.getItem(pending);
    if (!body) return;
    const answer = await post(new URLSearchParams(body));
    if (answer.code < 500) localStorage.removeItem(pending);
    state.value = read().value;
    return answer;
  })().catch(() => {}).finally(() => delivering = null);
}

// Holds before the server hears of it
function refuseHere(body) {
  const waits = hasGrant();
  const days = Math.floor(Date.now() / 864e5).toString(36);
  document.cookie = `${name}=v1.${body.get("notice")}.${days}.-..; Path=/; SameSite=Lax; Max-Age=` +
    refusal * 86400 + (domain && `; Domain=${domain}`) + (location.protocol == "https:" ? "; Secure" : "");
  if (waits) {
    body.set("state", state.value);
    try {
      localStorage.setItem(pending, body);
      return true;
    } catch {}
  }
}

function showChoice(means) {
  let reload = false;
  state = read();
  if (means != "placeholder") {
    state.decided = true;
    for (const gate of gates(false)) reload = unload(gate) || reload;
  }
  showState();
  showBoxes();
  dialog?.close();
  return reload;
}

function tell({ message = status.dataset.saved, since = "", receipt = "" }) {
  for (const [part, text] of Object.entries({ message, since, receipt })) {
    find(`[data-consent-part=${part}]`, status).textContent = text;
  }
  find("details", status).hidden = !receipt;
  status.firstElementChild.hidden = false;
}

let refusals = 0;
let queue = Promise.resolve();

document.addEventListener("submit", (event) => {
  const { target: form, submitter: button } = event;
  if (!form.matches("form.consent-choices")) return;
  event.preventDefault();
  const body = new URLSearchParams(new FormData(form));
  if (button?.name) body.set(button.name, button.value);
  const grants = body.get("means") == "accept" || body.has("grant");
  if (grants && navigator.userActivation?.isActive === false) return open();
  body.set("by", "script");
  let waits, reload;
  const refuse = () => {
    waits = refuseHere(body) || waits;
    reload = showChoice() || reload;
  };
  if (!grants) {
    refusals++;
    refuse();
  }
  const before = refusals;
  queue = queue.then(async () => {
    if (!grants && (state = read(), hasGrant())) refuse();
    const delivered = await deliver();
    const answer = waits && delivered || await post(body);
    // The last refusal holds
    if (before == refusals) finish(form, button, body, answer, grants, reload);
  }).catch(() => {});
});

function finish(form, button, body, answer, grants, reload) {
  if (answer.code == 409) {
    const field = document.createElement("input");
    field.type = "hidden";
    [field.name, field.value] = [button?.name ?? "", button?.value];
    form.append(field);
    return HTMLFormElement.prototype.submit.call(form);
  }
  if (answer.code != 200) {
    if (grants) {
      const place = find("[data-error]", form.closest("[data-consent-dialog]"));
      place.textContent = answer.error || place.dataset.error;
      return;
    }
    answer = { decision: "refuse", granted: [], message: status?.dataset.offline };
  }
  const gate = document.getElementById(form.closest("[data-consent-gate]")?.dataset.consentGate);
  if (body.get("action") != "once") {
    reload = showChoice(body.get("means")) || reload;
    const { receipt, ...detail } = answer;
    document.dispatchEvent(new CustomEvent("consent:change", { detail }));
    if (reload) {
      location.hash = "consent-status";
      return location.reload();
    }
    if (status) tell(answer);
  }
  show(gate);
}

async function show(gate) {
  if (gate) {
    const first = await load(gate);
    const target = first && (find("iframe, video, audio, a, button", first) || first);
    if (target?.tabIndex < 0) target.tabIndex = -1;
    target?.focus();
  }
  // What had the focus may be hidden now
  if (!document.activeElement.offsetParent) status?.focus();
  loadGranted();
}

document.addEventListener("click", (event) => {
  const control = event.target.closest?.("[data-consent-action]");
  if (!control || event.ctrlKey || event.metaKey || event.shiftKey) return;
  if (control.dataset.consentAction == "choose" && dialog) {
    event.preventDefault();
    open();
  } else if (status?.contains(control)) {
    if (!status.matches(":target")) event.preventDefault();
    status.firstElementChild.hidden = true;
    find("a.consent-link")?.focus({ preventScroll: true });
  }
});

document.addEventListener("change", ({ target }) => {
  const group = target.name == "grant" && target.closest(".consent-preferences-category");
  if (!group) return;
  const boxes = findAll("[name=grant]", group);
  if (target == boxes[0]) for (const box of boxes) box.checked = target.checked;
  join(group);
});

banner?.addEventListener("keydown", (event) => {
  if (event.key == "Escape") find("[data-consent-action=close]", banner).click();
});

addEventListener("pageshow", (event) => {
  if (event.persisted && read().value != state.value) location.reload();
});
addEventListener("online", deliver);

let state = read();
if (!cacheable && banner) state.decided = banner.hidden;
showState();
findAll(".consent-preferences-category").forEach(join);
deliver();
if (cacheable) loadGranted();
if (banner) {
  const text = find("[role=group]", banner);
  new ResizeObserver(() => {
    root.style.setProperty("--consent-space", `${banner.offsetHeight}px`);
    text.tabIndex = text.scrollHeight > text.clientHeight ? 0 : -1;
  }).observe(banner);
}
