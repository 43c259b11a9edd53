// An advertising network: a cookie, then a frame in every slot that was pushed.
(() => {
  "use strict";
  document.cookie = `__gads=ID=7f; path=/; max-age=33696000`;
  const fill = () => {
    const slot = document.querySelector("ins.adsbygoogle:not([data-adsbygoogle-status])");
    if (!slot) return;
    slot.dataset.adsbygoogleStatus = "done";
    const frame = document.createElement("iframe");
    frame.title = "Advertisement";
    const { adClient: client, adSlot: slotname } = slot.dataset;
    const asked = new URLSearchParams({ client, slotname, url: location.href });
    frame.src = `http://googleads.g.doubleclick.localhost:PORT/pagead/ads?${asked}`;
    slot.appendChild(frame);
  };
  const queue = window.adsbygoogle || [];
  window.adsbygoogle = { loaded: true, push: fill };
  queue.forEach(fill);
})();
