(async () => {
  const { el, all, find, address, press } = synthGym;
  const data = await synthGym.loadColumns().catch((error) => synthGym.fail(error.message));
  if (!data) return;
  const query = synthGym.makeQuery(data);
  let shown = null;

  const walk = synthGym.makeWalk((index) => {
    all("article.step").forEach((step, place) => step.classList.toggle("current", place === index));
    const links = all(".rail ol a");
    links.forEach((link) => link.removeAttribute("aria-current"));
    links[index].setAttribute("aria-current", "step");
    links[index].scrollIntoView({ block: "nearest" });
  });

  /* The episodes before and after this one, in the list that the reader came from. */
  const neighbours = (row, parameters) => {
    const { rows } = query.run(parameters);
    const place = rows.indexOf(row);
    const around = place < 0 ? [row - 1, row + 1] : [rows[place - 1], rows[place + 1]];
    return around.map((one) => data.columns.id[one] ?? null);
  };

  const show = async () => {
    const parameters = address.read();
    const id = parameters.get("id") ?? "";
    if (id === shown) return walk.follow();
    const row = synthGym.rowNamed(data, id);
    const episode =
      row !== null && (await synthGym.loadEpisode(data, row).catch((error) => synthGym.fail(error.message)));
    if (!episode || address.read().get("id") !== id) return; // the reader has gone on meanwhile
    const [before, after] = neighbours(row, parameters);
    const linkTo = (changes) => `#${address.changed(parameters, changes)}`;
    const listLink = address.link("episodes", address.changed(parameters, { id: null, step: null }));
    find("#page").replaceChildren(...synthGym.reading(data, row, episode, { linkTo, listLink, before, after }));
    const facts = [`synth-gym ${episode.version}`, episode.env_id, episode.hash, episode.started, episode.file];
    find("footer").replaceChildren(el("p", {}, facts.join(" \u00b7 ")));
    document.title = `${episode.title}, ${synthGym.policyOf(data, row).title}, seed ${episode.seed}`;
    shown = id;
    walk.over(all("article.step"));
    document.body.dataset.shown = id;
  };

  window.addEventListener("hashchange", show);
  synthGym.keys([
    ...walk.keys(),
    [["n", "p"], "next and previous episode", press("next"), press("prev")],
    [["ArrowRight", "ArrowLeft"], "the same", press("next"), press("prev")],
    [["c"], "compare with another episode", press("compare")],
    [["l"], "back to the list", press("up")],
  ]);
  await show();
})();
