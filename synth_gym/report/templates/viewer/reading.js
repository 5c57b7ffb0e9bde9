(() => {
  const { el, format, address } = synthGym;
  const CAPTION =
    "Validated public scores by step and the best so far, against the baseline\u2019s and the reference\u2019s public scores. " +
    "The filled dot is the final private score, against their private ones.";
  const UNCOUNTED =
    "This episode counts for nothing: the infrastructure or a cancellation decided its end, not the policy.";

  /* The page of one episode, as elements. `linkTo` gives the address with changes; `before` and `after` are the ids of
     its neighbours, or null. */
  synthGym.reading = (data, row, episode, { linkTo, listLink, before, after }) => {
    const link = (step) => linkTo({ step });
    const rail = el("nav", { class: "rail", "aria-label": "Steps" }, railSteps(episode, link), railKey());
    return [
      masthead(data, row, episode, { linkTo, listLink, before, after }),
      el("div", { class: "columns" }, rail, body(episode, link)),
    ];
  };

  const masthead = (data, row, episode, { linkTo, listLink, before, after }) => {
    const policy = synthGym.policyOf(data, row);
    const challenge = data.challenges[data.columns.challenge[row]].id;
    const others = address.link("episodes", new URLSearchParams({ challenge, pick: data.columns.id[row] }));
    const turn = (id, rel, text) => id && el("a", { rel, href: linkTo({ id, step: null }) }, text);
    const report = el("a", { href: "index.html" }, "Report");
    const list = el("a", { href: listLink, rel: "up" }, "Episodes");
    const flags = synthGym
      .firstFlags(episode)
      .map(([name, step]) => [
        " ",
        el("a", { class: "chip flag", href: linkTo({ step }), title: data.flags[name] }, format.words(name)),
      ]);
    const name = [el("strong", { title: policy.method }, policy.title), `, seed ${episode.seed} `];
    return el(
      "header",
      { class: "masthead" },
      el("p", { class: "overline" }, report, " / ", list, ` / ${episode.env_id}`),
      el("h1", {}, episode.title),
      el("p", { class: "lead" }, name, format.outcome(episode.outcome, episode.score !== undefined), flags),
      el(
        "nav",
        { class: "pager", "aria-label": "Episodes" },
        turn(before, "prev", "\u2190 previous episode"),
        turn(after, "next", "next episode \u2192"),
        el("a", { href: others, rel: "compare" }, "compare with another"),
        el("button", { type: "button", class: "plain", "data-help": true }, "keys: ?"),
      ),
    );
  };

  const markOf = (step) => (step.outcome ? "end" : step.score !== undefined ? "score" : step.failed ? "error" : "");
  const titleOf = (step) =>
    [
      step.tool || step.kind,
      step.exit_code && `exit code ${step.exit_code}`,
      step.score !== undefined && `score ${format.score(step.score)}`,
      ...(step.flags ?? []).map(([name]) => format.words(name)),
    ]
      .filter(Boolean)
      .join(", ");
  const railSteps = (episode, link) => {
    const steps = episode.steps.map((step, index) => {
      const kind = `${markOf(step)}${step.flags ? " flagged" : ""}`;
      return el("li", {}, el("a", { href: link(index + 1), class: kind, title: titleOf(step) }, index + 1));
    });
    return el("ol", {}, steps);
  };
  const railKey = () => {
    const kinds = { score: "scored", error: "failed", end: "end", flagged: "flagged" };
    const dots = Object.entries(kinds).map(([kind, text]) => [el("i", { class: `dot ${kind}` }), `${text} `]);
    return el("p", { class: "key" }, dots);
  };

  const body = (episode, link) => {
    const plot = synthGym.plot([{ ...episode, steps: episode.steps.length, hue: 0, finalHue: 1, name: "", link }]);
    const opening = episode.opening.map(([label, text]) =>
      el("details", { class: "opening" }, el("summary", {}, label), el("pre", { class: "prose" }, text)),
    );
    const error = ["The episode was ended by an exception: ", el("code", {}, episode.error)];
    return el(
      "main",
      {},
      el(
        "section",
        { class: "facts", "aria-label": "Result" },
        synthGym.facts(episode),
        plot,
        plot && el("p", { class: "caption" }, CAPTION),
      ),
      !episode.trainable && el("p", { class: "notice" }, UNCOUNTED),
      episode.error && el("p", { class: "fault" }, error),
      opening,
      synthGym.steps(episode, link),
    );
  };
})();
