(() => {
  const { el } = synthGym;
  const MOST_CELLS = 1_000_000;
  const CONTEXT = 3;

  /* The length of the longest common subsequence of every pair of tails, by rows. */
  const commonLengths = (a, b) => {
    const width = b.length + 1;
    const lengths = new Uint32Array((a.length + 1) * width);
    for (let i = a.length - 1; i >= 0; i--) {
      for (let j = b.length - 1; j >= 0; j--) {
        const [here, below] = [i * width + j, (i + 1) * width + j];
        lengths[here] = a[i] === b[j] ? lengths[below + 1] + 1 : Math.max(lengths[below], lengths[here + 1]);
      }
    }
    return (i, j) => lengths[i * width + j];
  };
  const same = (lines) => lines.map((line) => [" ", line]);

  /* Lines as [kind, text], kind being " ", "-" or "+"; null where it would take too long. */
  const compare = (before, after) => {
    let start = 0;
    while (start < Math.min(before.length, after.length) && before[start] === after[start]) start++;
    let tail = 0;
    const most = Math.min(before.length, after.length) - start;
    while (tail < most && before[before.length - 1 - tail] === after[after.length - 1 - tail]) tail++;
    const [a, b] = [before.slice(start, before.length - tail), after.slice(start, after.length - tail)];
    if ((a.length + 1) * (b.length + 1) > MOST_CELLS) return null;
    const common = commonLengths(a, b);
    const lines = [];
    for (let i = 0, j = 0; i < a.length || j < b.length;) {
      if (i < a.length && j < b.length && a[i] === b[j]) {
        lines.push([" ", a[i]]);
        i++;
        j++;
      } else if (i < a.length && (j === b.length || common(i + 1, j) >= common(i, j + 1))) lines.push(["-", a[i++]]);
      else lines.push(["+", b[j++]]);
    }
    return [...same(before.slice(0, start)), ...lines, ...same(before.slice(before.length - tail))];
  };

  const KINDS = { "-": "removed", "+": "added", "@": "skipped" };
  const shown = (lines) =>
    el(
      "pre",
      { class: "command diff" },
      lines.map(([kind, text]) =>
        el("span", { class: `line ${KINDS[kind] ?? ""}` }, `${kind === "@" ? "" : kind}${text}\n`),
      ),
    );

  /* Two texts as a difference by lines, with a few lines of context; null where they are too long or the same. */
  synthGym.diff = (before, after) => {
    const lines = before === after ? null : compare(before.split("\n"), after.split("\n"));
    if (!lines) return null;
    const near = new Uint8Array(lines.length);
    lines.forEach(([kind], place) => kind !== " " && near.fill(1, Math.max(0, place - CONTEXT), place + CONTEXT + 1));
    const kept = [];
    let skipped = 0;
    lines.forEach((line, place) => {
      if (near[place]) {
        if (skipped) kept.push(["@", `\u22ef ${synthGym.format.plural(skipped, "line")} the same`]);
        skipped = 0;
        kept.push(line);
      } else skipped++;
    });
    if (skipped) kept.push(["@", `\u22ef ${synthGym.format.plural(skipped, "line")} the same`]);
    return shown(kept);
  };

  /* Output of `diff -u` or `git diff`, coloured; null for any other text. */
  synthGym.diffOutput = (text) => {
    if (!/^@@ .* @@/m.test(text)) return null;
    return text.split("\n").map((line) => {
      const kind = /^(\+\+\+|---)/.test(line) ? "skipped" : (KINDS[line[0]] ?? "");
      return el("span", { class: `line ${kind}` }, `${line}\n`);
    });
  };
})();
