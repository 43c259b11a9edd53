// A visitor counter of the usual kind: it sets its cookies on the page that includes it, keeps a
// queue in that page's storage, and reports the page's address to where it came from.
(() => {
  "use strict";
  const origin = new URL(document.currentScript.src).origin;
  const year = "; path=/; max-age=31536000; samesite=lax";
  const known = document.cookie.match(/(?:^|; )_visits=([^;]+)/);
  const visitor = known ? known[1] : Math.random().toString(36).slice(2, 12);
  document.cookie = `_visits=${visitor}${year}`;
  document.cookie = `_visits_7F3K=${Date.now()}${year}`;

  const queue = JSON.parse(localStorage.getItem("visits_queue") || "[]");
  queue.push({ page: location.pathname, title: document.title, at: Date.now() });
  localStorage.setItem("visits_queue", JSON.stringify(queue.slice(-20)));

  const hit = new URLSearchParams({ visitor, page: location.pathname });
  fetch(`${origin}/hit?${hit}`, { mode: "no-cors", credentials: "include" }).catch(() => {});
  window.visitsLoaded = (window.visitsLoaded || 0) + 1;
})();
