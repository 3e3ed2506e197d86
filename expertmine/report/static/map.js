// Brings the map to life: equal scales, labels where there is room, titles, rings around one person's papers.
"use strict";
(async () => {
  const PAPER = 640; // pixels across an A4 sheet with wide margins
  const box = document.getElementById("map"), tip = document.getElementById("tip"), chosen = document.getElementById("chosen");
  const item = JSON.parse(document.getElementById("map-item").textContent);
  const { labels, niches, themes, people } = JSON.parse(document.getElementById("map-facts").textContent);
  await Bokeh.embed.embed_item(item);
  const page = Bokeh.documents[Bokeh.documents.length - 1], model = (name) => page.get_model_by_name(name);
  const plot = model("map"), points = model("points"), ringed = model("ringed");
  const { x_range: across, y_range: up } = plot;
  const whole = { x0: across.start, x1: across.end, y0: up.start, y1: up.end };
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const layer = document.getElementById("map-labels");
  const texts = labels.map(([lines, , , colour, theme]) => {
    const text = document.createElement("span");
    text.className = theme ? "theme-label" : "niche-label";
    text.textContent = lines.join("\n");
    text.style.textDecorationColor = colour;
    layer.append(text);
    return text;
  });
  const sizes = texts.map((text) => [text.offsetWidth / 2 + 5, text.offsetHeight / 2 + 3]);

  function fit() { // the whole map in view, one unit as long across as up
    const wide = whole.x1 - whole.x0, high = whole.y1 - whole.y0;
    const unit = Math.max(wide / plot.inner_width, high / plot.inner_height) * 1.03;
    const x = (whole.x0 + whole.x1) / 2, y = (whole.y0 + whole.y1) / 2;
    const [w, h] = [unit * plot.inner_width / 2, unit * plot.inner_height / 2];
    across.setv({ start: x - w, end: x + w, reset_start: x - w, reset_end: x + w });
    up.setv({ start: y - h, end: y + h, reset_start: y - h, reset_end: y + h });
  }
  const place = (x, y) => [
    (x - across.start) / (across.end - across.start) * plot.inner_width,
    (up.end - y) / (up.end - up.start) * plot.inner_height,
  ];
  const within = (value, low, high) => Math.max(low, Math.min(value, high));
  function label() { // greedy: the first in line keep their place, the rest wait until one zooms in
    const taken = [], room = Math.max(6, plot.inner_width * plot.inner_height / 14000);
    layer.style.top = `${box.clientHeight - plot.inner_height}px`;
    labels.forEach(([, x, y], nth) => {
      const at = place(x, y), [w, h] = sizes[nth];
      const inside = at[0] > 0 && at[1] > 0 && at[0] < plot.inner_width && at[1] < plot.inner_height;
      const left = within(at[0], w, plot.inner_width - w), top = within(at[1], h, plot.inner_height - h);
      const [l, t, r, b] = [left - w, top - h, left + w, top + h];
      const free = inside && taken.length < room && taken.every((o) => r < o[0] || o[2] < l || b < o[1] || o[3] < t);
      if (free) taken.push([l, t, r, b]);
      texts[nth].style.visibility = free ? "visible" : "hidden";
      texts[nth].style.translate = free ? `calc(${left}px - 50%) calc(${top}px - 50%)` : ""; // none outside the map
    });
  }
  function paint() {
    const mark = getComputedStyle(document.documentElement).getPropertyValue("--mark").trim();
    model("rings").glyph.line_color = { value: mark };
  }
  const niche = (row) => (points.data.niche[row] < 0 ? "in no niche" : niches[points.data.niche[row]]);
  const theme = (row) => themes[points.data.colour[row]] ?? ""; // in words: not everybody tells the colours apart
  const year = (row) => (points.data.year[row] ? ` (${points.data.year[row]})` : "");
  function hover() {
    const row = points.inspected.indices.at(-1);
    tip.hidden = row === undefined;
    if (tip.hidden) return;
    const [x, y] = place(points.data.x[row], points.data.y[row]);
    const title = document.createElement("strong");
    title.textContent = points.data.title[row];
    const under = document.createElement("small");
    under.textContent = theme(row);
    tip.replaceChildren(title, document.createElement("br"), `${niche(row)}${year(row)}`, document.createElement("br"), under);
    const frame = box.getBoundingClientRect(), down = box.clientHeight - plot.inner_height;
    tip.style.left = `${Math.max(4, Math.min(x + 12, frame.width - tip.offsetWidth - 4))}px`;
    tip.style.top = `${y + down + 12}px`;
  }
  function choose() {
    const row = points.selected.indices.at(-1);
    if (row === undefined) return;
    const link = document.createElement("a");
    link.href = `https://pubmed.ncbi.nlm.nih.gov/${points.data.pmid[row]}/`;
    link.rel = "noreferrer";
    link.textContent = `PMID ${points.data.pmid[row]}`;
    chosen.replaceChildren(`${points.data.title[row]}${year(row)}, ${niche(row)}. `, link);
  }
  function ring(who) {
    const rows = who === "*" ? Object.values(people).flat() : people[who] || [];
    ringed.data = { x: rows.map((row) => points.data.x[row]), y: rows.map((row) => points.data.y[row]) };
  }
  function freeze() { // paper gets the map as drawn, only smaller: drawn anew for the paper it would come too late
    const [width, height] = [box.offsetWidth, box.offsetHeight];
    Object.assign(box.style, { width: `${width}px`, height: `${height}px` });
    layer.style.fontSize = getComputedStyle(layer).fontSize;
    box.parentElement.style.zoom = Math.min(1, PAPER / width);
  }
  function thaw() {
    box.style.width = box.style.height = layer.style.fontSize = box.parentElement.style.zoom = "";
  }
  let waiting = 0;
  const later = () => { tip.hidden = true; cancelAnimationFrame(waiting); waiting = requestAnimationFrame(label); };
  const listen = (from, name, to) => from.connect(from.properties[name].change, to);

  paint();
  fit();
  label();
  for (const [from, name] of [[across, "start"], [across, "end"], [up, "start"], [up, "end"]]) listen(from, name, later);
  for (const name of ["inner_width", "inner_height"]) listen(plot, name, () => requestAnimationFrame(fit));
  listen(points, "inspected", hover);
  points.connect(points.inspect, hover);
  listen(points.selected, "indices", choose);
  dark.addEventListener("change", paint);
  addEventListener("beforeprint", freeze);
  addEventListener("afterprint", thaw);
  box.addEventListener("mouseleave", () => { tip.hidden = true; });
  const inside = (root, wanted) => [...root.querySelectorAll("*")].flatMap((one) => [
    ...(one.matches(wanted) ? [one] : []), ...(one.shadowRoot ? inside(one.shadowRoot, wanted) : []),
  ]);
  const [touched] = inside(box, ".bk-events");
  touched.tabIndex = -1; // no key does anything there
  for (const tool of inside(box, "[title][tabindex]")) { // Bokeh's own buttons do not say that they are
    tool.setAttribute("role", "button");
    tool.setAttribute("aria-label", tool.title);
    tool.addEventListener("keydown", (event) => {
      if (event.key !== " ") return;
      event.preventDefault();
      for (const name of ["keydown", "keyup"]) tool.dispatchEvent(new KeyboardEvent(name, { key: "Enter", bubbles: true }));
    });
  }
  if (matchMedia("(pointer: coarse)").matches) { // one finger turns the page, it does not drag the map
    for (const tool of plot.toolbar.tools) if (tool.type === "PanTool") tool.active = false;
    touched.style.touchAction = "pan-y";
  }
  const pick = document.getElementById("pick");
  if (pick) pick.addEventListener("change", () => ring(pick.value));
  for (const button of document.querySelectorAll("[data-pick]")) {
    button.addEventListener("click", () => {
      pick.value = button.dataset.pick;
      ring(pick.value);
      document.getElementById("map-section").scrollIntoView();
      pick.focus({ preventScroll: true }); // who uses a keyboard is where the page has gone
    });
  }
  box.dataset.ready = "yes";
})();
