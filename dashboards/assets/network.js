// Draws the nodes and edges that Python laid out, with the vis-network that pyvis brings; clicks go back to Python.
const drawn = new WeakMap(); // host element -> what it shows: nodes stay where they are when data changes
const CLOSEST = { maxZoomLevel: 1.15 }; // few nodes do not fill the picture with their size
const MARGIN = 40; // pixels around the outermost nodes
const WIDEST = 2; // times as wide as Python laid it out

function loadVis() {
  if (window.vis?.Network) return Promise.resolve();
  if (!window.guanxiVis) {
    window.guanxiVis = new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = new URL("assets/vis-network.js", document.baseURI.replace(/[^/]*$/, "")).href;
      script.onload = resolve;
      script.onerror = () => reject(new Error("vis-network"));
      document.head.appendChild(script);
    });
  }
  return window.guanxiVis;
}

function theme(host) {
  const style = getComputedStyle(host);
  const value = (name, otherwise) => style.getPropertyValue(name).trim() || otherwise;
  return {
    text: value("--st-text-color", "#222"),
    background: value("--st-background-color", "#fff"),
    border: value("--st-border-color", "#ccc"),
    primary: value("--st-primary-color", "#1f5fbf"),
    font: value("--st-font", "sans-serif"),
  };
}

function options(look) {
  return {
    physics: false,
    autoResize: true,
    interaction: { hover: true, tooltipDelay: 120, multiselect: false, keyboard: false },
    nodes: {
      borderWidth: 1,
      font: { color: look.text, size: 13, face: look.font, strokeWidth: 3, strokeColor: look.background },
      chosen: { node: (values) => { values.borderWidth = 3; values.borderColor = look.primary; } },
    },
    edges: {
      arrows: { to: { enabled: true, scaleFactor: 0.4 } },
      color: { color: look.text, highlight: look.primary, hover: look.primary, inherit: false, opacity: 0.4 },
      font: { color: look.text, size: 10, face: look.font, strokeWidth: 3, strokeColor: look.background },
      smooth: false,
    },
  };
}

function update(set, rows) {
  const wanted = new Set(rows.map((row) => row.id));
  set.remove(set.getIds().filter((id) => !wanted.has(id)));
  set.update(rows);
}

function publish(state) {
  // for tests: where each node is in the picture, as a canvas cannot be asked
  const places = {};
  for (const [id, at] of Object.entries(state.network.getPositions())) {
    const { x, y } = state.network.canvasToDOM(at);
    places[id] = [Math.round(x), Math.round(y)];
  }
  state.place.dataset.probe = JSON.stringify(places);
}

function start(place, component) {
  const state = { place, component, look: theme(place), nodes: new vis.DataSet([]), edges: new vis.DataSet([]) };
  state.network = new vis.Network(place, { nodes: state.nodes, edges: state.edges }, options(state.look));
  state.network.on("click", ({ nodes }) => nodes.length && state.component.setTriggerValue("clicked", nodes[0]));
  state.network.on("doubleClick", ({ nodes }) => nodes.length && state.component.setTriggerValue("opened", nodes[0]));
  let waiting = false;
  state.network.on("afterDrawing", () => {
    if (waiting) return;
    waiting = true;
    setTimeout(() => { waiting = false; if (place.isConnected) publish(state); }, 60);
  });
  return state;
}

// as much wider as the place allows, once: text stays as wide as it is, so more of it is read
function stretched(state, nodes) {
  if (!state.stretch) {
    const span = (name) => Math.max(...nodes.map((node) => node[name])) - Math.min(...nodes.map((node) => node[name]));
    const [wide, high] = [span("x"), span("y")];
    const zoom = Math.min(CLOSEST.maxZoomLevel, state.place.clientHeight / (high + 2 * MARGIN));
    const room = state.place.clientWidth / zoom - 4 * MARGIN;
    state.stretch = wide > 0 ? Math.min(Math.max(room / wide, 1), WIDEST) : 1;
  }
  return nodes.map((node) => ({ ...node, x: node.x * state.stretch }));
}

function show(state) {
  const { data } = state.component;
  const kept = state.network.getPositions();
  const moved = new Set(Object.keys(kept));
  const look = theme(state.place);
  if (JSON.stringify(look) !== JSON.stringify(state.look)) state.network.setOptions(options(state.look = look));
  update(state.nodes, stretched(state, data.nodes).map((node) => (moved.has(node.id) ? { ...node, ...kept[node.id] } : node)));
  update(state.edges, data.edges);
  state.network.unselectAll();
  if (data.selected && state.nodes.get(data.selected)) state.network.selectNodes([data.selected], false);
  const added = data.nodes.some((node) => !moved.has(node.id));
  if (added) state.network.fit(CLOSEST); // at once: each step of a motion would be drawn by the processor
}

function picture(state) {
  const canvas = state.place.querySelector("canvas");
  const copy = document.createElement("canvas");
  copy.width = canvas.width;
  copy.height = canvas.height;
  const context = copy.getContext("2d");
  context.fillStyle = theme(state.place).background;
  context.fillRect(0, 0, copy.width, copy.height);
  context.drawImage(canvas, 0, 0);
  const link = document.createElement("a");
  link.download = "guanxi.png";
  link.href = copy.toDataURL("image/png");
  link.click();
}

export default function (component) {
  const { parentElement, data } = component;
  const place = parentElement.querySelector(".picture");
  if (!place) { // only to have it at hand
    requestIdleCallback(() => loadVis().catch(() => {}));
    return;
  }
  place.style.height = `${data.height}px`;
  place.setAttribute("role", "img");
  place.setAttribute("aria-label", data.texts.label);
  const buttons = { fit: (state) => state.network.fit({ ...CLOSEST, animation: { duration: 250 } }), png: picture };
  for (const [name, act] of Object.entries(buttons)) {
    const button = parentElement.querySelector(`.${name}`);
    button.textContent = data.texts[name];
    button.onclick = () => drawn.has(place) && act(drawn.get(place));
  }
  parentElement.querySelector(".bar").hidden = false; // now that its buttons have names
  loadVis().then(() => {
    if (!place.isConnected) return;
    if (!drawn.has(place)) drawn.set(place, start(place, component));
    const state = drawn.get(place);
    state.component = component;
    show(state);
  }, () => { place.textContent = data.texts.fault; });
  return () => {
    if (place.isConnected || !drawn.has(place)) return;
    drawn.get(place).network.destroy();
    drawn.delete(place);
  };
}
