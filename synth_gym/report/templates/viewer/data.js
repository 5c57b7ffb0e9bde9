(() => {
  const KEPT = 8;
  const taken = new Map();
  const decoded = new Map();
  let given = null;

  /* Data comes as scripts, because a page opened from the disk may load nothing else. */
  const load = (path) =>
    new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = path;
      script.onload = () => resolve(script.remove());
      script.onerror = () => reject(new Error(`${path} is missing or cannot be read: run synth-gym view again`));
      document.head.append(script);
    });

  const decode = (coded) => {
    const bytes = Uint8Array.from(atob(coded), (character) => character.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
    return new Response(stream).json();
  };

  synthGym.columns = (data) => {
    given = data;
  };
  synthGym.take = (key, coded) => taken.set(key, coded);

  /* The columns of all episodes. */
  synthGym.loadColumns = async () => {
    if (!given) await load("data/episodes.js");
    for (const name of ["challenge", "policy", "outcome", "flags", "trainable"])
      given.columns[name] = Uint16Array.from(given.columns[name]);
    given.size = given.columns.id.length;
    given.rowOf = new Map(given.columns.id.map((id, row) => [id, row]));
    return given;
  };

  const batch = async (key) => {
    if (!decoded.has(key)) {
      await load(`data/${key}.js`);
      decoded.set(key, await decode(taken.get(key)));
      taken.delete(key);
      if (decoded.size > KEPT) decoded.delete(decoded.keys().next().value);
    }
    return decoded.get(key);
  };

  /* One episode with all its steps. */
  synthGym.loadEpisode = async (data, row) => {
    let low = 0;
    let high = data.batches.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (data.batches[middle][1] <= row) low = middle;
      else high = middle;
    }
    const [key, first] = data.batches[low];
    const episode = (await batch(key))[row - first];
    return {
      progress: [],
      opening: [],
      steps: [],
      tokens: [0, 0],
      cost: 0,
      ...episode,
      title: episode.title || episode.env_id,
    };
  };

  /* The place of the episode that an address names; null, and a line that says so, where there is none. */
  synthGym.rowNamed = (data, id) => {
    if (data.rowOf.has(id)) return data.rowOf.get(id);
    synthGym.fail(
      id ? `This report holds no episode ${id}; it may be of another set of records.` : "The address names no episode.",
    );
    return null;
  };
})();
