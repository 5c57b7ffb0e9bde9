(() => {
  const { el } = synthGym;
  const LONGEST = 20_000; /* characters beyond which text stays plain: colouring it would cost more than it tells */
  const STRING = String.raw`"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'`;
  const NUMBER = String.raw`\b(?:0[xX][\da-fA-F]+|\d[\d_]*\.?\d*(?:[eE][-+]?\d+)?)\b`;

  /* Languages: pairs of a class (of Pygments' short names, which the style sheet knows) and what it looks like. */
  const LANGUAGES = {
    python: [
      ["c", String.raw`#[^\n]*`],
      ["s", String.raw`[rbfuRBFU]{0,2}(?:"""[\s\S]*?"""|'''[\s\S]*?'''|${STRING})`],
      ["nd", String.raw`(?<=^|\n)[ \t]*@[\w.]+`],
      ["nf", String.raw`(?<=\b(?:def|class)\s+)\w+`],
      [
        "k",
        String.raw`\b(?:and|as|assert|async|await|break|class|continue|def|del|elif|else|except|finally|for|from|global|if|import|in|is|lambda|nonlocal|not|or|pass|raise|return|try|while|with|yield|None|True|False)\b`,
      ],
      [
        "nb",
        String.raw`\b(?:print|len|range|open|int|float|str|list|dict|set|tuple|sum|min|max|abs|sorted|zip|enumerate|map|filter|any|all|isinstance|super)\b(?=\()`,
      ],
      ["m", NUMBER],
    ],
    bash: [
      ["c", String.raw`(?<=^|\s)#[^\n]*`],
      ["s", String.raw`"(?:\\[\s\S]|[^"\\])*"|'[^']*'`],
      ["nv", String.raw`\$(?:\w+|\{[^}\n]*\}|[?!$#@*])`],
      [
        "k",
        String.raw`\b(?:if|then|else|elif|fi|for|in|do|done|while|until|case|esac|function|return|export|local)\b(?!-)`,
      ],
      [
        "nb",
        String.raw`(?<=(?:^|\n|&&|[;|(])[ \t]*)(?:cd|echo|printf|cat|ls|python3?|pip|validate|submit|head|tail|grep|sed|awk|find|mkdir|cp|mv|rm|wc|sort|uniq|test|source|create|show|str_replace|insert|edit_lines)\b`,
      ],
      ["m", String.raw`(?<![\w.-])\d+(?:\.\d+)?(?![\w.-])`],
    ],
    json: [
      ["nt", String.raw`"(?:\\.|[^"\\\n])*"(?=\s*:)`],
      ["s", STRING],
      ["k", String.raw`\b(?:true|false|null)\b`],
      ["m", NUMBER],
    ],
    yaml: [
      ["c", String.raw`(?<=^|\s)#[^\n]*`],
      ["nt", String.raw`(?<=^|\n)[ \t-]*[\w.-]+(?=:(?:\s|$))`],
      ["s", STRING],
      ["k", String.raw`\b(?:true|false|null)\b`],
      ["m", NUMBER],
    ],
  };
  const COMPILED = Object.fromEntries(
    Object.entries(LANGUAGES).map(([name, rules]) => [
      name,
      [new RegExp(rules.map(([, rule]) => `(${rule})`).join("|"), "g"), rules.map(([kind]) => kind)],
    ]),
  );
  const SUFFIXES = { py: "python", sh: "bash", json: "json", yaml: "yaml", yml: "yaml", toml: "yaml" };
  const HEREDOC = /(<<-?[ \t]*(['"]?)(\w+)\2[^\n]*\n)([\s\S]*?)(?=\n[ \t]*\3[ \t]*(?:\n|$|[;&|)]))/g;

  synthGym.languageOf = (path) => SUFFIXES[path.toLowerCase().split(".").pop()] ?? "";

  /* Text as nodes, its tokens in spans. Within a command the body of a here-document has a language of its own. */
  synthGym.highlight = (text, language) => {
    if (!(language in COMPILED) || text.length > LONGEST) return [text];
    if (language !== "bash") return tokens(text, language);
    const nodes = [];
    let end = 0;
    for (const part of text.matchAll(HEREDOC)) {
      const body = part.index + part[1].length;
      const line = text.slice(text.lastIndexOf("\n", part.index) + 1, body);
      nodes.push(...tokens(text.slice(end, body), "bash"), ...tokens(part[4], bodyLanguage(line)));
      end = body + part[4].length;
    }
    return [...nodes, ...tokens(text.slice(end), "bash")];
  };
  const bodyLanguage = (line) => {
    const file = line.match(/[\w./-]+\.(py|sh|json|ya?ml)\b/);
    return file ? synthGym.languageOf(file[0]) : /\bpython/.test(line) ? "python" : "";
  };
  const tokens = (text, language) => {
    if (!language) return [text];
    const [pattern, kinds] = COMPILED[language];
    const nodes = [];
    let end = 0;
    for (const found of text.matchAll(pattern)) {
      if (!found[0]) continue;
      nodes.push(
        text.slice(end, found.index),
        el("span", { class: kinds[found.slice(1).findIndex((group) => group !== undefined)] }, found[0]),
      );
      end = found.index + found[0].length;
    }
    nodes.push(text.slice(end));
    return nodes;
  };
})();
