// Web analytics: ids in cookies of the page that includes it, then a hit for each stream.
(() => {
  "use strict";
  const keep = "; path=/; max-age=63072000";
  const run = (entry) => {
    if (entry[0] !== "config") return;
    const now = Date.now();
    document.cookie = `_ga=GA1.1.${now % 1e9}.${now}${keep}`;
    document.cookie = `_ga_${entry[1].slice(2)}=GS2.1.s${now}${keep}`;
    const hit = new URLSearchParams({ v: 2, tid: entry[1], dl: location.href, en: "page_view" });
    navigator.sendBeacon(`http://www.google-analytics.localhost:PORT/g/collect?${hit}`);
  };
  const queue = (window.dataLayer ||= []);
  [...queue].forEach(run);
  queue.push = (...entries) => {
    entries.forEach(run);
    return Array.prototype.push.apply(queue, entries);
  };
})();
