// Drawings: larger and smaller by buttons, keys and wheel, moved by dragging; the legend fades what is not wanted.
"use strict";
{
const { $, $$ } = callboard;
for (const frame of $$(".cb-graph-frame")) {
  const box = $(".cb-graph", frame);
  const svg = $("svg", box);
  if (!svg) continue;
  const [, , width, height] = svg.getAttribute("viewBox").split(" ").map(Number);
  let scale = 1;
  // A drawing that is wider than its frame begins at the entity that it is about.
  const focus = $(".cb-graph-focus", svg)?.getBoundingClientRect();
  if (focus) box.scrollTo({ left: focus.left + focus.width / 2 - box.getBoundingClientRect().left - box.clientWidth / 2, behavior: "instant" });
  const zoom = (wanted, x = box.clientWidth / 2, y = box.clientHeight / 2) => {
    const next = Math.min(3, Math.max(0.2, wanted));
    const [left, top] = [(box.scrollLeft + x) / scale, (box.scrollTop + y) / scale];
    scale = next;
    svg.setAttribute("width", width * scale);
    svg.setAttribute("height", height * scale);
    // What was under the hand stays there.
    box.scrollTo({ left: left * scale - x, top: top * scale - y, behavior: "instant" });
  };
  const steps = { in: () => zoom(scale * 1.25), out: () => zoom(scale / 1.25), fit: () => zoom(Math.min(1, (box.clientWidth - 32) / width)) };
  frame.addEventListener("click", (event) => steps[event.target.closest?.("[data-zoom]")?.dataset.zoom]?.());
  box.addEventListener("keydown", (event) => {
    const step = { "+": "in", "=": "in", "-": "out", 0: "fit" }[event.key];
    if (!step || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    steps[step]();
  });
  box.addEventListener("wheel", (event) => {
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    const at = box.getBoundingClientRect();
    zoom(scale * Math.exp(-event.deltaY / 300), event.clientX - at.left, event.clientY - at.top);
  }, { passive: false });

  // A mouse drags; fingers scroll by themselves.
  box.addEventListener("pointerdown", (event) => {
    if (event.pointerType !== "mouse" || event.button) return;
    const start = { x: event.clientX, y: event.clientY, left: box.scrollLeft, top: box.scrollTop };
    const move = (event) => {
      if (!box.classList.contains("cb-dragged") && Math.hypot(event.clientX - start.x, event.clientY - start.y) < 5) return;
      box.classList.add("cb-dragged");
      box.scrollTo({ left: start.left + start.x - event.clientX, top: start.top + start.y - event.clientY, behavior: "instant" });
    };
    const end = () => {
      removeEventListener("pointermove", move);
      setTimeout(() => box.classList.remove("cb-dragged"));
    };
    addEventListener("pointermove", move);
    addEventListener("pointerup", end, { once: true });
  });
  box.addEventListener("dragstart", (event) => event.preventDefault());

  const boxes = $$(".cb-graph-box", svg);
  const arrows = $$(".cb-graph-arrow", svg).map((path) => ({ path, ends: path.dataset.ends.split(" ").map(Number), words: path.dataset.words.split(", ").map((word) => word.split(" (")[0]) }));
  boxes.forEach((one, at) => {
    const near = (on) => arrows.forEach(({ path, ends }) => ends.includes(at) && path.classList.toggle("cb-near", on));
    for (const name of ["mouseenter", "focus"]) one.addEventListener(name, () => near(true));
    for (const name of ["mouseleave", "blur"]) one.addEventListener(name, () => near(false));
  });

  const entries = $$(".cb-legend button", frame);
  const draw = () => {
    const off = (name) => new Set(entries.filter((entry) => entry.dataset[name] && entry.getAttribute("aria-pressed") === "false").map((entry) => entry.dataset[name]));
    const [kinds, relations] = [off("kind"), off("relation")];
    const hidden = boxes.map((one) => [...kinds].some((kind) => one.classList.contains(`cb-kind-${kind}`)));
    boxes.forEach((one, at) => one.classList.toggle("cb-off", hidden[at]));
    for (const { path, ends, words } of arrows) path.classList.toggle("cb-off", ends.some((end) => hidden[end]) || words.every((word) => relations.has(word)));
  };
  for (const entry of entries) {
    entry.disabled = false;
    entry.addEventListener("click", () => {
      entry.setAttribute("aria-pressed", entry.getAttribute("aria-pressed") === "false");
      draw();
    });
  }
}
}
