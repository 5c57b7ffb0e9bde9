(() => {
  const { svg, format } = synthGym;
  const [WIDTH, HEIGHT] = [760, 220];
  const [TOP, RIGHT, BOTTOM, LEFT] = [14, 64, 26, 40];

  /* Round numbers within a range, about `count` of them. */
  const ticks = (low, high, count = 5) => {
    const rough = (high - low) / count;
    const power = 10 ** Math.floor(Math.log10(rough));
    const step = [1, 2, 5, 10].map((factor) => factor * power).find((one) => one >= rough * 0.999);
    const found = [];
    for (let place = Math.ceil(low / step - 1e-9); place <= Math.floor(high / step + 1e-9); place++)
      found.push(Number((place * step).toPrecision(12)));
    return found;
  };
  const axis = (low, high, start, end) => (value) =>
    Math.round((start + ((Math.min(Math.max(value, low), high) - low) / (high - low)) * (end - start)) * 100) / 100;

  const staircase = (progress, x, y, end) => {
    let best = -Infinity;
    const rising = progress.filter(([, value]) => value > best && ((best = value), true));
    if (!rising.length) return "";
    const [first] = rising;
    return `M${x(first[0])} ${y(first[1])}${rising.map(([step, value]) => `H${x(step)}V${y(value)}`).join("")}H${x(end)}`;
  };

  /* Validated scores by step and the final score, on the normalised scale; null where nothing was scored.
     Each series: {progress, normalized, score, steps, hue, name, link(step)}. */
  synthGym.plot = (series) => {
    const values = series.flatMap((one) => [
      ...one.progress.map(([, value]) => value),
      ...(one.normalized === undefined ? [] : [one.normalized]),
    ]);
    if (!values.length) return null;
    const low = Math.max(-1, Math.min(-0.1, ...values.map((value) => value - 0.1)));
    const high = Math.min(2, Math.max(1.2, ...values.map((value) => value + 0.1)));
    const steps = Math.max(1, ...series.map((one) => one.steps));
    const x = axis(0, steps, LEFT, WIDTH - RIGHT);
    const y = axis(low, high, HEIGHT - BOTTOM, TOP);
    const right = WIDTH - RIGHT;
    const text = (at, label, attributes = {}) => svg("text", { x: at[0], y: at[1], ...attributes }, label);
    const level = (value, name) => [
      svg("line", { class: `level ${name}`, x1: LEFT, x2: right, y1: y(value), y2: y(value) }),
      text([right + 6, y(value) + 3], name, { class: "level-name" }),
    ];
    const drawn = series.map((one) => [
      svg("path", { class: `line h${one.hue}`, d: staircase(one.progress, x, y, one.steps) }),
      one.progress.map(([step, value]) =>
        svg(
          "a",
          { href: one.link(step) },
          svg(
            "circle",
            { class: `point h${one.hue}`, cx: x(step), cy: y(value), r: 4.5 },
            svg("title", {}, `${one.name} step ${step}: ${format.signed(value)} (public)`),
          ),
        ),
      ),
      one.normalized !== undefined &&
        svg(
          "circle",
          { class: `final h${one.finalHue ?? one.hue}`, cx: x(one.steps), cy: y(one.normalized), r: 5.5 },
          svg("title", {}, `${one.name} final: ${format.score(one.score)} (private)`),
        ),
    ]);
    return svg(
      "svg",
      { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, class: "plot steps", role: "img", "aria-label": "Validated scores by step" },
      svg(
        "g",
        { class: "axis y" },
        ticks(low, high).map((tick) => [
          svg("line", { x1: LEFT, x2: right, y1: y(tick), y2: y(tick) }),
          text([LEFT - 8, y(tick) + 4], String(tick).replace("-", "\u2212")),
        ]),
      ),
      svg(
        "g",
        { class: "axis x" },
        svg("line", { class: "base", x1: LEFT, x2: right, y1: HEIGHT - BOTTOM, y2: HEIGHT - BOTTOM }),
        ticks(0, steps)
          .filter(Number.isInteger)
          .map((tick) => text([x(tick), HEIGHT - BOTTOM + 16], String(tick))),
      ),
      level(0, "baseline"),
      level(1, "reference"),
      drawn,
    );
  };
})();
