// The study, and what of it is chosen.

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
