(async () => {
  const { el, all, find, format, address, press } = synthGym;
  const SIDES = ["a", "b"];
  const data = await synthGym.loadColumns().catch((error) => synthGym.fail(error.message));
  if (!data) return;
  let shown = null;
  let differs = -1;

  const walk = synthGym.makeWalk((index) => {
    all(".pair:not(.heads)").forEach((pair, place) =>
      all(".step", pair).forEach((step) => step.classList.toggle("current", place === index)),
    );
  });

  const action = (step) => (step ? JSON.stringify([step.tool, step.arguments]) : "");
  const firstDifference = ([one, other]) => {
    const longest = Math.max(one.steps.length, other.steps.length);
    for (let index = 0; index < longest; index++) {
      if (action(one.steps[index]) !== action(other.steps[index])) return index;
    }
    return -1;
  };
  const told = (link) => {
    if (differs < 0) return "Both ran the same.";
    if (differs === 0) return "They differ from the first step on.";
    return ["They ran the same until ", el("a", { href: link(differs + 1) }, `step ${differs + 1}`), "."];
  };

  const head = (row, episode, side) => {
    const flags = synthGym
      .firstFlags(episode)
      .map(([name]) => [" ", el("span", { class: "chip flag", title: data.flags[name] }, format.words(name))]);
    const alone = address.link("episode", new URLSearchParams({ id: data.columns.id[row] }));
    const seed = el("span", { class: "quiet" }, `, seed ${episode.seed}`);
    const outcome = format.outcome(episode.outcome, episode.score !== undefined);
    return el(
      "section",
      { class: "facts side", "aria-label": `Episode ${SIDES[side].toUpperCase()}` },
      el("h2", {}, el("span", { class: `swatch h${side}` }), synthGym.policyOf(data, row).title, seed),
      el("p", { class: "about" }, episode.title, " ", outcome, flags),
      synthGym.facts(episode),
      el("p", {}, el("a", { href: alone }, "read alone")),
    );
  };

  /* Step by step, one beside the other. */
  const pairs = (episodes, link) => {
    const columns = episodes.map((episode) => synthGym.steps(episode, link));
    columns.forEach((steps, side) => steps.forEach((step) => (step.id = `${SIDES[side]}-${step.id}`)));
    const ended = (side) => el("p", { class: "quiet ended" }, `${SIDES[side].toUpperCase()} had ended.`);
    return Array.from({ length: Math.max(...columns.map((steps) => steps.length)) }, (_, index) =>
      el(
        "section",
        { class: `pair${index === differs ? " differs" : ""}`, "aria-label": `Step ${index + 1}` },
        columns.map((steps, side) => steps[index] ?? ended(side)),
      ),
    );
  };
  const plot = (episodes, link) =>
    synthGym.plot(
      episodes.map((one, side) => ({
        ...one,
        steps: one.steps.length,
        hue: side,
        name: SIDES[side].toUpperCase(),
        link,
      })),
    );

  const masthead = (episodes, same, link, swapped) => {
    const report = el("a", { href: "index.html" }, "Report");
    const list = el("a", { href: "episodes.html", rel: "up" }, "Episodes");
    return el(
      "header",
      { class: "masthead" },
      el("p", { class: "overline" }, report, " / ", list, " / side by side"),
      el("h1", {}, same ? episodes[0].title : "Two episodes"),
      el("p", { class: "lead" }, told(link)),
      el(
        "nav",
        { class: "pager", "aria-label": "Comparison" },
        el("a", { rel: "swap", href: `#${swapped}` }, "swap sides"),
        el("button", { type: "button", class: "plain", "data-help": true }, "keys: ?"),
      ),
    );
  };

  const show = async () => {
    const parameters = address.read();
    const ids = SIDES.map((side) => parameters.get(side) ?? "");
    if (ids.join(" ") === shown) return walk.follow();
    const rows = ids.map((id) => synthGym.rowNamed(data, id));
    if (rows.includes(null)) return;
    const episodes = await Promise.all(rows.map((row) => synthGym.loadEpisode(data, row))).catch((error) =>
      synthGym.fail(error.message),
    );
    if (!episodes) return;
    const link = (step) => `#${address.changed(parameters, { step })}`;
    const same = episodes[0].env_id === episodes[1].env_id;
    const lines = same && plot(episodes, link);
    differs = firstDifference(episodes);
    document.title = `${episodes[0].title}: two episodes`;
    const heads = episodes.map((episode, side) => head(rows[side], episode, side));
    const swapped = address.changed(parameters, { a: ids[1], b: ids[0] });
    find("#page").replaceChildren(
      masthead(episodes, same, link, swapped),
      el(
        "main",
        {},
        el("div", { class: "pair heads" }, heads),
        lines && el("figure", { class: "both" }, lines),
        pairs(episodes, link),
      ),
    );
    shown = ids.join(" ");
    walk.over(all(".pair:not(.heads)"));
    document.body.dataset.shown = shown;
  };

  window.addEventListener("hashchange", show);
  synthGym.keys([
    ...walk.keys(" of either"),
    [["d"], "where they first differ", () => walk.go(differs)],
    [["s"], "swap sides", press("swap")],
    [["l"], "back to the list", press("up")],
  ]);
  await show();
})();
