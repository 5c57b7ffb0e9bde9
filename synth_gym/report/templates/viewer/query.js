(() => {
  const FACETS = ["outcome", "result", "flag", "policy", "family", "challenge"];
  const RESULTS = ["beats the reference", "beats the baseline", "below the baseline", "no score", "not counted"];

  /* What can be filtered by: for each facet its values, and every row's code. A code is a value's place, but for flags,
     whose code is the sum of the row's. */
  const facetsOf = (data) => {
    const { columns, challenges } = data;
    const families = [...new Set(challenges.map((one) => one.family))].sort();
    const familyOf = challenges.map((one) => families.indexOf(one.family));
    const result = Uint16Array.from(columns.normalized, (value, row) =>
      !columns.trainable[row] ? 4 : value === null ? 3 : value >= 1 ? 0 : value > 0 ? 1 : 2,
    );
    const flags = Object.keys(data.flags);
    return {
      outcome: { values: data.outcomes, codes: columns.outcome },
      result: { values: RESULTS, codes: result },
      flag: { values: ["any", "none", ...flags], codes: columns.flags, codeCount: 1 << flags.length, holds: flagHolds },
      policy: { values: data.policies.map((one) => one.title), codes: columns.policy },
      family: { values: families, codes: Uint16Array.from(columns.challenge, (place) => familyOf[place]) },
      challenge: {
        values: challenges.map((one) => one.id),
        labels: challenges.map((one) => one.title),
        codes: columns.challenge,
      },
    };
  };
  /* "any", "none" and then one value for each flag. */
  const flagHolds = (value, code) =>
    value === 0 ? code !== 0 : value === 1 ? code === 0 : ((code >> (value - 2)) & 1) === 1;
  const sameCode = (value, code) => value === code;

  /* For each facet which codes pass, or null where all do. */
  const allowed = (facet, chosen) => {
    const places = chosen.map((value) => facet.values.indexOf(value)).filter((place) => place >= 0);
    if (!places.length) return null;
    const holds = facet.holds ?? sameCode;
    return Uint8Array.from({ length: facet.codeCount ?? facet.values.length }, (_, code) =>
      places.some((place) => holds(place, code)) ? 1 : 0,
    );
  };

  /* For each word of the search which entries of each dictionary hold it: rows are then looked up, never read. */
  const matchers = (data, text) => {
    const flags = Object.keys(data.flags);
    const hold = (texts, word) => Uint8Array.from(texts, (one) => (one.toLowerCase().includes(word) ? 1 : 0));
    const flagged = Array.from({ length: 1 << flags.length }, (_, code) => {
      const names = flags.filter((_, place) => (code >> place) & 1).join(" ");
      return names && `flagged ${names} ${synthGym.format.words(names)}`;
    });
    return text
      .toLowerCase()
      .split(/\s+/)
      .filter(Boolean)
      .map((word) => {
        const challenge = hold(
          data.challenges.map((one) => `${one.title} ${one.id} ${one.family}`),
          word,
        );
        const policy = hold(
          data.policies.map((one) => `${one.title} ${one.method}`),
          word,
        );
        const outcome = hold(
          data.outcomes.map((one) => `${one} ${synthGym.format.words(one)}`),
          word,
        );
        const flag = hold(flagged, word);
        return {
          challenge,
          policy,
          outcome,
          flag,
          seed: /^\d+$/.test(word) ? Number(word) : -1,
          row: data.rowOf.get(word) ?? -1,
        };
      });
  };
  /* Which rows hold every word. */
  const searched = (data, words) => {
    const { challenge, policy, outcome, flags, seed } = data.columns;
    const found = new Uint8Array(data.size).fill(1);
    for (const word of words) {
      for (let row = 0; row < data.size; row++) {
        if (
          !(
            word.challenge[challenge[row]] |
            word.policy[policy[row]] |
            word.outcome[outcome[row]] |
            word.flag[flags[row]]
          ) &&
          seed[row] !== word.seed &&
          row !== word.row
        )
          found[row] = 0;
      }
    }
    return found;
  };

  const ranks = (texts) => {
    const order = texts.map((_, place) => place).sort((a, b) => texts[a].localeCompare(texts[b]));
    const rank = new Float64Array(texts.length);
    order.forEach((place, position) => (rank[place] = position));
    return rank;
  };
  const keysOf = (data, column) => {
    const texts = {
      challenge: data.challenges.map((one) => one.title),
      policy: data.policies.map((one) => one.title),
      outcome: data.outcomes,
    }[column];
    if (!texts) return Float64Array.from(data.columns[column], (value) => (value === null ? NaN : value));
    const rank = ranks(texts);
    return Float64Array.from(data.columns[column], (place) => rank[place]);
  };
  const bits = (code) => (code ? (code & 1) + bits(code >> 1) : 0);

  synthGym.FACETS = FACETS;
  synthGym.makeQuery = (data) => {
    const facets = facetsOf(data);
    const keys = new Map();
    const keyed = (column) => {
      if (!keys.has(column))
        keys.set(column, column === "flags" ? Float64Array.from(data.columns.flags, bits) : keysOf(data, column));
      return keys.get(column);
    };

    /* Rows in the order that the parameters ask for; rows without a value come last in either direction. */
    const sorted = (rows, sort) => {
      const column = sort.replace(/^-/, "");
      if (!column || !(column in data.columns)) return rows;
      const key = keyed(column);
      const sign = sort.startsWith("-") ? -1 : 1;
      const [given, without] = [
        rows.filter((row) => key[row] === key[row]),
        rows.filter((row) => key[row] !== key[row]),
      ];
      rows.set(given.sort((a, b) => sign * (key[a] - key[b]) || a - b));
      rows.set(without, given.length);
      return rows;
    };

    /* One pass over all rows. Each facet's counts are over the rows that everything but itself lets through. */
    const run = (parameters) => {
      const holds = searched(data, matchers(data, parameters.get("q") ?? ""));
      const gates = FACETS.map((name) => allowed(facets[name], parameters.getAll(name)));
      const codes = FACETS.map((name) => facets[name].codes);
      const counts = FACETS.map((name) => new Uint32Array(facets[name].codeCount ?? facets[name].values.length));
      const rows = new Uint32Array(data.size);
      let found = 0;
      for (let row = 0; row < data.size; row++) {
        if (!holds[row]) continue;
        let failed = -1;
        let failures = 0;
        for (let facet = 0; facet < gates.length; facet++) {
          if (gates[facet] && !gates[facet][codes[facet][row]]) {
            failed = facet;
            failures++;
          }
        }
        if (failures === 0) {
          rows[found++] = row;
          for (let facet = 0; facet < counts.length; facet++) counts[facet][codes[facet][row]]++;
        } else if (failures === 1) counts[failed][codes[failed][row]]++;
      }
      return { rows: sorted(rows.subarray(0, found), parameters.get("sort") ?? ""), counts };
    };

    /* How many rows have a value of a facet, from the counts of its codes. */
    const valueCounts = (name, counts) => {
      const facet = facets[name];
      if (!facet.holds) return counts;
      return facet.values.map((_, value) =>
        counts.reduce((sum, count, code) => sum + (facet.holds(value, code) ? count : 0), 0),
      );
    };
    return { facets, run, valueCounts };
  };
})();
