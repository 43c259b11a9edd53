const root = document.documentElement;
const find = (selector, from = document) => from.querySelector(selector);
const findAll = (selector, from = document) => [...from.querySelectorAll(selector)];
const own = find("script[data-pending]");
const { name, domain, notice, oldest, grant, refusal, url, cacheable, legacy } = own.dataset;
const signal = navigator.globalPrivacyControl === true;
const tabs = new BroadcastChannel(name);
const VALUE = /^v1\.[1-9]\d*\.[\da-z]+\.(-\.\.[-\w]*|[^.]+\.\w{26}\.[-\w]{43})$/;

let banner;
const getDialog = () => find("dialog[data-consent-dialog=preferences]");
const getStatus = () => find("#consent-status");

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
  root.dataset.consentGranted = state.keys.join(" ");
  if (banner) banner.hidden = state.decided;
  for (const form of findAll(".consent-link-withdraw")) form.hidden = !hasGrant();
}

let calm;

// A second tap must not hit what has come under the finger
function settle() {
  clearTimeout(calm);
  root.style.pointerEvents = "none";
  calm = setTimeout(() => root.style.pointerEvents = "", 500);
}

let tasks;

// What a choice sets in motion is a file of its own: most pages are viewed undecided
async function carryOut(task, ...rest) {
  const module = await (tasks ??= import(own.dataset.enforce).catch(() => {}));
  return module?.[task]({ own, find, findAll, isGranted, post, read }, ...rest);
}

function open() {
  const dialog = getDialog();
  if (!dialog) return find("a.consent-link")?.click();
  showBoxes();
  settle();
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
    // Whatever <base> says
    const answer = await fetch(new URL(url, location), {
      method: "POST",
      headers: { Accept: "application/json" },
      body,
      keepalive: true,
      signal: AbortSignal.timeout(1e4),
    });
    const said = await answer.json().catch(() => {});
    // Whatever else stands at that address says nothing of this choice
    return { ...said, code: !answer.ok || said?.notice == body.get("notice") ? answer.status : 0 };
  } catch {
    return {};
  } finally {
    state.value = read().value;
  }
}

// Holds before the server hears of it
function refuseHere(body) {
  const { value } = state;
  const waits = hasGrant();
  const days = Math.floor(Date.now() / 864e5).toString(36);
  document.cookie = `${name}=v1.${body.get("notice")}.${days}.-..; Path=/; SameSite=Lax; Max-Age=` +
    refusal * 86400 + (domain && `; Domain=${domain}`) + (location.protocol == "https:" ? "; Secure" : "");
  if (waits) {
    body.set("state", value);
    carryOut("keep", body);
  }
  return waits;
}

function showChoice(isWhole = true) {
  state = read();
  state.decided ||= isWhole;
  settle();
  showState();
  showBoxes();
  getDialog()?.close();
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
    const answer = waits && delivered || (grants ? await carryOut("ask", body) ?? {} : await post(body));
    // The last refusal holds
    if (before == refusals) finish(form, button, body, answer, grants);
  }).catch(() => {});
});

function finish(form, button, body, answer, grants) {
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
    answer = { decision: "refuse", granted: [], anchor: "consent-status", message: getStatus()?.dataset.offline };
  }
  const box = form.closest("[data-consent-gate]");
  // Fragments that were inserted may repeat an id
  const gate = box && findAll(`template[id="${box.dataset.consentGate}"]`)
    .findLast((each) => each.compareDocumentPosition(box) & Node.DOCUMENT_POSITION_FOLLOWING);
  if (body.get("action") == "once") return show(gate);
  const { receipt, ...detail } = answer;
  tell(answer);
  tabs.postMessage(detail);
  follow(detail, { isNews: grants, isWhole: body.get("means") != "placeholder", gate });
}

// Vendors are told first, then what is not granted closes; in this tab and in the others
async function follow(detail, { isNews = true, isWhole = true, gate } = {}) {
  showChoice(isWhole);
  if (isNews) document.dispatchEvent(new CustomEvent("consent:change", { detail }));
  if (hasGrant()) carryOut("watch");
  if (isWhole && await carryOut("close") && detail.anchor) {
    location.hash = detail.anchor;
    return location.reload();
  }
  if (gate !== undefined) await show(gate);
  carryOut("open");
}

async function show(gate) {
  if (gate) {
    settle();
    const first = await carryOut("load", gate);
    const target = first && (find("iframe, video, audio, a, button", first) || first);
    if (target?.tabIndex < 0) target.tabIndex = -1;
    target?.focus();
  }
  // What had the focus may be hidden now
  if (!document.activeElement.offsetParent) getStatus()?.focus();
}

document.addEventListener("click", (event) => {
  const control = event.target.closest?.("[data-consent-action]");
  if (!control || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const status = getStatus();
  if (control.dataset.consentAction == "choose" && getDialog()) {
    event.preventDefault();
    open();
  } else if (status?.contains(control)) {
    if (!status.matches(":target, :has(:target)")) event.preventDefault();
    settle();
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

document.addEventListener("keydown", ({ key, target }) => {
  if (key == "Escape" && banner?.contains(target)) find("[data-consent-action=close]", banner).click();
});

document.addEventListener("close", ({ target }) => target == getDialog() && settle(), true);

addEventListener("pageshow", (event) => {
  if (event.persisted && read().value != state.value) location.reload();
});
addEventListener("online", () => state.value && carryOut("deliver"));
tabs.onmessage = ({ data }) => follow(data);

const sizes = new ResizeObserver(() => {
  const text = find("[role=group]", banner);
  root.style.setProperty("--consent-space", `${banner.offsetHeight}px`);
  text.tabIndex = text.scrollHeight > text.clientHeight ? 0 : -1;
});

// At first, and whenever a script has put another page or fragment in
function adopt() {
  const shown = find("[data-consent-dialog=banner]");
  if (shown != banner) {
    if (banner) settle();
    banner = shown;
    if (!cacheable && banner) state.decided = banner.hidden;
    showState();
    findAll(".consent-preferences-category").forEach(join);
    if (banner) sizes.observe(banner);
  }
  if (signal) {
    for (const note of findAll("[data-consent-signal]")) note.hidden = false;
    for (const field of findAll("[name=signal]")) field.value = 1;
  }
  if (hasGrant()) carryOut("open");
}

// What an older banner left
for (const each of legacy?.split(" ") ?? []) document.cookie = `${each}=; Max-Age=0; Path=/`;

let state = read();
if (!cacheable && !own.dataset.granted) state.keys = [];
showState();
adopt();
new MutationObserver(adopt).observe(root, { childList: true, subtree: true });
if (state.value) carryOut("start");
document.dispatchEvent(new Event("consent:ready"));
