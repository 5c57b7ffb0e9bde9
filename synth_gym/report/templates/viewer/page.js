"use strict";
/* What the viewer's pages share. Data files call `synthGym.columns` and `synthGym.take`; nothing else is global. */
const synthGym = {};
(() => {
  const SVG = "http://www.w3.org/2000/svg";

  /* An element with attributes and children. Texts become text nodes: nothing of a record is ever read as markup. */
  const build = (node, attributes, children) => {
    for (const [name, value] of Object.entries(attributes ?? {})) {
      if (value === null || value === undefined || value === false) continue;
      if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
      else node.setAttribute(name, value === true ? "" : value);
    }
    node.append(
      ...children
        .flat(Infinity)
        .filter((child) => child !== null && child !== undefined && child !== false && child !== ""),
    );
    return node;
  };
  synthGym.el = (tag, attributes, ...children) => build(document.createElement(tag), attributes, children);
  synthGym.svg = (tag, attributes, ...children) => build(document.createElementNS(SVG, tag), attributes, children);

  synthGym.find = (selector, root = document) => root.querySelector(selector);
  synthGym.all = (selector, root = document) => Array.from(root.querySelectorAll(selector));

  /* One line in place of the page's content, for what a reader can mend. */
  synthGym.fail = (text) => {
    const main = synthGym.find("main");
    main.replaceChildren(synthGym.el("p", { class: "fault", role: "alert" }, text));
    main.hidden = false;
  };

  /* The part of the address behind the #: it is all of a page's state, so that a link shows what its sender saw. */
  synthGym.address = {
    read: () => new URLSearchParams(location.hash.slice(1)),
    link: (page, parameters) => {
      const text = parameters.toString();
      return `${page}.html${text ? `#${text}` : ""}`;
    },
    write: (parameters) => history.replaceState(null, "", `#${parameters}`),
    changed: (parameters, changes) => {
      const copy = new URLSearchParams(parameters);
      for (const [name, value] of Object.entries(changes)) {
        if (value === null) copy.delete(name);
        else copy.set(name, value);
      }
      return copy;
    },
  };
})();
