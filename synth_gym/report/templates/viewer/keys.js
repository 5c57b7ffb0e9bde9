(() => {
  const { el } = synthGym;
  const TYPING = "input:not([type=checkbox]), select, textarea";

  /* Keys of a page: a list of [keys, what they do, action, ...]; `?` shows them. */
  synthGym.keys = (bindings) => {
    const actions = new Map();
    for (const [keys, , ...functions] of bindings) {
      keys.forEach((key, index) => actions.set(key, functions[Math.min(index, functions.length - 1)]));
    }
    const help = dialog(bindings);
    actions.set("?", () => (help.open ? help.close() : help.showModal()));
    document.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.key === "Escape" && event.target.matches?.(TYPING)) return event.target.blur();
      if (event.target.matches?.(TYPING) || !actions.has(event.key) || (help.open && event.key !== "?")) return;
      if (event.key === "Enter" && event.target !== document.body && !event.target.matches(".viewport")) return;
      event.preventDefault();
      actions.get(event.key)();
    });
    document.addEventListener("click", (event) => event.target.closest("[data-help]") && help.showModal());
  };

  const NAMES = { ArrowLeft: "\u2190", ArrowRight: "\u2192", Enter: "Enter" };
  const dialog = (bindings) => {
    const rows = [...bindings, [["?"], "this list"]].map(([keys, text]) =>
      el(
        "div",
        {},
        el(
          "dt",
          {},
          keys.map((key) => el("kbd", {}, NAMES[key] ?? key)),
        ),
        el("dd", {}, text),
      ),
    );
    const close = el("button", { type: "button", class: "button", onclick: () => node.close() }, "Close");
    const node = el(
      "dialog",
      { class: "help", "aria-label": "Keys" },
      el("h2", {}, "Keys"),
      el("dl", { class: "keys" }, rows),
      close,
    );
    document.body.append(node);
    return node;
  };
})();
