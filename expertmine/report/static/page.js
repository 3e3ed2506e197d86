// The page's own script: filter, open all, links into closed niches. Everything else works without it.
"use strict";
(() => {
  const find = document.getElementById("find"), facet = document.getElementById("facet");
  const unfold = document.getElementById("unfold"), found = document.getElementById("found");
  const plain = (text) => text.normalize("NFKD").replace(/[\u0300-\u036f]/g, "").toLowerCase();
  const all = [...document.querySelectorAll("[data-find]")].map((element) => ({
    element, text: plain(element.textContent), facets: element.dataset.facets.split("|"),
    head: plain(element.querySelector("summary, h3")?.textContent ?? ""), // what is seen of it though it be closed
    parts: [...element.querySelectorAll("tbody tr, h4, .about")].map((part) => ({ part, text: plain(part.textContent) })),
  }));
  const niches = [...document.querySelectorAll(".theme details")];
  const opened = []; // what was opened for what is in it
  const shown = (list) => [...list].filter((element) => !element.hidden).length;

  function filter() {
    const words = plain(find.value).split(/\s+/).filter(Boolean), kind = facet ? facet.value : "";
    const telling = words.join("").length > 2, match = (text) => words.every((word) => text.includes(word));
    for (const fold of opened.splice(0)) fold.open = false;
    for (const { element, text, head, facets, parts } of all) {
      element.hidden = !(match(text) && (!kind || facets.includes(kind)));
      const whole = parts.some((one) => match(one.text)), unseen = words.filter((word) => !head.includes(word));
      const hit = (one) => whole ? match(one) : unseen.some((word) => one.includes(word)); // words may lie in several parts
      for (const one of parts) if (one.part.classList.toggle("hit", telling && !element.hidden && hit(one.text))) reveal(one.part);
    }
    for (const theme of document.querySelectorAll(".theme")) theme.hidden = !theme.querySelector("details:not([hidden])");
    const active = words.length > 0 || kind !== "", left = shown(niches);
    found.dataset.asked = [find.value.trim(), kind].filter(Boolean).join(", "); // paper says what is left out
    found.textContent = active ? `${left} of ${niches.length} niches` : "";
    show("nobody", active && !shown(document.querySelectorAll(".led")));
    show("nothing", active && !left);
  }
  function reveal(part) {
    const fold = part.closest("details");
    if (!fold || fold.open) return;
    fold.open = true;
    opened.push(fold);
  }
  function show(id, visible) {
    document.getElementById(id).hidden = !visible;
  }
  function openTarget() {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target) return;
    if (target.closest("[hidden]")) { find.value = ""; if (facet) facet.value = ""; filter(); }
    const closed = target.closest("details");
    if (closed) closed.open = true;
    target.scrollIntoView();
  }
  function reach({ target }) { // what scrolls must do so by keyboard too, and say what it is
    const name = target.querySelector("caption, title").textContent, wide = target.scrollWidth > target.clientWidth;
    for (const [key, value] of Object.entries({ tabindex: "0", role: "region", "aria-label": name })) {
      if (wide) target.setAttribute(key, value); else target.removeAttribute(key);
    }
  }
  const watch = new ResizeObserver((sized) => sized.forEach(reach));
  for (const box of document.querySelectorAll(".scroll")) watch.observe(box);
  find.addEventListener("input", filter);
  if (facet) facet.addEventListener("change", filter);
  unfold.addEventListener("click", () => {
    const open = document.documentElement.classList.toggle("whole"); // so is what is printed
    opened.length = 0;
    for (const fold of document.querySelectorAll(".theme details, .rest")) fold.open = open;
    unfold.textContent = open ? "Close all" : "Open all";
  });
  addEventListener("hashchange", openTarget);
  addEventListener("click", (event) => { // the same link once more changes no address
    if (event.target.closest?.("a[href^='#']")?.hash === location.hash) openTarget();
  });
  if (location.hash) openTarget();
})();
