"use strict";
const svg = document.getElementById("funnel");
const whole = svg.viewBox.baseVal;
const all = { x: whole.x, y: whole.y, width: whole.width, height: whole.height };
const show = (box) => svg.setAttribute("viewBox", [box.x, box.y, box.width, box.height].join(" "));
const now = () => ({ x: whole.x, y: whole.y, width: whole.width, height: whole.height });

// The point of the picture under a point of the window.
const at = (x, y) => new DOMPoint(x, y).matrixTransform(svg.getScreenCTM().inverse());

const zoom = (factor, x = innerWidth / 2, y = innerHeight / 2) => {
  const box = now();
  const most = all.width * 4, least = 60;
  const width = Math.min(most, Math.max(least, box.width / factor));
  const by = width / box.width, fixed = at(x, y);
  show({
    x: fixed.x - (fixed.x - box.x) * by,
    y: fixed.y - (fixed.y - box.y) * by,
    width,
    height: box.height * by,
  });
};
const move = (x, y) => { const box = now(); show({ ...box, x: box.x + x, y: box.y + y }); };

svg.addEventListener("wheel", (event) => {
  event.preventDefault();
  const lines = event.deltaMode === 1 ? 16 : 1;
  zoom(Math.exp(-event.deltaY * lines / 400), event.clientX, event.clientY);
  hide();
}, { passive: false });

const fingers = new Map();
svg.addEventListener("pointerdown", (event) => {
  fingers.set(event.pointerId, event);
  svg.setPointerCapture(event.pointerId);
  svg.classList.add("moved");
});
svg.addEventListener("pointermove", (event) => {
  const before = fingers.get(event.pointerId);
  if (!before) return;
  const others = [...fingers.values()].filter((other) => other.pointerId !== event.pointerId);
  if (others.length === 1) {
    const far = (a, b) => Math.hypot(a.clientX - b.clientX, a.clientY - b.clientY);
    const [other] = others;
    zoom(far(event, other) / Math.max(1, far(before, other)),
      (event.clientX + other.clientX) / 2, (event.clientY + other.clientY) / 2);
  } else {
    const from = at(before.clientX, before.clientY), to = at(event.clientX, event.clientY);
    move(from.x - to.x, from.y - to.y);
  }
  fingers.set(event.pointerId, event);
  hide();
});
for (const end of ["pointerup", "pointercancel"]) {
  svg.addEventListener(end, (event) => {
    fingers.delete(event.pointerId);
    if (!fingers.size) svg.classList.remove("moved");
  });
}

let shown = null;
const hide = () => {
  if (!shown) return;
  shown.hidden = true;
  shown = null;
  svg.classList.remove("faded");
  svg.querySelectorAll(".near").forEach((it) => it.classList.remove("near"));
};
const tell = (node, x, y) => {
  hide();
  shown = document.getElementById("tip-" + node.id);
  shown.hidden = false;
  const { width, height } = shown.getBoundingClientRect();
  const inside = (value, size, most) => Math.max(8, Math.min(value, most - size - 8));
  shown.style.left = inside(x + 14, width, innerWidth) + "px";
  shown.style.top = inside(y + 14, height, innerHeight) + "px";
  svg.classList.add("faded");
  node.classList.add("near");
  svg.querySelectorAll(".line, .label, .pill").forEach((line) => {
    const { from, to } = line.dataset;
    if (from !== node.id && to !== node.id) return;
    line.classList.add("near");
    for (const end of [from, to]) document.getElementById(end).classList.add("near");
  });
};
svg.querySelectorAll(".node").forEach((node) => {
  node.setAttribute("aria-describedby", "tip-" + node.id);
  node.addEventListener("pointerenter", (event) => {
    if (!fingers.size) tell(node, event.clientX, event.clientY);
  });
  node.addEventListener("pointerleave", hide);
  node.addEventListener("focus", () => {
    const box = node.getBoundingClientRect();
    if (node.matches(":focus-visible")) tell(node, box.left, box.bottom);
  });
  node.addEventListener("blur", hide);
});

const step = 80;
const keys = {
  "+": () => zoom(1.25), "=": () => zoom(1.25), "-": () => zoom(0.8), "0": () => show(all),
  ArrowLeft: () => move(-step, 0), ArrowRight: () => move(step, 0),
  ArrowUp: () => move(0, -step), ArrowDown: () => move(0, step), Escape: hide,
};
addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || !keys[event.key]) return;
  event.preventDefault();
  keys[event.key]();
});
document.getElementById("in").addEventListener("click", keys["+"]);
document.getElementById("out").addEventListener("click", keys["-"]);
document.getElementById("fit").addEventListener("click", keys["0"]);
