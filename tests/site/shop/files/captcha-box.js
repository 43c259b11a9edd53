// What draws the box: a number in storage, and a frame in every place that the page has for it.
(() => {
  "use strict";
  localStorage.setItem("_grecaptcha", "09AH");
  for (const place of document.querySelectorAll(".g-recaptcha")) {
    const frame = document.createElement("iframe");
    frame.title = "Captcha";
    frame.width = 304;
    frame.height = 78;
    const key = encodeURIComponent(place.dataset.sitekey);
    frame.src = `http://www.google.localhost:PORT/recaptcha/api2/anchor?ar=1&k=${key}`;
    place.replaceChildren(frame);
  }
})();
