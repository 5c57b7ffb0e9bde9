(() => {
  const { el, format } = synthGym;
  const CHIPS = ["outcome", "result", "flag"];
  const MENUS = { policy: "Policy", family: "Family", challenge: "Challenge" };
  const TITLES = { outcome: "Outcome", result: "Result", flag: "Flags" };

  const toggled = (parameters, name, value) => {
    const chosen = new Set(parameters.getAll(name));
    if (!chosen.delete(value)) chosen.add(value);
    const changed = new URLSearchParams(parameters);
    changed.delete(name);
    chosen.forEach((one) => changed.append(name, one));
    return changed;
  };

  /* The filters: chips for what has few values, menus for what has many. `change` is told the new parameters. */
  synthGym.makeFacets = (root, data, query, change) => {
    let current = new URLSearchParams();
    const label = (name, place) =>
      query.facets[name].labels?.[place] ??
      (name === "policy" ? query.facets[name].values[place] : format.words(query.facets[name].values[place]));
    const toggle = (name, value) => () => change(toggled(current, name, value));

    const chips = CHIPS.map((name) => {
      const buttons = query.facets[name].values.map((value, place) => {
        const count = el("span", { class: "count" });
        const title = data.flags[value] ?? null;
        const button = el(
          "button",
          { type: "button", class: "filter-chip", title, "aria-pressed": "false", onclick: toggle(name, value) },
          label(name, place),
          count,
        );
        return { value, button, count };
      });
      root.append(
        el(
          "div",
          { class: "chips", role: "group", "aria-label": TITLES[name] },
          el("span", { class: "legend-name" }, TITLES[name]),
          buttons.map((one) => one.button),
        ),
      );
      return { name, buttons };
    });

    const bar = el("div", { class: "chips", role: "group", "aria-label": "More filters" });
    const menus = Object.entries(MENUS).map(([name, title]) => {
      const menu = makeMenu(name, title, query.facets[name].values, (place) => label(name, place), toggle);
      bar.append(menu.node);
      return menu;
    });
    const clear = el(
      "button",
      {
        type: "button",
        class: "plain",
        onclick: () => change(new URLSearchParams(current.getAll("pick").map((id) => ["pick", id]))),
      },
      "Clear filters",
    );
    bar.append(clear);
    root.append(bar);
    document.addEventListener("click", (event) =>
      menus.forEach((menu) => menu.node.contains(event.target) || (menu.node.open = false)),
    );

    return {
      show: (parameters, counts) => {
        current = parameters;
        const countsOf = (name) => query.valueCounts(name, counts[synthGym.FACETS.indexOf(name)]);
        chips.forEach(({ name, buttons }) => {
          const found = countsOf(name);
          const chosen = parameters.getAll(name);
          buttons.forEach((one, place) => {
            one.button.setAttribute("aria-pressed", chosen.includes(one.value));
            one.count.textContent = format.count(found[place]);
            one.button.classList.toggle("empty", !found[place]);
          });
        });
        menus.forEach((menu) => menu.show(parameters.getAll(menu.name), countsOf(menu.name)));
        clear.hidden = ![...synthGym.FACETS, "q"].some((name) => parameters.has(name));
      },
    };
  };

  /* A menu of check boxes with a search of its own. It is filled when it is opened. */
  const makeMenu = (name, title, values, label, toggle) => {
    let counts = [];
    let chosen = [];
    const list = el("ul", { class: "menu-list" });
    const search = el("input", {
      type: "search",
      class: "filter",
      placeholder: `Find a ${title.toLowerCase()}`,
      "aria-label": `Find a ${title.toLowerCase()}`,
      oninput: () => fill(),
    });
    const summary = el("summary", { class: "filter-chip" }, title);
    const node = el(
      "details",
      { class: "menu", ontoggle: () => node.open && (fill(), search.focus()) },
      summary,
      el("div", { class: "menu-body" }, values.length > 8 && search, list),
    );
    const fill = () => {
      const wanted = search.value.toLowerCase();
      const places = values.map((_, place) => place).filter((place) => label(place).toLowerCase().includes(wanted));
      places.sort((a, b) => chosen.includes(values[b]) - chosen.includes(values[a]) || counts[b] - counts[a]);
      list.replaceChildren(
        ...places.slice(0, 200).map((place) =>
          el(
            "li",
            {},
            el(
              "label",
              {},
              el("input", {
                type: "checkbox",
                checked: chosen.includes(values[place]),
                onchange: toggle(name, values[place]),
              }),
              el("span", {}, label(place)),
              el("span", { class: "count" }, format.count(counts[place])),
            ),
          ),
        ),
      );
    };
    return {
      name,
      node,
      show: (nowChosen, nowCounts) => {
        [chosen, counts] = [nowChosen.filter((value) => values.includes(value)), nowCounts];
        summary.setAttribute("aria-pressed", chosen.length > 0);
        const only = chosen.length === 1 ? label(values.indexOf(chosen[0])) : `${chosen.length} chosen`;
        summary.textContent = chosen.length ? `${title}: ${only}` : title;
        if (node.open) fill();
      },
    };
  };
})();
