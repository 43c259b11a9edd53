// A tag manager's container: a cookie, a hit, and the tags that somebody put in by a web form.
(() => {
  "use strict";
  document.cookie = `_gcl_au=1.1.${Date.now()}; path=/; max-age=7776000`;
  new Image().src = "http://www.googletagmanager.localhost:PORT/a?id=GTM-SHOP1&v=3&t=l";
  const tag = document.createElement("script");
  tag.async = true;
  tag.src = "http://www.googletagmanager.localhost:PORT/gtag/js?id=G-INSIDE&cx=c";
  const first = document.getElementsByTagName("script")[0];
  first.parentNode.insertBefore(tag, first);
})();
