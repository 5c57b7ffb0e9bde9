(() => {
  const NOTHING = "\u2013";
  const minus = (text) => text.replace("-", "\u2212");
  const format = {
    /* Four significant digits, as in the tables. */
    score: (value) => (value === null || value === undefined ? NOTHING : minus(String(Number(value.toPrecision(4))))),
    signed: (value) => {
      if (value === null || value === undefined) return NOTHING;
      const text = Math.abs(value) < 100 ? (Math.round(value * 100) / 100 + 0).toFixed(2) : value.toPrecision(3);
      return value < 0 && Number(text) !== 0 ? minus(text) : `+${text.replace("-", "")}`;
    },
    count: (value) => value.toLocaleString("en-US"),
    short: (value) =>
      value < 10_000
        ? value.toLocaleString("en-US")
        : value < 1e6
          ? `${Math.round(value / 1e3)}k`
          : `${(value / 1e6).toFixed(1)}M`,
    money: (value) => (value === 0 ? "$0" : value < 0.01 ? `$${value.toPrecision(2)}` : `$${value.toFixed(2)}`),
    duration: (seconds) =>
      seconds < 1
        ? `${Math.round(seconds * 1000)} ms`
        : seconds < 120
          ? `${seconds.toFixed(1)} s`
          : `${(seconds / 60).toFixed(1)} min`,
    words: (name) => name.replaceAll("_", " "),
    plural: (count, one, many = `${one}s`) => `${count.toLocaleString("en-US")} ${count === 1 ? one : many}`,
    /* Good: submitted. Warning: ended by a limit, yet scored. Bad: no score. */
    tone: (outcome, scored) => (!scored ? "bad" : outcome === "submitted" ? "good" : "warn"),
  };
  format.outcome = (outcome, scored) =>
    synthGym.el("span", { class: `chip ${format.tone(outcome, scored)}` }, format.words(outcome));
  synthGym.format = format;
})();
