// Tells the page what others have changed, as the server says it. A page that nobody sees hears nothing,
// so that all pages of a browser together need no more connections than it has for one server.
const QUIET = 45000;
let stream, watch, again, pause = 1000;

const close = () => {
  clearTimeout(watch);
  clearTimeout(again);
  stream?.close();
  stream = undefined;
};

const retry = () => {
  close();
  again = setTimeout(open, pause * (1 + Math.random()));
  pause = Math.min(2 * pause, 120000);
};

// A machine that slept, or a network that changed, leaves a connection on which nothing comes.
const heard = () => {
  clearTimeout(watch);
  watch = setTimeout(open, QUIET);
};

const open = () => {
  close();
  if (document.hidden) return;
  stream = new EventSource("/api/changes");
  stream.onopen = () => { pause = 1000; heard(); };
  stream.onmessage = (event) => {
    heard();
    dispatchEvent(new CustomEvent("changes", { detail: event.data }));
  };
  // What is no interruption, but an answer such as that of a proxy, the browser takes for the end.
  stream.onerror = () => { if (stream?.readyState === EventSource.CLOSED) retry(); };
};

addEventListener("follow-changes", () => {
  document.addEventListener("visibilitychange", open);
  open();
});
