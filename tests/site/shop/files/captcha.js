// A captcha's loader: it fetches what draws the box.
(() => {
  "use strict";
  const drawing = document.createElement("script");
  drawing.async = true;
  drawing.src = "http://www.gstatic.localhost:PORT/recaptcha/releases/h7/recaptcha__en.js";
  const first = document.getElementsByTagName("script")[0];
  first.parentNode.insertBefore(drawing, first);
})();
