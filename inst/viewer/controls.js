// Filters, keys and links.

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
