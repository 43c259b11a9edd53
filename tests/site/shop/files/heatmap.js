// A heat map's loader: it fetches the recorder.
(() => {
  "use strict";
  const recorder = document.createElement("script");
  recorder.async = true;
  recorder.src = "http://script.hotjar.localhost:PORT/modules.4f1c.js";
  document.head.appendChild(recorder);
})();
