(() => {
  const { el, format } = synthGym;
  const HEIGHT = 40;
  const BEYOND = 12;

  const numeric = (name, title, show, about) => ({ name, title, number: true, show, about });
  const columnsOf = (data) => {
    const { columns } = data;
    const used = (name) => columns[name].some((value) => value);
    return [
      { name: "challenge", title: "Challenge" },
      { name: "policy", title: "Policy" },
      numeric("seed", "Seed", (row) => columns.seed[row]),
      { name: "outcome", title: "Outcome" },
      numeric("score", "Score", (row) => format.score(columns.score[row]), "Final score on the private split"),
      numeric(
        "normalized",
        "Normalised",
        (row) => format.signed(columns.normalized[row]),
        "0 is the baseline, 1 the reference",
      ),
      numeric("steps", "Steps", (row) => columns.steps[row]),
      numeric("validations", "Valid.", (row) => columns.validations[row], "Validations"),
      numeric("failures", "Errors", (row) => columns.failures[row], "Steps whose command failed or could not be read"),
      used("tokens") && numeric("tokens", "Tokens", (row) => format.short(columns.tokens[row])),
      used("cost") && numeric("cost", "Cost", (row) => format.money(columns.cost[row])),
      numeric("seconds", "Time", (row) => format.duration(columns.seconds[row])),
      { name: "flags", title: "Flags" },
    ].filter(Boolean);
  };

  /* A table of any number of rows: only those in sight are elements. `rows` are places in the columns, in order. */
  synthGym.makeTable = (viewport, data, { open, sort, pick }) => {
    const columns = columnsOf(data);
    const flags = Object.keys(data.flags);
    let rows = new Uint32Array(0);
    let parameters = new URLSearchParams();
    let current = -1;
    let shown = [-1, -1];

    const above = el("tr", { class: "spacer", "aria-hidden": "true" }, el("td", { colspan: columns.length + 1 }));
    const below = el("tr", { class: "spacer", "aria-hidden": "true" }, el("td", { colspan: columns.length + 1 }));
    const body = el("tbody", {}, above, below);
    const headings = columns.map((column) => {
      const button = el(
        "button",
        { type: "button", title: column.about, onclick: () => sort(nextSort(column)) },
        column.title,
      );
      return el("th", { scope: "col", class: `${column.number ? "number " : ""}column-${column.name}` }, button);
    });
    const head = el(
      "tr",
      {},
      el("th", { scope: "col", class: "column-pick" }, el("span", { class: "unseen" }, "Compare")),
      headings,
    );
    const table = el("table", { class: "episodes", "aria-label": "Episodes" }, el("thead", {}, head), body);
    viewport.append(table);

    const nextSort = (column) => {
      const before = parameters.get("sort");
      const [first, second] =
        column.number || column.name === "flags" ? [`-${column.name}`, column.name] : [column.name, `-${column.name}`];
      return before === first ? second : before === second ? "" : first;
    };

    const cell = (column, row) => {
      const name = `column-${column.name}`;
      if (column.number) return el("td", { class: `number ${name}` }, String(column.show(row)));
      if (column.name === "challenge") {
        const challenge = data.challenges[data.columns.challenge[row]];
        return el(
          "th",
          { scope: "row", class: name, title: challenge.id },
          el("a", { href: open(row) }, challenge.title),
        );
      }
      if (column.name === "policy") {
        const policy = data.policies[data.columns.policy[row]];
        return el(
          "td",
          { class: name, title: policy.method },
          el("span", { class: `swatch ${policy.hue < 0 ? "" : `h${policy.hue}`}` }),
          policy.title,
        );
      }
      if (column.name === "outcome")
        return el(
          "td",
          { class: name },
          format.outcome(data.outcomes[data.columns.outcome[row]], data.columns.score[row] !== null),
        );
      return el(
        "td",
        { class: name },
        flags
          .filter((_, place) => (data.columns.flags[row] >> place) & 1)
          .map((flag) => el("span", { class: "chip flag", title: data.flags[flag] }, format.words(flag))),
      );
    };

    const picked = (id) => parameters.getAll("pick").includes(id);
    const line = (place) => {
      const row = rows[place];
      const id = data.columns.id[row];
      const box = el("input", {
        type: "checkbox",
        checked: picked(id),
        "aria-label": "Compare this episode",
        onchange: () => pick(id),
      });
      return el(
        "tr",
        {
          "aria-rowindex": place + 2,
          "data-id": id,
          class: place === current ? "current" : null,
          "aria-current": place === current ? "true" : null,
        },
        el("td", { class: "column-pick" }, box),
        columns.map((column) => cell(column, row)),
      );
    };

    const draw = (always) => {
      const first = Math.max(0, Math.floor(viewport.scrollTop / HEIGHT) - BEYOND);
      const last = Math.min(rows.length, Math.ceil((viewport.scrollTop + viewport.clientHeight) / HEIGHT) + BEYOND);
      if (!always && first === shown[0] && last === shown[1]) return;
      shown = [first, last];
      const lines = [];
      for (let place = first; place < last; place++) lines.push(line(place));
      above.firstChild.style.height = `${first * HEIGHT}px`;
      below.firstChild.style.height = `${(rows.length - last) * HEIGHT}px`;
      const held = document.activeElement;
      const heldId = body.contains(held) && held.closest("tr[data-id]")?.dataset.id;
      body.replaceChildren(above, ...lines, below);
      if (heldId)
        body.querySelector(`tr[data-id="${CSS.escape(heldId)}"] ${held.localName}`)?.focus({ preventScroll: true });
    };
    viewport.addEventListener("scroll", () => draw(false), { passive: true });
    window.addEventListener("resize", () => draw(false));

    const go = (place) => {
      if (!rows.length) return;
      current = Math.max(0, Math.min(rows.length - 1, place));
      const top = current * HEIGHT;
      const room = viewport.clientHeight - 2 * HEIGHT;
      if (top < viewport.scrollTop) viewport.scrollTop = top;
      else if (top > viewport.scrollTop + room) viewport.scrollTop = top - room;
      draw(true);
    };

    return {
      show: (nowRows, nowParameters) => {
        const sameRows = nowRows.length === rows.length && nowRows.every((row, place) => row === rows[place]);
        [rows, parameters] = [nowRows, nowParameters];
        if (!sameRows) {
          current = -1;
          viewport.scrollTop = 0;
        }
        const order = parameters.get("sort") ?? "";
        columns.forEach((column, index) => {
          if (order.replace(/^-/, "") === column.name)
            headings[index].setAttribute("aria-sort", order.startsWith("-") ? "descending" : "ascending");
          else headings[index].removeAttribute("aria-sort");
        });
        table.setAttribute("aria-rowcount", rows.length + 1);
        draw(true);
      },
      move: (by) => go(current + by),
      jump: go,
      current: () => (current < 0 ? null : rows[current]),
      size: () => rows.length,
    };
  };
})();
