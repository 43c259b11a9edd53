// The recorder: cookies, both storages, and where the visitor went, by request and by socket.
(() => {
  "use strict";
  const { hjid } = window._hjSettings;
  document.cookie = `_hjSessionUser_${hjid}=eyJpZCI6; path=/; max-age=31536000`;
  document.cookie = `_hjSession_${hjid}=eyJpZCI6; path=/; max-age=1800`;
  localStorage.setItem("_hjActiveViewportIds", JSON.stringify([Date.now()]));
  sessionStorage.setItem("hjViewportId", String(Date.now()));
  const request = new XMLHttpRequest();
  request.open("POST", `http://in.hotjar.localhost:PORT/api/v2/sites/${hjid}/recordings/content`);
  request.send(JSON.stringify({ page: location.href }));
  new WebSocket("ws://ws.hotjar.localhost:PORT/api/v2/client/ws");
})();
