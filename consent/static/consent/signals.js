{
  const { name, oldest, notice, grant, refusal, vendors } = document.currentScript.dataset;
  const routes = JSON.parse(vendors);
  const VALUE = /^v1\.[1-9]\d*\.[\da-z]+\.(-\.\.[-\w]*|[^.]+\.\w{26}\.[-\w]{43})$/;

  // As the dialog's script reads it
  const read = () => {
    let found = { choice: "", keys: [], age: 1e9 };
    for (const pair of document.cookie.split("; ")) {
      if (!pair.startsWith(name + "=")) continue;
      const value = pair.slice(name.length + 1);
      const [, number, time, answers] = VALUE.test(value) ? value.split(".") : [];
      const refused = answers == "-";
      const age = Date.now() / 864e5 - parseInt(time, 36) / (refused || 86400) - refused;
      const holds = refused ? refusal : +number >= oldest && +number <= notice && grant;
      if (age < found.age && Math.abs(age) < holds) {
        // The server signs a refusal later: the same choice
        const choice = value.slice(0, value.lastIndexOf("."));
        found = { choice, keys: refused ? [] : answers.split("~"), age };
      }
    }
    return found;
  };

  const isGranted = (key) => {
    const { keys } = state;
    const [category, service] = key.split(":");
    const refused = `!${category}:${service ?? ""}`;
    return keys.includes(`${category}:${service}`) || (keys.includes(category) &&
      !keys.some((key) => service ? key == refused : key.startsWith(refused)));
  };

  const has = (object, name) => Object.prototype.hasOwnProperty.call(object, name);

  // Before what the page has queued; a vendor that has loaded puts a push of its own there
  const first = (queue, ...items) =>
    queue[Array.isArray(queue) && !has(queue, "push") ? "unshift" : "push"](...items);

  // Vendors tell a command from other entries by its being an arguments object
  const command = function () { return arguments; };

  const told = [];

  if (routes.google) {
    const all = (types) => ({ ...types, security_storage: "granted" });
    told.push({
      name: "google",
      default: (types) => first(window.dataLayer ??= [], command("consent", "default", all(types))),
      update: (types) => window.dataLayer.push(command("consent", "update", all(types))),
    });
  }

  if (routes.uet) {
    told.push({
      name: "uet",
      default: (types) => first(window.uetq ??= [], "consent", "default", types),
      update: (types) => window.uetq.push("consent", "update", types),
    });
  }

  if (routes.clarity) {
    window.clarity ??= function () { (window.clarity.q ??= []).push(arguments); };
    told.push({
      name: "clarity",
      default: (types) => window.clarity.q
        ? first(window.clarity.q, command("consentv2", types))
        : window.clarity("consentv2", types),
      update: (types) => window.clarity("consentv2", types),
    });
  }

  if (routes.matomo) {
    let given = false;
    told.push({
      name: "matomo",
      default: () => first(window._paq ??= [], ["requireConsent"]),
      update: ({ consent }) => {
        // Forgetting writes a cookie of Matomo's, so only where there is something to forget
        if (given || consent == "granted") {
          window._paq.push([consent == "granted" ? "setConsentGiven" : "forgetConsentGiven"]);
        }
        given = consent == "granted";
      },
    });
  }

  const tell = (vendor, command) => {
    const types = Object.entries(routes[vendor.name]).map(([type, keys]) =>
      [type, command == "update" && keys.some(isGranted) ? "granted" : "denied"]);
    try {
      vendor[command](Object.fromEntries(types));
    } catch (error) {
      // One vendor's failure leaves the others told
      window.reportError?.(error);
    }
  };

  let state = { choice: "", keys: [] };

  const update = () => {
    const now = read();
    if (now.choice == state.choice) return;
    state = now;
    for (const vendor of told) tell(vendor, "update");
  };

  for (const vendor of told) tell(vendor, "default");
  update();

  document.addEventListener("consent:vendor", ({ detail: vendor }) => {
    if (!has(routes, vendor.name)) {
      return console.warn(`CONSENT_SIGNALS names no vendor ${vendor.name}`);
    }
    told.push(vendor);
    tell(vendor, "default");
    if (state.choice) tell(vendor, "update");
  });

  document.addEventListener("consent:change", update);
  // The choice may have been changed in another tab, or while this page was set aside
  window.cookieStore?.addEventListener("change", update);
  document.addEventListener("visibilitychange", update);
  addEventListener("pageshow", ({ persisted }) => persisted && update());
}
