// The transcript, the panels beside it and what lies over the text.

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
