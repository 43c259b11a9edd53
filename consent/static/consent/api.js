// For code that lives in the page: it asks what the dialog knows, and uses the dialog's own controls.

const root = document.documentElement;
const find = (selector) => document.querySelector(selector);

export function granted(category, service) {
  const keys = (root.dataset.consentGranted ?? "").split(" ");
  const refused = `!${category}:${service ?? ""}`;
  return keys.includes(`${category}:${service}`) || (keys.includes(category) &&
    !keys.some((key) => service ? key == refused : key.startsWith(refused)));
}

export const decided = () => root.dataset.consentState == "decided";

export const open = () => find("[data-consent-action=choose]")?.click();

export function choose(keys) {
  const wanted = new Set(keys);
  const save = find("[data-consent-action=save]");
  if (!save) return open();
  for (const box of save.form.querySelectorAll("[name=grant]")) {
    box.checked = wanted.has(box.value) || wanted.has(box.value.split(":")[0]);
  }
  save.click();
}

export function withdraw() {
  const button = find("[data-consent-action=withdraw]");
  if (!button?.form) return choose([]);
  button.click();
}

export function onChange(listener) {
  const heard = ({ detail }) => listener(detail);
  document.addEventListener("consent:change", heard);
  return () => document.removeEventListener("consent:change", heard);
}
