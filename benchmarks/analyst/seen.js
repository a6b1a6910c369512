// Keeps, in the page itself, when the user acted, what went over the socket, and when the content last changed.
(() => {
  const seen = (window.seen = { acted: 0, sent: 0, received: 0, changed: 0, nodes: -1 });
  const now = () => performance.now();
  for (const kind of ["pointerdown", "keydown"]) {
    addEventListener(kind, () => { seen.acted = now(); seen.sent = 0; }, true);
  }

  window.WebSocket = class extends WebSocket {
    constructor(...given) {
      super(...given);
      this.addEventListener("message", () => { seen.received = now(); });
    }
    send(data) {
      seen.sent ||= now();
      super.send(data);
    }
  };

  // what is written on canvases: tables, charts, the picture; once drawn since the act, the same text again is no change
  const written = new WeakMap(); // canvas -> text -> when it was last drawn
  const write = CanvasRenderingContext2D.prototype.fillText;
  CanvasRenderingContext2D.prototype.fillText = function (text, ...given) {
    if (this.canvas.isConnected) {
      if (!written.has(this.canvas)) written.set(this.canvas, new Map());
      const texts = written.get(this.canvas);
      if (!(texts.get(text) > seen.acted)) seen.changed = now();
      texts.set(text, now());
    }
    return write.call(this, text, ...given);
  };

  const ALL = { subtree: true, childList: true, attributes: true, characterData: true };
  function ofContent({ target, attributeName }) {
    if (attributeName === "data-probe") { // a picture that comes to rest changes nothing
      const nodes = Object.keys(JSON.parse(target.dataset.probe)).length;
      const other = nodes !== seen.nodes;
      seen.nodes = nodes;
      return other;
    }
    const element = target instanceof Element ? target : target.parentElement;
    if (element?.closest("canvas")) return false; // a table for screen readers, written long after it was drawn
    return !element || element.getRootNode() !== document || element.closest('[data-testid="stMain"]');
  }
  const watcher = new MutationObserver((records) => { if (records.filter(ofContent).length) seen.changed = now(); });
  watcher.observe(document, ALL);
  const attach = Element.prototype.attachShadow;
  Element.prototype.attachShadow = function (options) {
    const root = attach.call(this, options);
    watcher.observe(root, ALL);
    return root;
  };

  // what was seen, once nothing has moved for `rest` milliseconds; none until then
  window.settled = (rest) => {
    const app = document.querySelector("[data-test-script-state]");
    const last = Math.max(seen.received, seen.changed);
    const still = app?.dataset.testScriptState === "notRunning" && seen.sent && seen.received > seen.sent;
    return still && document.querySelector("h1") && now() - last > rest ? { ...seen } : null;
  };
})();
