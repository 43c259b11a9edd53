// The old banner: it informs, takes every further click for consent, and offers nothing else.
(() => {
  "use strict";
  const banner = document.getElementById("aviso");
  banner.hidden = document.cookie.includes("aviso_visto=2");
  banner.querySelector("button").addEventListener("click", () => {
    document.cookie = "aviso_visto=2; path=/; max-age=31536000; samesite=lax";
    banner.hidden = true;
  });
})();
