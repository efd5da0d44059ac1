
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

  function fill(element, ...children) {
    element.textContent = "";
    element.append(...children);
  }

  const whole = (n) => n.toLocaleString("en");
  const count = (n, one) => `${whole(n)} ${one}${n === 1 ? "" : "s"}`;

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

  // A column in which nothing is known may be null as a whole.
  function rows(frame) {
    const keys = Object.keys(frame);
    return frame[keys[0]].map((_, i) => {
      const row = {};
      for (const key of keys) row[key] = frame[key] && frame[key][i];
      return row;
    });
  }

  const placed = (frame, kind) => rows(frame).map((row, index) => {
    const { at } = transcripts[row.transcript];
    return Object.assign(row, {
      kind, index, from: at(row.start - 1), to: at(row.end),
    });
  });

  const { coders } = data;
  const codes = rows(data.codes);
  const transcripts = rows(data.transcripts);
  transcripts.forEach((t) => {
    t.at = offsets(t.text);
    t.blocks = [];
    t.units = [];
    t.dissent = codes.map(() => []);
  });
  const last = (list) => list[list.length - 1];
  placed(data.turns, "turn").forEach((turn) => {
    const { blocks } = transcripts[turn.transcript];
    const from = blocks.length ? last(blocks).to : 0;
    blocks.push({ from, said: turn.from, to: turn.to, turn });
  });
  transcripts.forEach(({ text, blocks }) => {
    const from = blocks.length ? last(blocks).to : 0;
    if (/\S/.test(text.slice(from))) {
      blocks.push({ from, said: from, to: text.length, turn: null });
    }
  });

  function blockAt(blocks, place) {
    let low = 0;
    let high = blocks.length - 1;
    while (low < high) {
      const mid = (low + high) >> 1;
      if (place < blocks[mid].to) high = mid;
      else low = mid + 1;
    }
    return low;
  }

  const codings = placed(data.codings, "coding");
  const units = data.units ? placed(data.units, "unit") : [];
  const dissent = data.disagreements ? rows(data.disagreements).map((row, index) =>
    Object.assign({}, units[row.unit], row, {
      kind: "dissent", index, name: units[row.unit].name,
      values: data.values.map((column) => column[index]),
    })) : [];
  for (const unit of units) transcripts[unit.transcript].units.push(unit);
  for (const item of [...codings, ...dissent]) {
    const t = transcripts[item.transcript];
    item.block = blockAt(t.blocks, item.from);
    const { turn } = t.blocks[item.block] || { turn: null };
    item.participant = turn && turn.participant !== null ? turn.participant :
      t.participant;
    if (item.kind === "dissent") t.dissent[item.code].push(item);
  }
  for (const coding of codings) {
    coding.dissent = transcripts[coding.transcript].dissent[coding.code]
      .filter((d) => d.from < coding.to && coding.from < d.to);
  }
  const inText = (a, b) => a.transcript - b.transcript || a.from - b.from ||
    a.to - b.to || (a.kind < b.kind ? -1 : a.kind > b.kind ? 1 : 0) ||
    a.index - b.index;
  const codingsInText = [...codings].sort(inText);
  const dissentInText = [...dissent].sort(inText);

  // ---- saying what is there ----

  const codeName = (code) => code.label || code.code;
  const who = (item, value) => coders.filter((_, g) => item.values[g] === value);
  const unseen = (item) => coders.filter((_, g) => item.values[g] === null &&
    data.seen && data.seen[g]);
  const verdict = (item) => [
    ["applied by", who(item, 1)], ["not applied by", who(item, 0)],
    ["not seen by", unseen(item)],
  ].filter(([, list]) => list.length)
    .map(([what, list]) => `${what} ${list.join(", ")}`).join("; ");
  const decision = (item) => item.decision === null ? "" :
    `Decided: ${item.decision}${item.reason ? `. ${item.reason}` : ""}`;

  function describe(item) {
    if (!item || item.kind === "hit") return "";
    if (item.kind === "place") return `${item.name || "The place of the link"}. `;
    const code = codeName(codes[item.code]);
    return item.kind === "coding" ? `${coders[item.coder]}: ${code}. ` :
      `${code}, ${verdict(item)}. `;
  }

  // ---- what is chosen ----

  const state = {
    shown: 0, current: null, visible: [], dissent: [], onward: [], hits: [],
    parts: [],
  };
  const isHere = (item) => Boolean(item) && item.transcript === state.shown;
  const isPlace = (item) => Boolean(item) && item.kind === "place";

  function codeFilter() {
    const [kind, value] = $("code").value.split(":");
    return kind === "" ? () => true : kind === "code" ? (code) => code === +value :
      (code) => codes[code].theme === data.themes[value];
  }

  function personFilter() {
    const [kind, a, level] = $("participant").value.split(":");
    return kind === "" ? () => true : kind === "person" ? (p) => p === +a :
      (p) => p !== null && data.attributes[a].of[p] === +level;
  }

  function dissentFilter() {
    const [kind, coder] = $("dissent").value.split(":");
    return kind === "missed" ? (d) => d.values[coder] === 0 :
      kind === "alone" ? (d) => d.values[coder] === 1 && who(d, 1).length === 1 :
        () => true;
  }

  function refilter() {
    const [code, person, differ] = [codeFilter(), personFilter(), dissentFilter()];
    const on = [...$("coders").querySelectorAll("input")].map((b) => b.checked);
    const only = $("dissent").value !== "";
    const fits = (item) => code(item.code) && person(item.participant);
    const fitting = (d) => fits(d) && differ(d) &&
      d.values.some((v, g) => v !== null && on[g]);
    state.visible = codingsInText.filter((c) => fits(c) && on[c.coder] &&
      (!only || c.dissent.some(differ)));
    state.dissent = dissent.filter(fitting);
    state.onward = dissentInText.filter(fitting);
    const open = transcripts.map((t) => person(t.participant) ||
      t.blocks.some((b) => b.turn && person(b.turn.participant)));
    fillTranscripts(open);
    if (!open[state.shown]) state.shown = Math.max(0, open.indexOf(true));
    if (!shows(state.current)) state.current = null;
    search(open);
    const { current } = state;
    if (current && current.kind === "hit") {
      state.current = state.hits.find((hit) =>
        hit.transcript === current.transcript && hit.from === current.from) || current;
    }
    listDissent();
    render();
    say("");
  }

  const shows = (item) => !item || !(item.kind === "coding" || item.kind === "dissent") ||
    state.visible.includes(item) || state.dissent.includes(item);

  function search(open) {
    const query = $("query").value;
    state.hits = [];
    if (query.trim() === "") return;
    const pattern = new RegExp(["NFC", "NFD"].map((form) =>
      query.normalize(form).replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&")
        .replace(/\s+/g, "\\s+")).join("|"), "giu");
    transcripts.forEach((t, transcript) => {
      if (!open[transcript]) return;
      for (let m = pattern.exec(t.text); m; m = pattern.exec(t.text)) {
        state.hits.push({
          kind: "hit", transcript, from: m.index, to: pattern.lastIndex,
          index: state.hits.length,
        });
      }
    });
  }

  // The next item in the text after (or before) the current one; round the end.
  function step(sorted, by, what) {
    if (!sorted.length) return say(`No ${what} fits the filters. `);
    const here = state.current ||
      { transcript: state.shown, from: by > 0 ? -1 : Infinity, to: 0, kind: "", index: -1 };
    const onward = by > 0 ? sorted : [...sorted].reverse();
    const next = onward.find((item) => inText(item, here) * by > 0);
    choose(next || onward[0]);
    say(`${next ? "" : "Round the end. "}${what[0].toUpperCase()}${what.slice(1)} ` +
      `${whole(sorted.indexOf(state.current) + 1)} of ${whole(sorted.length)}. `);
  }

  function choose(item) {
    const was = state.current;
    state.current = item;
    if (item.transcript === state.shown && ![was, item].some(isPlace)) {
      redraw([was, item]);
    } else {
      state.shown = item.transcript;
      $("pick").value = item.transcript;
      render();
    }
    const tag = $(`${item.kind}-${item.index}`);
    if (tag) tag.focus({ preventScroll: true });
    else if (item.kind === "place") $("transcript").focus({ preventScroll: true });
    const place = $("turns").querySelector(".chosen, mark.at");
    for (const part of [tag, place]) {
      if (part) part.scrollIntoView({ block: "nearest" });
    }
    if (described()) placeTip(described());
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

  function say(lead) {
    const hits = $("query").value.trim() === "" ? "" :
      ` ${count(state.hits.length, "hit")}.`;
    $("status").textContent = plain(`${lead}${describe(state.current)}` +
      `${whole(state.visible.length)} of ` +
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
      for (const item of items) {
        if (item.coder !== coder) continue;
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
    tips.set(element, items);
    element.addEventListener("click", () => {
      const at = items.indexOf(state.current);
      choose(items[(at + 1) % items.length]);
      say("");
    });
  }

  // What a screen reader says where codings begin and end.
  function announce(element, items, from, to) {
    const said = (list) => plain(list.map((c) => describe(c).slice(0, -2)).join(", "));
    const begun = items.filter((c) => c.from === from);
    const ended = items.filter((c) => c.to === to);
    if (begun.length) element.dataset.begins = said(begun);
    if (ended.length) element.dataset.ends = said(ended);
  }

  function stretch(text, marks, deep, from) {
    const of = (kind) => marks.filter((m) => m.kind === kind);
    const hits = of("hit");
    const items = of("coding");
    const lead = of("lead").length > 0;
    const element = make(hits.length ? "mark" : lead ? "bdi" : "span", {},
      ...show(text.replace(/\n[ \t]*(?=\n)/g, "")));
    if (items.length) {
      underline(element, items, deep);
      announce(element, items, from, from + text.length);
    }
    if (lead) element.classList.add("lead");
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
      here.filter((m) => m.from <= at[i] && m.to >= end), deep, at[i]));
  }

  function tag(item) {
    const code = isolated(codeName(codes[item.code]));
    const element = item.kind === "coding" ?
      make("button", { type: "button", className: "tag" }, swatch(item.coder),
        isolated(coders[item.coder]), ": ", code, item.memo ? " (memo)" : "") :
      make("a", { className: "tag dissent", href: `#disagreement-${item.index + 1}` },
        "\u2260 ", code, ": ", isolated(verdict(item)));
    element.id = `${item.kind}-${item.index}`;
    tips.set(element, [item]);
    if (item === state.current) element.setAttribute("aria-current", "true");
    if (item.kind === "coding") {
      element.addEventListener("click", () => {
        choose(item);
        say("");
      });
    }
    return make("li", {}, element);
  }

  function drawPart(t, part) {
    const { turn, tags } = part;
    const marks = part.marks.filter((m) =>
      m.kind !== "dissent" || m === state.current);
    const deep = Math.max(0, ...marks.map((m) =>
      m.kind === "coding" ? m.lane + 1 : 0));
    const said = make("p", { className: "said", dir: "auto" },
      ...stretches(t.text, part, marks, deep));
    said.style.setProperty("--lanes", deep);
    const margin = make("ul", { className: "margin" }, ...tags.map(tag));
    margin.setAttribute("aria-label", "Codings that begin here");
    margin.hidden = !tags.length;
    const role = turn && turn.interviewer ? "interviewer" : "";
    part.element = make("div", { className: `turn ${role}` }, said, margin);
    return part.element;
  }

  // The turns over which something goes.
  function partsOf(parts, { from, to }) {
    const first = blockAt(parts, from);
    let end = first;
    while (end < parts.length && parts[end].from < to) end++;
    return parts.slice(first, end);
  }

  // Every turn of the transcript with what is marked in it.
  function contents(t, marks, tags) {
    const parts = t.blocks.map((block) =>
      Object.assign({}, block, { marks: [], tags: [], element: null }));
    for (const m of marks) {
      for (const part of partsOf(parts, m)) part.marks.push(m);
    }
    for (const item of tags) {
      if (parts[item.block]) parts[item.block].tags.push(item);
    }
    return parts;
  }

  // Where only disagreements are wanted: the turns with something in them, each
  // with the turn before it; how many were left out stands between.
  function drawTurns(t) {
    const has = (part) => part && (part.marks.length || part.tags.length);
    const only = $("dissent").value !== "";
    const out = [];
    let left = 0;
    const gap = () => {
      if (left) {
        out.push(make("p", { className: "gap" }, `${count(left, "turn")} left out`));
      }
      left = 0;
    };
    state.parts.forEach((part, i) => {
      if (only && !has(part) && !has(state.parts[i + 1])) {
        left++;
        return;
      }
      gap();
      out.push(drawPart(t, part));
    });
    gap();
    return out;
  }

  function render() {
    const t = transcripts[state.shown];
    const items = state.visible.filter(isHere);
    const tags = [...items, ...state.onward.filter(isHere)].sort(inText);
    const marks = [...state.hits, ...[state.current].filter(isPlace)].filter(isHere);
    setLanes(items);
    state.parts = contents(t, [...tags, ...marks], tags);
    hideTip();
    fill($("heading"), isolated(t.name));
    const owner = data.participants[t.participant];
    if (owner && owner !== t.name) $("heading").append(", ", isolated(owner));
    drawSeen();
    fill($("turns"), ...drawTurns(t));
    drawChosen();
    drawHere();
  }

  // What was chosen and what is now: the turns of both are drawn again.
  function redraw(items) {
    hideTip();
    const parts = items.filter(isHere).flatMap((m) => partsOf(state.parts, m));
    for (const part of new Set(parts)) {
      const { element } = part;
      if (element) element.replaceWith(drawPart(transcripts[state.shown], part));
    }
    drawChosen();
  }

  // Nothing applied and nothing seen are two things.
  function drawSeen() {
    const n = coders.map(() => 0);
    for (const c of codings) if (c.transcript === state.shown) n[c.coder]++;
    fill($("seen"), ...coders.map((coder, g) => {
      const plan = data.seen && data.seen[g];
      const blind = plan && !plan.includes(state.shown);
      return make("li", { className: blind ? "blind" : "" }, swatch(g),
        isolated(coder), blind ? " has not seen it" : `: ${count(n[g], "coding")}`);
    }));
  }

  // What the codebook says of a code, as paragraphs.
  const about = (code) => [
    ["", code.definition], ["Include: ", code.include],
    ["Exclude: ", code.exclude], ["Example: ", code.example], ["Rule: ", code.rule],
  ].filter(([, text]) => text)
    .map(([lead, text]) => make("p", {}, lead, isolated(text)));

  function facts(item) {
    const lines = [];
    if (item.kind === "coding") {
      lines.push(make("p", {}, swatch(item.coder), isolated(coders[item.coder]),
        item.round === null ? "" : `, round ${item.round}`));
    }
    if (item.kind === "dissent") {
      lines.push(make("p", {}, isolated(verdict(item))));
      if (item.decision) lines.push(make("p", {}, isolated(decision(item))));
    }
    if (item.memo) lines.push(make("p", {}, "Memo: ", isolated(item.memo)));
    return lines;
  }

  // The link by which a memo can point at a place.
  function linkTo(item) {
    const name = transcripts[item.transcript].name;
    const at = item.kind === "dissent" ? `unit=${encodeURIComponent(unitKey(item))}` :
      `start=${item.start}&end=${item.end}`;
    return `#transcript=${encodeURIComponent(name)}&${at}`;
  }

  function drawChosen() {
    const item = state.current;
    if (!item || item.kind === "hit") {
      fill($("chosen"), make("p", { className: "note" },
        "Choose a coding: click on it, or press j."));
      return;
    }
    const t = transcripts[item.transcript];
    const code = codes[item.code];
    const lines = code ?
      [make("p", {}, make("strong", {}, isolated(codeName(code))))] : [];
    lines.push(...facts(item), make("blockquote", { dir: "auto" },
      ...show(t.text.slice(item.from, item.to))));
    if (code) lines.push(...about(code));
    lines.push(make("p", { className: "place" }, isolated(item.name || t.name),
      `, characters ${item.start} to ${item.end}. Link: `,
      make("a", { href: linkTo(item) }, ...show(linkTo(item)))));
    fill($("chosen"), ...lines);
  }

  function listDissent() {
    const most = 200;
    fill($("dissent-list"), ...state.dissent.slice(0, most).map((item) =>
      make("li", { value: item.index + 1 },
        make("a", { href: `#disagreement-${item.index + 1}` }, isolated(item.name),
          ", ", isolated(codeName(codes[item.code]))), ": ",
        isolated(verdict(item)), item.decision ? ". " : "",
        isolated(decision(item)))));
    const more = state.dissent.length - most;
    $("dissent-more").textContent = more > 0 ?
      `and ${whole(more)} more: filter to see them.` : "";
  }

  // ---- agreement ----

  function table(caption, heads, frame, columns) {
    const cells = (tag, texts) => texts.map((text) => make(tag, {}, text));
    const body = frame.map((row) => {
      const button = make("button", { type: "button" },
        isolated(codeName(codes[row.code])));
      tips.set(button, [{ kind: "code", code: row.code }]);
      button.addEventListener("click", () => {
        $("code").value = `code:${row.code}`;
        refilter();
      });
      return make("tr", {}, make("th", { scope: "row" }, button),
        ...cells("td", columns.map((column) => row[column])));
    });
    const head = make("tr", {}, ...cells("th", ["Code", ...heads]));
    head.querySelectorAll("th").forEach((th) => { th.scope = "col"; });
    return make("table", {}, make("caption", {}, caption),
      make("thead", {}, head), make("tbody", {}, ...body));
  }

  function drawAgreement() {
    fill($("agreement"), table(data.caption[0], ["Alpha", "95% interval", "Differ"],
      rows(data.agreement), ["estimate", "interval", "disagreements"]),
    ...data.notes.map((text) => make("p", { className: "note" }, ...show(text))));
  }

  // One interview has no interval over interviews.
  function drawHere() {
    if (!data.here) return;
    const t = transcripts[state.shown];
    t.here = t.here || rows(data.here).filter((row) => row.transcript === state.shown);
    fill($("here-name"), isolated(t.name));
    fill($("here"), t.here.length ? table(
      `${count(t.here[0].units, "unit")} that two coders or more have seen`,
      ["Alpha", "Agree", "Differ"], t.here, ["estimate", "percent", "disagreements"]) :
      make("p", { className: "note" }, "No two coders have seen this transcript."));
  }

  // ---- what is said of a code or coding on hover and focus ----

  const tips = new WeakMap();
  const wide = window.matchMedia("(min-width: 60.01rem)");

  // A code once, with all that was done with it here.
  function tipFor(items) {
    const here = [...new Set(items.map((item) => item.code))];
    return here.reduce((lines, code) => lines.concat(
      make("p", {}, make("strong", {}, isolated(codeName(codes[code])))),
      about({ definition: codes[code].definition }),
      ...items.filter((item) => item.code === code).map(facts)), []);
  }

  function showTip(element) {
    fill($("tip"), ...tipFor(tips.get(element)));
    $("tip").hidden = false;
    element.setAttribute("aria-describedby", "tip");
    placeTip(element);
  }

  // Below or above the element and, where there is room, what is chosen in the
  // text, so as not to cover it; nowhere when the element is out of sight.
  function placeTip(element) {
    const tip = $("tip");
    const [at] = element.getClientRects();
    const chosen = tips.get(element).includes(state.current) ?
      [...$("turns").querySelectorAll(".chosen")] : [];
    const boxes = [at, ...chosen.map((part) => part.getBoundingClientRect())];
    const high = tip.offsetHeight + 4;
    const room = [
      Math.max(...boxes.map((box) => box.bottom)) + 4,
      Math.min(...boxes.map((box) => box.top)) - high, at.bottom + 4,
    ].find((top) => top >= 4 && top + high <= window.innerHeight);
    tip.style.left = `${Math.max(4, Math.min(at.left,
      document.documentElement.clientWidth - tip.offsetWidth - 4))}px`;
    tip.style.top = `${room === undefined ? Math.max(4, at.top - high) : room}px`;
    tip.style.visibility =
      at.bottom > 0 && at.top < window.innerHeight ? "" : "hidden";
  }

  const described = () => document.querySelector("[aria-describedby=tip]");

  function hideTip() {
    $("tip").hidden = true;
    if (described()) described().removeAttribute("aria-describedby");
  }

  // Beside a wide page what is chosen stands already.
  function onPoint(event) {
    if ($("tip").contains(event.target)) return;
    hideTip();
    let element = event.target;
    while (element && !tips.has(element)) element = element.parentElement;
    const chosen = element && tips.get(element).includes(state.current);
    if (element && !(chosen && wide.matches)) showTip(element);
  }

  // ---- controls ----

  const option = (value, text) => make("option", { value, textContent: plain(text) });

  function group(label, ...options) {
    const element = make("optgroup", { label: plain(label) });
    element.append(...options);
    return element;
  }

  function fillTranscripts(open) {
    const n = transcripts.map(() => 0);
    for (const c of state.visible) n[c.transcript]++;
    fill($("pick"), ...transcripts.map((t, i) => option(i, `${t.name} (${n[i]})`))
      .filter((_, i) => open[i]));
    $("pick").value = state.shown;
  }

  function fillCodes() {
    const under = (theme) => codes.map((code, i) => option(`code:${i}`, codeName(code)))
      .filter((_, i) => codes[i].theme === theme);
    fill($("code"), option("", "All codes"), ...under(null),
      ...data.themes.map((theme, i) => group(theme,
        option(`theme:${i}`, `All of ${theme}`), ...under(theme))));
  }

  function fillParticipants() {
    fill($("participant"), option("", "All participants"),
      ...data.attributes.map((a, k) => group(a.name[0], ...a.levels.map((level, i) =>
        option(`attribute:${k}:${i}`, `${a.name[0]}: ${level}`)))),
      group("Participant", ...data.participants.map((p, i) => option(`person:${i}`, p))));
  }

  function fillDissent() {
    const each = (kind, words) => coders.map((coder, g) =>
      option(`${kind}:${g}`, words(coder)));
    const rating = (_, g) => dissent.some((d) => d.values[g] !== null);
    fill($("dissent"), option("", "All"), option("any", "Only disagreements"),
      ...each("missed", (coder) => `Not applied by ${coder}`).filter(rating),
      ...each("alone", (coder) => `Applied by ${coder} alone`).filter(rating));
  }

  function setUp() {
    document.title = plain(data.title[0]);
    fill($("title"), ...show(data.title[0]));
    $("summary").textContent = [
      count(transcripts.length, "transcript"), count(codings.length, "coding"),
      count(coders.length, "coder"), count(codes.length, "code"),
    ].join(", ");
    fillParticipants();
    fillCodes();
    fillDissent();
    $("coders").append(...coders.map((coder, i) => make("label", {},
      make("input", { type: "checkbox", checked: true }), " ", swatch(i),
      isolated(coder))));
    const without = !data.disagreements;
    for (const id of ["dissent-box", "dissent-keys", "dissent-list-box",
      "agreement-box", "here-box"]) $(id).hidden = without;
    if (!without) drawAgreement();
    if (data.show[0] === "disagreements") $("dissent").value = "any";
  }

  function clear() {
    for (const id of ["code", "participant", "dissent", "query"]) $(id).value = "";
    for (const box of $("coders").querySelectorAll("input")) box.checked = true;
    refilter();
  }

  const move = {
    coding: (by) => step(state.visible, by, "coding"),
    dissent: (by) => step(state.onward, by, "disagreement"),
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
    $("open-help").addEventListener("click", () => $("help").showModal());
    $("close-help").addEventListener("click", () => $("help").close());
    document.addEventListener("keydown", onKey);
    document.addEventListener("mouseover", onPoint);
    document.addEventListener("focusin", onPoint);
    document.addEventListener("scroll", () => {
      if (described()) placeTip(described());
    }, { passive: true });
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
    ["/", () => $("query").focus()], ["?", () => $("help").showModal()],
  ]);

  function onKey(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing ||
      $("help").open) return;
    if (event.key === "Escape") hideTip();
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

  // The name of a unit within its transcript: 12 for C01:0012.
  function unitKey({ transcript, name }) {
    const head = `${transcripts[transcript].name}:`;
    return (name.startsWith(head) ? name.slice(head.length) : name)
      .replace(/^0+(?=\d)/, "");
  }

  function placeAt(query) {
    const transcript = transcripts.findIndex((t) => t.name === query.get("transcript"));
    const t = transcripts[transcript];
    if (!t) return null;
    const place = { kind: "place", transcript, index: 0 };
    if (query.has("unit")) {
      const wanted = query.get("unit");
      const found = data.units ? t.units.find((u) => u.name === wanted ||
        unitKey(u) === wanted.replace(/^0+(?=\d)/, "")) :
        t.blocks.map((b) => b.turn)[wanted - 1];
      return found ? Object.assign({}, found, place) : null;
    }
    const [start, end] = [+query.get("start") || 1, +query.get("end") || 1];
    if (start < 1 || end < start || !(t.at(end) <= t.text.length)) return null;
    return Object.assign(place, { start, end, from: t.at(start - 1), to: t.at(end) });
  }

  // #disagreement-3 and #coding-12 number the rows that R was given;
  // #transcript=C01&unit=12 and #transcript=C01&start=5&end=9 name a place.
  function linked() {
    const row = /^#(disagreement|coding)-(\d+)$/.exec(location.hash);
    return row ? (row[1] === "coding" ? codings : dissent)[row[2] - 1] :
      placeAt(new URLSearchParams(location.hash.slice(1)));
  }

  function follow() {
    const item = linked();
    const { current } = state;
    if (!item) {
      if (/^#(transcript=|coding-|disagreement-)/.test(location.hash)) {
        say("The place of the link is not here. ");
      }
      return;
    }
    const open = [...$("pick").options].some((o) => +o.value === item.transcript);
    if (!open || !shows(item)) clear();
    const same = current && item.kind === "place" && linkTo(current) === location.hash;
    choose(same ? current : item);
    say("");
  }

  setUp();
  listen();
  refilter();
  follow();
})();
