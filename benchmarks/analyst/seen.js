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

  const ALL = { subtree: true, childList: true, attributes: true, characterData: true };
  function ofContent({ target, attributeName }) {
    if (attributeName === "data-probe") { // a picture that comes to rest changes nothing
      const nodes = Object.keys(JSON.parse(target.dataset.probe)).length;
      const other = nodes !== seen.nodes;
      seen.nodes = nodes;
      return other;
    }
    const element = target instanceof Element ? target : target.parentElement;
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
