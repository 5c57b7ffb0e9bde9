(async () => {
  const { el, find, format, address } = synthGym;
  const search = find("#search");
  const count = find("#count");
  const tray = find("#tray");
  const data = await synthGym.loadColumns().catch((error) => synthGym.fail(error.message));
  if (!data) return;
  const query = synthGym.makeQuery(data);
  let parameters = address.read();

  const change = (changed) => {
    parameters = changed;
    address.write(parameters);
    update();
  };
  const open = (row) => address.link("episode", address.changed(parameters, { id: data.columns.id[row], pick: null }));
  const pick = (id) => {
    const before = parameters.getAll("pick");
    const after = before.includes(id) ? before.filter((one) => one !== id) : [...before, id].slice(-2);
    const changed = address.changed(parameters, { pick: null });
    after.forEach((one) => changed.append("pick", one));
    change(changed);
  };
  const sort = (order) => change(address.changed(parameters, { sort: order || null }));

  const table = synthGym.makeTable(find(".viewport"), data, { open, sort, pick });
  const facets = synthGym.makeFacets(find("#facets"), data, query, change);

  const named = (id) => {
    const row = data.rowOf.get(id);
    if (row === undefined) return id;
    const { columns } = data;
    return `${data.policies[columns.policy[row]].title}, seed ${columns.seed[row]}: ${data.challenges[columns.challenge[row]].title}`;
  };
  const pickedEntry = (id) => {
    const remove = { type: "button", class: "plain", "aria-label": `Remove ${named(id)}`, onclick: () => pick(id) };
    return el("span", { title: named(id) }, el("span", {}, named(id)), el("button", remove, "\u00d7"));
  };
  const showTray = () => {
    const picked = parameters.getAll("pick").filter((id) => data.rowOf.has(id));
    const [a, b] = picked;
    const compare = address.link("compare", new URLSearchParams({ a, b }));
    tray.hidden = !picked.length;
    tray.replaceChildren(
      ...picked.map(pickedEntry),
      picked.length === 2
        ? el("a", { class: "button", href: compare }, "Compare side by side")
        : el("span", { class: "quiet" }, "Tick another episode to compare the two."),
    );
  };
  const update = () => {
    const { rows, counts } = query.run(parameters);
    table.show(rows, parameters);
    facets.show(parameters, counts);
    count.textContent =
      rows.length === data.size
        ? format.plural(data.size, "episode")
        : `${format.count(rows.length)} of ${format.plural(data.size, "episode")}`;
    find("#none").hidden = rows.length > 0;
    showTray();
  };

  search.addEventListener("input", () => change(address.changed(parameters, { q: search.value || null })));
  search.addEventListener("keydown", (event) => event.key === "Enter" && (search.blur(), table.jump(0)));
  const restore = () => {
    parameters = address.read();
    search.value = parameters.get("q") ?? "";
    update();
  };
  window.addEventListener("hashchange", restore);
  const follow = () => table.current() !== null && (location.href = open(table.current()));
  synthGym.keys([
    [["/"], "search", () => search.focus()],
    [["j", "k"], "next and previous row", () => table.move(1), () => table.move(-1)],
    [["g", "G"], "first and last row", () => table.jump(0), () => table.jump(table.size() - 1)],
    [["Enter", "o"], "read the episode", follow],
    [["c"], "pick the row to compare it", () => table.current() !== null && pick(data.columns.id[table.current()])],
    [["x"], "clear search and filters", () => ((search.value = ""), change(new URLSearchParams()))],
  ]);
  find("main").hidden = false;
  restore();
  performance.mark("table drawn");
  document.body.dataset.shown = "list";
})();
