(() => {
  const { all, find, address } = synthGym;

  /* Moving through the steps of a page. The address follows, so that a link leads to the step. `marked` is told which
     step is the current one. */
  synthGym.makeWalk = (marked) => {
    let stops = [];
    let current = -1;

    const go = (index) => {
      if (!(index >= 0 && index < stops.length)) return;
      current = index;
      marked(index);
      address.write(address.changed(address.read(), { step: index + 1 }));
      stops[index].scrollIntoView({ block: "start", behavior: "instant" });
    };
    /* The next stop of a kind, which is a class of it or of a step in it. */
    const seek = (direction, kind) => () => {
      for (let index = current + direction; index >= 0 && index < stops.length; index += direction) {
        if (stops[index].matches(`.${kind}`) || find(`.step.${kind}`, stops[index])) return go(index);
      }
    };
    const follow = () => go(Number(address.read().get("step")) - 1);
    return {
      go,
      follow,
      /* Begin anew, with the elements to stop at; at the step that the address names, if it does. */
      over: (elements) => {
        stops = elements;
        current = -1;
        window.scrollTo(0, 0);
        follow();
      },
      keys: (of = "") => [
        [["j", "k"], "next and previous step", () => go(current + 1), () => go(current - 1)],
        [["e", "E"], `next and previous error${of}`, seek(1, "failed"), seek(-1, "failed")],
        [["f", "F"], `next and previous flag${of}`, seek(1, "flagged"), seek(-1, "flagged")],
        [["v", "V"], `next and previous validation${of}`, seek(1, "scored"), seek(-1, "scored")],
        [["o"], "unfold all, fold all", unfold],
      ],
    };
  };

  const unfold = () => {
    const folded = all("main details").some((part) => !part.open);
    all("main details").forEach((part) => (part.open = folded));
  };
  /* A key that does what a click on the page's link of this relation does. */
  synthGym.press = (rel) => () => find(`a[rel=${rel}]`)?.click();
})();
