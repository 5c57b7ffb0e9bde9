"use strict";
(() => {
  const all = (selector, root = document) => Array.from(root.querySelectorAll(selector));

  /* Tables: a click on a heading sorts by it; a second click turns the order round. */
  const keyOf = (row, column, numeric) => {
    const cell = row.cells[column];
    return numeric ? Number(cell.dataset.value) : cell.textContent.trim().toLowerCase();
  };
  const sort = (table, heading) => {
    const column = heading.cellIndex;
    const numeric = heading.dataset.sort === "number";
    const before = heading.getAttribute("aria-sort");
    const order = before ? (before === "descending" ? "ascending" : "descending") : numeric ? "descending" : "ascending";
    all("thead th", table).forEach((other) => other.removeAttribute("aria-sort"));
    heading.setAttribute("aria-sort", order);
    const rows = all("tbody tr", table).map((row) => [keyOf(row, column, numeric), row]);
    const compare = (a, b) => (numeric ? a - b : a.localeCompare(b));
    rows.sort(([a], [b]) => (order === "ascending" ? compare(a, b) : compare(b, a)));
    table.tBodies[0].append(...rows.map(([, row]) => row));
  };
  all("table.sortable").forEach((table) => {
    all("thead th", table).forEach((heading) => {
      if (!heading.textContent.trim()) return;
      const button = document.createElement("button");
      button.type = "button";
      button.append(...heading.childNodes);
      button.addEventListener("click", () => sort(table, heading));
      heading.append(button);
    });
  });

  /* The list of episodes: every word of the filter must occur in a row. */
  all("input.filter").forEach((input) => {
    const rows = all("table.filtered tbody tr");
    input.addEventListener("input", () => {
      const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
      rows.forEach((row) => {
        const text = row.textContent.toLowerCase();
        row.hidden = !words.every((word) => text.includes(word));
      });
    });
  });

  /* Pointing at a policy anywhere dims the others everywhere. */
  const light = (name) => {
    document.body.classList.toggle("focus", name !== null);
    all("[data-series]").forEach((mark) => mark.classList.toggle("lit", name !== null && mark.dataset.series === name));
  };
  all(".legend [data-series], tr[data-series]").forEach((mark) => {
    mark.addEventListener("mouseenter", () => light(mark.dataset.series));
    mark.addEventListener("mouseleave", () => light(null));
  });

  /* The page of an episode: keys move between steps, validations, errors and episodes. */
  const steps = all("article.step");
  if (!steps.length) return;
  let current = -1;
  const mark = (index) => {
    current = index;
    steps.forEach((step, number) => step.classList.toggle("current", number === index));
    all(".rail ol a").forEach((link, number) => (number === index ? link.setAttribute("aria-current", "step") : link.removeAttribute("aria-current")));
  };
  const go = (index) => {
    if (index < 0 || index >= steps.length) return;
    mark(index);
    history.replaceState(null, "", `#${steps[index].id}`);
    steps[index].scrollIntoView({ block: "start", behavior: "instant" });
  };
  const seek = (direction, wanted) => {
    for (let index = current + direction; index >= 0 && index < steps.length; index += direction) {
      if (wanted(steps[index])) return go(index);
    }
  };
  const scored = (step) => step.classList.contains("scored");
  const failed = (step) => step.classList.contains("failed");
  const turn = (rel) => document.querySelector(`a[rel=${rel}]`)?.click();
  const keys = {
    j: () => go(current + 1), k: () => go(current - 1),
    v: () => seek(1, scored), V: () => seek(-1, scored),
    e: () => seek(1, failed), E: () => seek(-1, failed),
    ArrowLeft: () => turn("prev"), ArrowRight: () => turn("next"),
    o: () => {
      const folded = all("main details").some((part) => !part.open);
      all("main details").forEach((part) => (part.open = folded));
    },
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !keys[event.key]) return;
    event.preventDefault();
    keys[event.key]();
  });
  const fromAddress = () => {
    const index = steps.findIndex((step) => `#${step.id}` === location.hash);
    if (index >= 0) mark(index);
  };
  window.addEventListener("hashchange", fromAddress);
  fromAddress();
})();
