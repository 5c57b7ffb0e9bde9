(() => {
  const { el, format } = synthGym;

  /* The facts of an episode's head: a term, its value, and a line beneath. */
  synthGym.facts = (episode) => {
    const { metric } = episode;
    const arrow = metric.direction === "maximize" ? "\u2191" : "\u2193";
    const validations = episode.steps.filter((step) => step.score !== undefined).length;
    const tokens = episode.tokens[0] + episode.tokens[1];
    const scale = `baseline ${format.score(metric.baseline)}, reference ${format.score(metric.reference)}`;
    const time = `${format.duration(episode.seconds ?? 0)}, ${format.plural(validations, "validation")}`;
    const written = `${format.count(episode.tokens[1])} of them written${episode.cost ? `, ${format.money(episode.cost)}` : ""}`;
    const fact = (term, value, about) =>
      el("div", {}, el("dt", {}, term), el("dd", { class: "big" }, value), el("dd", {}, about));
    return el(
      "dl",
      {},
      fact("Final score", format.score(episode.score), `${metric.name} ${arrow}, private split`),
      fact("Normalised", format.signed(episode.normalized), scale),
      fact("Steps", String(episode.steps.length), time),
      tokens > 0 && fact("Tokens", format.short(tokens), written),
    );
  };

  /* The flags of an episode, each with the first step that has it. */
  synthGym.firstFlags = (episode) => {
    const first = new Map();
    episode.steps.forEach((step, index) =>
      step.flags?.forEach(([name]) => first.has(name) || first.set(name, index + 1)),
    );
    return [...first];
  };

  synthGym.policyOf = (data, row) => data.policies[data.columns.policy[row]];
})();
