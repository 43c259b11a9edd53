// An advertising pixel: a cookie on the page's own host, its settings from there, a hit from here.
(() => {
  "use strict";
  document.cookie = `_fbp=fb.1.${Date.now()}.42; path=/; max-age=7776000`;
  const settings = document.createElement("script");
  settings.async = true;
  settings.src = "http://connect.facebook.localhost:PORT/signals/config/1200340056?v=2.9";
  const first = document.getElementsByTagName("script")[0];
  first.parentNode.insertBefore(settings, first);
  window.fbq.callMethod = (command, what) => {
    if (command !== "track") return;
    const hit = new URLSearchParams({ id: "1200340056", ev: what, dl: location.href });
    new Image().src = `http://www.facebook.localhost:PORT/tr/?${hit}`;
  };
  for (const call of window.fbq.queue) window.fbq.callMethod(...call);
})();
