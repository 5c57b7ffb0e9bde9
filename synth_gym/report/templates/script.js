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

  /* Lists: every word of the filter must occur in a row. */
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
})();
