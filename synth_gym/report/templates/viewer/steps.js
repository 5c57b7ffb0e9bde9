(() => {
  const { el, format } = synthGym;
  const INLINE = 80; /* characters of an argument that still stands on the call's own line */
  const UNLABELLED = new Set(["command", "content", "text", "old", "new"]);
  const [HEAD, TAIL] = [20, 12];
  const HEREDOC_FILE =
    /(?:cat|tee)\b[^\n]*?(?:>\s*|tee\s+(?:-a\s+)?)([\w./-]+)[^\n]*<<-?[ \t]*(['"]?)(\w+)\2[^\n]*\n([\s\S]*?)\n\3(?=\n|$|[;&|)])/g;

  /* The files that a step writes whole: [path, text]. */
  const written = (step) => {
    if (step.tool === "create" && step.arguments?.path) return [[step.arguments.path, step.arguments.content ?? ""]];
    return step.tool === "bash"
      ? Array.from((step.arguments.command ?? "").matchAll(HEREDOC_FILE), (found) => [found[1], found[4]])
      : [];
  };

  /* The steps of an episode as articles. A file that is written again is shown as a difference to what it was.
     `link` gives the address of a step's number. */
  synthGym.steps = (episode, link) => {
    const files = new Map();
    return episode.steps.map((step, index) => {
      const changes = written(step)
        .filter(([path, text]) => files.has(path) && files.get(path) !== text)
        .map(([path, text]) => [path, synthGym.diff(files.get(path), text)]);
      written(step).forEach(([path, text]) => files.set(path, text));
      return article(
        episode,
        step,
        index + 1,
        changes.filter(([, node]) => node),
        link,
      );
    });
  };

  const article = (episode, step, number, changes, link) =>
    el(
      "article",
      {
        class: `step${step.failed ? " failed" : ""}${step.score !== undefined ? " scored" : ""}${step.flags ? " flagged" : ""}`,
        id: `step-${number}`,
        "data-step": number,
        "aria-label": `Step ${number}`,
      },
      header(episode, step, number, link),
      step.flags?.map(([name, evidence]) =>
        el(
          "p",
          { class: "evidence" },
          el("span", { class: "chip flag" }, format.words(name)),
          el("code", {}, evidence),
        ),
      ),
      step.reasoning &&
        el(
          "details",
          { class: "reasoning" },
          el("summary", {}, "Reasoning"),
          el("div", { class: "prose" }, step.reasoning),
        ),
      step.thought && el("div", { class: "thought" }, step.thought),
      blocks(step),
      changes.map(([path, node]) =>
        el(
          "details",
          { class: "changes", open: step.tool === "create" },
          el("summary", {}, `What changed in ${path}`),
          node,
        ),
      ),
      output(step.output ?? ""),
    );

  const header = (episode, step, number, link) => {
    const scored = episode.score !== undefined;
    const code = step.exit_code;
    const failure = code ? `exit code ${code}` : step.failed && step.kind === "command" ? "did not finish" : "";
    const tokens = step.tokens ? `${format.count(step.tokens[0])} + ${format.count(step.tokens[1])} tokens` : "";
    const quiet = [
      tokens,
      step.cost ? format.money(step.cost) : "",
      step.kind === "command" ? format.duration(step.seconds ?? 0) : "",
    ].filter(Boolean);
    return el(
      "header",
      {},
      el("h2", {}, el("a", { href: link(number) }, number)),
      el(
        "p",
        {},
        step.kind === "stopped"
          ? el("span", { class: "tool" }, "stopped by the policy\u2019s side")
          : step.tool && el("span", { class: "tool" }, step.tool),
        words(step).map((word) => el("code", {}, word)),
        step.kind === "rejected" && el("span", { class: "chip bad" }, "not understood"),
        failure && el("span", { class: "chip bad" }, failure),
        step.score !== undefined &&
          el(
            "span",
            { class: "chip good" },
            `validated ${format.score(step.score)}${step.best ? " \u2605 best so far" : ""}`,
          ),
        step.outcome && format.outcome(step.outcome, scored),
        el("span", { class: "quiet" }, quiet.join(", ")),
      ),
    );
  };

  const isShort = (name, value) =>
    !["command", "old", "new"].includes(name) && value.length <= INLINE && !value.includes("\n");
  const words = (step) =>
    Object.entries(step.arguments ?? {})
      .filter(([name, value]) => isShort(name, value))
      .map(([, value]) => value);

  const blocks = (step) => {
    const given = Object.entries(step.arguments ?? {}).filter(([name, value]) => !isShort(name, value));
    const { old, new: fresh, path } = step.arguments ?? {};
    const difference = old !== undefined && fresh !== undefined && synthGym.diff(old, fresh);
    const rest = difference ? given.filter(([name]) => name !== "old" && name !== "new") : given;
    const language = step.tool === "bash" ? "bash" : synthGym.languageOf(path ?? "");
    return [
      difference,
      rest.map(([name, value]) =>
        el(
          "pre",
          { class: "command", "data-label": UNLABELLED.has(name) ? null : name },
          el("code", {}, synthGym.highlight(value, language)),
        ),
      ),
    ];
  };

  const BAD_LINE = /^(?:Traceback \(most recent call last\):|[\w.]*(?:Error|Exception)\b.*|.*: command not found)$/;
  const coloured = (text) =>
    synthGym.diffOutput(text) ??
    text
      .split(/(?<=\n)/)
      .map((line) => (BAD_LINE.test(line.trimEnd()) ? el("span", { class: "bad-line" }, line) : line));

  /* The middle of a long output is shown on demand; its end stays in sight, where a traceback names its error. */
  const output = (text) => {
    const lines = text.replace(/\n$/, "").split("\n");
    if (lines.length <= HEAD + TAIL + 8) return el("div", { class: "output" }, el("pre", {}, coloured(text)));
    const [head, middle, tail] = [lines.slice(0, HEAD), lines.slice(HEAD, -TAIL), lines.slice(-TAIL)].map((part) =>
      part.join("\n"),
    );
    const rest = el("pre");
    const folded = el(
      "details",
      { class: "rest", ontoggle: () => rest.firstChild ?? rest.append(...coloured(middle)) },
      el("summary", {}, `${format.count(lines.length - HEAD - TAIL)} more lines`),
      rest,
    );
    return el("div", { class: "output" }, el("pre", {}, coloured(head)), folded, el("pre", {}, coloured(tail)));
  };
})();
