if (origin != "null") {
const d = document, { name, oldest, grant, refusal } = d.currentScript.dataset;
let last = 1e9, un = "un";
for (const [, of, at, key] of d.cookie.matchAll(`(?:^| )${name}=v1.(\\d+).(\\w+).([^.]+)`)) {
const no = key == "-", age = Date.now() / 864e5 - parseInt(at, 36) / (no || 86400) - no;
if (age < last && Math.abs(age) < (no ? refusal : +of >= oldest && grant))
last = age, un = key.match(/\?/) ? "un" : "";
}
d.documentElement.dataset.consentState = un + "decided";
}
