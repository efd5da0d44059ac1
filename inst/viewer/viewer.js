
"use strict";
(() => {
  const $ = (id) => document.getElementById(id);
  const data = JSON.parse($("data").textContent);

  // ---- showing text: never as markup, and nothing in it works unseen ----

  const UNSEEN = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\u{e0000}-\u{e007f}]/u;
  const name = (sign) => "U+" +
    sign.codePointAt(0).toString(16).toUpperCase().padStart(4, "0");
  const parts = (text) => text.split(new RegExp(`(${UNSEEN.source})`, "u"));
  const plain = (text) =>
    parts(text).map((p, i) => i % 2 ? `[${name(p)}]` : p).join("");
  const show = (text) => parts(text).map((p, i) =>
    i % 2 ? make("span", { className: "sign" }, name(p)) : p);
  const isolated = (text) => make("bdi", {}, ...show(text));

  function make(tag, props, ...children) {
    const element = document.createElement(tag);
    Object.assign(element, props);
    element.append(...children);
    return element;
  }

  const count = (n, one) => `${n.toLocaleString("en")} ${one}${n === 1 ? "" : "s"}`;

  // ---- the study ----

  // Places come as code points from 1, both ends inclusive; strings here count
  // UTF-16 units from 0, half open.
  function offsets(text) {
    if (!/[\ud800-\udfff]/.test(text)) return (point) => point;
    const at = new Uint32Array(text.length + 1);
    let points = 0;
    for (let i = 0; i < text.length; points++) {
      at[points] = i;
      i += text.codePointAt(i) > 0xffff ? 2 : 1;
    }
    at[points] = text.length;
    return (point) => at[point];
  }

  function rows(frame) {
    const keys = Object.keys(frame);
    return frame[keys[0]].map((_, i) =>
      Object.fromEntries(keys.map((key) => [key, frame[key][i]])));
  }

  const placed = (frame, kind) => rows(frame).map((row, index) => {
    const t = transcripts[row.transcript];
    return {
      ...row, kind, index, from: t.at(row.start - 1), to: t.at(row.end),
    };
  });

  const coders = data.coders;
  const codes = rows(data.codes);
  const transcripts = rows(data.transcripts);
  transcripts.forEach((t) => {
    t.at = offsets(t.text);
    t.blocks = [];
    t.codings = [];
    t.dissent = [];
  });
  placed(data.turns, "turn").forEach((turn) => {
    const { blocks } = transcripts[turn.transcript];
    const from = blocks.length ? blocks[blocks.length - 1].to : 0;
    blocks.push({ from, said: turn.from, to: turn.to, turn });
  });
  transcripts.forEach(({ text, blocks }) => {
    const from = blocks.length ? blocks[blocks.length - 1].to : 0;
    if (/\S/.test(text.slice(from))) {
      blocks.push({ from, said: from, to: text.length, turn: null });
    }
  });
  const codings = placed(data.codings, "coding");
  const dissent = data.disagreements ? placed(data.disagreements, "dissent") : [];
  for (const item of [...codings, ...dissent]) {
    const t = transcripts[item.transcript];
    item.block = t.blocks.find((b) => item.from < b.to) ||
      t.blocks[t.blocks.length - 1];
    item.participant = (item.block && item.block.turn &&
      item.block.turn.participant) || t.participant;
    t[item.kind === "coding" ? "codings" : "dissent"].push(item);
  }
  for (const coding of codings) {
    coding.disputed = transcripts[coding.transcript].dissent.some((d) =>
      d.code === coding.code && d.from < coding.to && coding.from < d.to);
  }
  const inText = (a, b) => a.transcript - b.transcript || a.from - b.from ||
    a.to - b.to || (a.kind < b.kind ? -1 : a.kind > b.kind ? 1 : 0) ||
    a.index - b.index;

  const codeName = (code) => code.label || code.code;
  const applied = (item, value) => coders.filter((_, g) =>
    item.values[g] === value);
  const verdict = (item) => `applied by ${applied(item, 1).join(", ")}; ` +
    `not by ${applied(item, 0).join(", ")}`;
  dissent.forEach((item) => {
    item.values = data.values.map((column) => column[item.index]);
  });

  // ---- what is chosen ----

  const state = { shown: 0, current: null, visible: [], dissent: [], hits: [] };

  function refilter() {
    const [kind, value] = $("code").value.split(":");
    const participant = $("participant").value;
    const on = [...$("coders").querySelectorAll("input")].map((b) => b.checked);
    const only = $("dissent").checked;
    const fits = (item) =>
      (kind === "" || (kind === "code" ? item.code === +value :
        codes[item.code].theme === data.themes[+value])) &&
      (participant === "" || item.participant === data.participants[+participant]);
    state.visible = codings.filter((c) => fits(c) && on[c.coder] &&
      (!only || c.disputed)).sort(inText);
    state.dissent = dissent.filter((d) => fits(d) &&
      d.values.some((v, g) => v !== null && on[g]));
    const open = transcripts.map((t) => participant === "" ||
      t.participant === data.participants[+participant] ||
      t.blocks.some((b) => b.turn &&
        b.turn.participant === data.participants[+participant]));
    fillTranscripts(open);
    if (!open[state.shown]) state.shown = Math.max(0, open.indexOf(true));
    const { current } = state;
    if (current && !(current.kind === "hit" || state.visible.includes(current) ||
      state.dissent.includes(current))) state.current = null;
    search(open);
    listDissent();
    render();
    say("");
  }

  function search(open) {
    const query = $("query").value;
    state.hits = [];
    if (query.trim() === "") return;
    const pattern = new RegExp(["NFC", "NFD"].map((form) =>
      query.normalize(form).replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&")
        .replace(/\s+/g, "\\s+")).join("|"), "giu");
    transcripts.forEach((t, transcript) => {
      if (!open[transcript]) return;
      for (const m of t.text.matchAll(pattern)) {
        state.hits.push({
          kind: "hit", transcript, from: m.index, to: m.index + m[0].length,
          index: state.hits.length,
        });
      }
    });
  }

  // The next item in the text after (or before) the current one; round the end.
  function step(list, by, what) {
    const sorted = [...list].sort(inText);
    if (!sorted.length) return say(`No ${what} fits the filters. `);
    const here = state.current ||
      { transcript: state.shown, from: by > 0 ? -1 : Infinity, to: 0, kind: "", index: -1 };
    const onward = by > 0 ? sorted : [...sorted].reverse();
    const next = onward.find((item) => inText(item, here) * by > 0);
    choose(next || onward[0]);
    say(`${next ? "" : "Round the end. "}${what[0].toUpperCase()}${what.slice(1)} ` +
      `${(sorted.indexOf(state.current) + 1).toLocaleString("en")} of ` +
      `${sorted.length.toLocaleString("en")}. `);
  }

  function choose(item) {
    state.current = item;
    state.shown = item.transcript;
    $("pick").value = item.transcript;
    render();
    const mark = item.kind === "hit" ? $("turns").querySelector("mark.at") :
      $(`${item.kind}-${item.index}`);
    if (!mark) return;
    if (item.kind !== "hit") mark.focus({ preventScroll: true });
    const place = $("turns").querySelector(".chosen, mark.at") || mark;
    place.scrollIntoView({ block: "center" });
  }

  function turnTo(transcript) {
    if (transcript < 0 || transcript >= transcripts.length) return;
    state.shown = transcript;
    state.current = null;
    $("pick").value = transcript;
    render();
    $("transcript").scrollIntoView();
    say("");
  }

  function describe(item) {
    if (!item || item.kind === "hit") return "";
    const code = codeName(codes[item.code]);
    return item.kind === "coding" ? `${coders[item.coder]}: ${code}. ` :
      `${code}, ${verdict(item)}. `;
  }

  function say(lead) {
    const hits = $("query").value.trim() === "" ? "" :
      ` ${count(state.hits.length, "hit")}.`;
    $("status").textContent = plain(`${lead}${describe(state.current)}` +
      `${state.visible.length.toLocaleString("en")} of ` +
      `${count(codings.length, "coding")} shown` +
      `${data.disagreements ? `, ${count(state.dissent.length, "disagreement")}` : ""}.` +
      hits);
  }

  // ---- drawing ----

  const GAP = 4;
  const PATTERNS = [
    (c) => `linear-gradient(${c}, ${c})`,
    (c) => `repeating-linear-gradient(90deg, ${c} 0 7px, transparent 7px 11px)`,
    (c) => `repeating-linear-gradient(90deg, ${c} 0 2px, transparent 2px 5px)`,
    (c) => `repeating-linear-gradient(90deg, ${c} 0 10px, transparent 10px 13px, ` +
      `${c} 13px 15px, transparent 15px 18px)`,
  ];
  const line = (coder) =>
    PATTERNS[(coder + Math.floor(coder / 8)) % 4](`var(--c${coder % 8})`);

  function swatch(coder) {
    const element = make("span", { className: "swatch" });
    element.setAttribute("aria-hidden", "true");
    element.style.background = line(coder);
    return element;
  }

  // Every coding has a line of its own under the text: each coder a band of
  // lanes, as many as the coder's codings overlap here.
  function setLanes(items) {
    let first = 0;
    coders.forEach((_, coder) => {
      const ends = [];
      for (const item of items.filter((c) => c.coder === coder)) {
        let lane = ends.findIndex((end) => end <= item.from);
        if (lane < 0) lane = ends.length;
        ends[lane] = item.to;
        item.lane = first + lane;
      }
      first += ends.length;
    });
  }

  function underline(element, items, deep) {
    const px = (lane) => (deep - 1 - lane) * GAP;
    element.className = "coded";
    element.style.backgroundImage = items.map((c) => line(c.coder)).join();
    element.style.backgroundSize = items.map(() => "100% 2.5px").join();
    element.style.backgroundPosition =
      items.map((c) => `0 calc(100% - ${px(c.lane)}px)`).join();
    element.addEventListener("click", () => {
      const at = items.indexOf(state.current);
      choose(items[(at + 1) % items.length]);
      say("");
    });
  }

  function stretch(text, marks, deep) {
    const of = (kind) => marks.filter((m) => m.kind === kind);
    const hits = of("hit");
    const items = of("coding");
    const element = make(hits.length ? "mark" : "span", {},
      ...show(text.replace(/\n[ \t]*(?=\n)/g, "")));
    if (items.length) underline(element, items, deep);
    if (of("lead").length) element.classList.add("lead");
    if (hits.includes(state.current)) element.classList.add("at");
    if (marks.includes(state.current) && state.current.kind !== "hit") {
      element.classList.add("coded", "chosen");
    }
    return element;
  }

  function stretches(text, block, marks, deep) {
    const from = block.from + /^[ \t\r\n]*/.exec(text.slice(block.from, block.to))[0].length;
    const here = [{ kind: "lead", from, to: block.said }, ...marks].filter((m) =>
      m.from < block.to && m.to > from && m.from < m.to);
    const cuts = new Set([from, block.to]);
    for (const m of here) {
      cuts.add(Math.max(m.from, from)).add(Math.min(m.to, block.to));
    }
    const at = [...cuts].sort((a, b) => a - b);
    return at.slice(1).map((end, i) => stretch(text.slice(at[i], end),
      here.filter((m) => m.from <= at[i] && m.to >= end), deep));
  }

  function tag(item) {
    const code = isolated(codeName(codes[item.code]));
    const element = item.kind === "coding" ?
      make("button", { type: "button", className: "tag" }, swatch(item.coder),
        isolated(coders[item.coder]), ": ", code) :
      make("a", { className: "tag dissent", href: `#disagreement-${item.index + 1}` },
        "\u2260 ", code, ": ", isolated(verdict(item)));
    element.id = `${item.kind}-${item.index}`;
    if (item === state.current) element.setAttribute("aria-current", "true");
    if (item.kind === "coding") {
      element.addEventListener("click", () => {
        choose(item);
        say("");
      });
    }
    return make("li", {}, element);
  }

  function drawBlock(t, block, marks, tags) {
    const turn = block.turn;
    const inside = marks.filter((m) => m.from < block.to && m.to > block.from);
    const deep = Math.max(0, ...inside.map((m) =>
      m.kind === "coding" ? m.lane + 1 : 0));
    const said = make("p", { className: "said", dir: "auto" },
      ...stretches(t.text, block, inside, deep));
    said.style.setProperty("--lanes", deep);
    const margin = make("ul", { className: "margin" }, ...tags.map(tag));
    margin.setAttribute("aria-label", "Codings that begin here");
    margin.hidden = !tags.length;
    return make("div", { className: `turn ${turn ? turn.role : ""}` }, said, margin);
  }

  function render() {
    const t = transcripts[state.shown];
    const here = (list) => list.filter((item) => item.transcript === state.shown);
    const items = here(state.visible);
    const marks = [...items, ...here(state.hits)];
    if (state.current && state.current.kind === "dissent") marks.push(state.current);
    setLanes(items);
    const tags = new Map(t.blocks.map((block) => [block, []]));
    for (const item of [...items, ...here(state.dissent)].sort(inText)) {
      if (item.block) tags.get(item.block).push(item);
    }
    $("heading").replaceChildren(isolated(t.name), ...(t.participant &&
      t.participant !== t.name ? [", ", isolated(t.participant)] : []));
    $("turns").replaceChildren(...t.blocks.map((block) =>
      drawBlock(t, block, marks, tags.get(block))));
    drawChosen();
  }

  function drawChosen() {
    const item = state.current;
    if (!item || item.kind === "hit") {
      $("chosen").replaceChildren(make("p", { className: "note" },
        "Choose a coding: click on it, or press j."));
      return;
    }
    const t = transcripts[item.transcript];
    const code = codes[item.code];
    const lines = [make("p", {}, make("strong", {}, isolated(codeName(code))))];
    if (code.definition) lines.push(make("p", {}, ...show(code.definition)));
    lines.push(item.kind === "coding" ?
      make("p", {}, swatch(item.coder), isolated(coders[item.coder]),
        item.round === null ? "" : `, round ${item.round}`) :
      make("p", {}, isolated(verdict(item))));
    lines.push(make("blockquote", { dir: "auto" },
      ...show(t.text.slice(item.from, item.to))));
    if (item.memo) lines.push(make("p", {}, "Memo: ", isolated(item.memo)));
    lines.push(make("p", { className: "place" }, isolated(t.name),
      `, characters ${item.start} to ${item.end}`));
    $("chosen").replaceChildren(...lines);
  }

  function listDissent() {
    const most = 200;
    $("dissent-list").replaceChildren(...state.dissent.slice(0, most).map((item) =>
      make("li", { value: item.index + 1 },
        make("a", { href: `#disagreement-${item.index + 1}` }, isolated(item.unit),
          ", ", isolated(codeName(codes[item.code]))), ": ",
        isolated(verdict(item)))));
    const more = state.dissent.length - most;
    $("dissent-more").textContent = more > 0 ?
      `and ${more.toLocaleString("en")} more: filter to see them.` : "";
  }

  function drawAgreement() {
    const cells = (tag, texts) => texts.map((text) => make(tag, {}, text));
    const body = rows(data.agreement).map((row) => {
      const button = make("button", { type: "button" },
        isolated(codeName(codes[row.code])));
      button.addEventListener("click", () => {
        $("code").value = `code:${row.code}`;
        refilter();
      });
      const head = make("th", { scope: "row" }, button);
      return make("tr", {}, head, ...cells("td",
        [row.estimate, row.interval, row.disagreements]));
    });
    const head = make("tr", {}, ...cells("th",
      ["Code", "Alpha", "95% interval", "Differ"]));
    head.querySelectorAll("th").forEach((th) => { th.scope = "col"; });
    $("agreement").replaceChildren(
      make("table", {}, make("caption", {}, data.caption[0]),
        make("thead", {}, head), make("tbody", {}, ...body)),
      ...data.notes.map((text) => make("p", { className: "note" }, ...show(text))));
  }

  // ---- controls ----

  const option = (value, text) => make("option", { value, textContent: plain(text) });

  function fillTranscripts(open) {
    const n = new Array(transcripts.length).fill(0);
    for (const c of state.visible) n[c.transcript]++;
    $("pick").replaceChildren(...transcripts.flatMap((t, i) =>
      open[i] ? [option(i, `${t.name} (${n[i]})`)] : []));
  }

  function fillCodes() {
    const group = (theme) => codes.flatMap((code, i) =>
      code.theme === theme ? [option(`code:${i}`, codeName(code))] : []);
    $("code").replaceChildren(option("", "All codes"), ...group(null),
      ...data.themes.map((theme, i) => {
        const all = make("optgroup", { label: plain(theme) });
        all.append(option(`theme:${i}`, `All of ${theme}`), ...group(theme));
        return all;
      }));
  }

  function setUp() {
    document.title = plain(data.title[0]);
    $("title").replaceChildren(...show(data.title[0]));
    $("summary").textContent = [
      count(transcripts.length, "transcript"), count(codings.length, "coding"),
      count(coders.length, "coder"), count(codes.length, "code"),
    ].join(", ");
    $("participant").replaceChildren(option("", "All participants"),
      ...data.participants.map((p, i) => option(i, p)));
    fillCodes();
    $("coders").append(...coders.map((coder, i) => make("label", {},
      make("input", { type: "checkbox", checked: true }), " ", swatch(i),
      isolated(coder))));
    const without = !data.disagreements;
    for (const id of ["dissent-box", "dissent-keys", "dissent-list-box",
      "agreement-box"]) $(id).hidden = without;
    if (!without) drawAgreement();
  }

  function clear() {
    for (const id of ["code", "participant", "query"]) $(id).value = "";
    for (const box of $("coders").querySelectorAll("input")) box.checked = true;
    $("dissent").checked = false;
    refilter();
  }

  const move = {
    coding: (by) => step(state.visible, by, "coding"),
    dissent: (by) => step(state.dissent, by, "disagreement"),
    hit: (by) => step(state.hits, by, "hit"),
    transcript: (by) => {
      const all = [...$("pick").options];
      const to = all[all.findIndex((o) => +o.value === state.shown) + by];
      if (to) turnTo(+to.value);
    },
  };

  function listen() {
    for (const id of ["code", "participant", "coders", "dissent"]) {
      $(id).addEventListener("change", refilter);
    }
    $("query").addEventListener("input", refilter);
    $("pick").addEventListener("change", () => turnTo(+$("pick").value));
    $("clear").addEventListener("click", clear);
    for (const [id, kind] of [["", "coding"], ["-dissent", "dissent"],
      ["-hit", "hit"]]) {
      $(`next${id}`).addEventListener("click", () => move[kind](1));
      $(`previous${id}`).addEventListener("click", () => move[kind](-1));
    }
    document.addEventListener("keydown", onKey);
    window.addEventListener("hashchange", follow);
    document.addEventListener("click", (event) => {
      const link = event.target.closest("a");
      if (link && link.hash === location.hash) follow();
    });
    new ResizeObserver(() => document.documentElement.style.setProperty("--bar",
      `${$("bar").offsetHeight}px`)).observe($("bar"));
  }

  const KEYS = new Map([
    ["j", () => move.coding(1)], ["k", () => move.coding(-1)],
    ["d", () => move.dissent(1)], ["D", () => move.dissent(-1)],
    ["]", () => move.transcript(1)], ["[", () => move.transcript(-1)],
    ["/", () => $("query").focus()],
  ]);

  function onKey(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.target === $("query")) {
      if (event.key === "Enter") move.hit(event.shiftKey ? -1 : 1);
      if (event.key === "Escape") {
        $("query").value = "";
        $("query").blur();
        refilter();
      }
      return;
    }
    const field = event.target.matches && event.target.matches("select, input");
    if (field && event.target.type !== "checkbox") return;
    if ($("keys").checked && KEYS.has(event.key)) {
      event.preventDefault();
      KEYS.get(event.key)();
    }
  }

  // #disagreement-3 and #coding-12 number the rows that R was given.
  function follow() {
    const link = /^#(disagreement|coding)-(\d+)$/.exec(location.hash);
    if (!link) return;
    const item = (link[1] === "coding" ? codings : dissent)[link[2] - 1];
    if (!item) return;
    if (!(state.visible.includes(item) || state.dissent.includes(item))) clear();
    choose(item);
    say("");
  }

  setUp();
  listen();
  refilter();
  follow();
})();
