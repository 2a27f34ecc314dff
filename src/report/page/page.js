"use strict";
// Chooses a failure in the table and shows in the drawing what becomes of whom. Texts are only ever set as texts.
(() => {
  const table = document.getElementById("failures");
  if (!table) return;
  const rows = [...table.tBodies[0].rows];
  const panel = document.getElementById("panel");
  const svg = "http://www.w3.org/2000/svg";
  const heads = [...table.tHead.rows[0].cells].map((cell) => cell.textContent);
  let chosen = null;

  document.documentElement.classList.add("live");
  document.getElementById("hint").hidden = false;
  table.setAttribute("role", "grid");
  table.setAttribute("aria-readonly", "true");
  rows.forEach((row, at) => {
    row.tabIndex = at === 0 ? 0 : -1;
    row.setAttribute("aria-selected", "false");
  });

  const groups = (text) => (text ? text.split(";").map((group) => {
    const [what, ids] = group.split(":");
    return [what, ids.split(" ")];
  }) : []);

  // Puts a line into a box in the place of the one that says what it is.
  const say = (box, name, sign, text) => {
    if (!box) return;
    box.classList.add(name);
    const what = box.querySelector(".what");
    const line = document.createElementNS(svg, "text");
    line.setAttribute("class", "mark");
    line.setAttribute("x", what.getAttribute("x"));
    line.setAttribute("y", what.getAttribute("y"));
    line.textContent = sign + text;
    box.append(line);
  };

  const clear = () => {
    document.querySelectorAll(".drawing .mark").forEach((line) => line.remove());
    document.querySelectorAll(".drawing .hit, .drawing .on, .drawing .touched").forEach((box) => {
      box.classList.remove("hit", "on", "touched");
    });
    if (chosen) chosen.setAttribute("aria-selected", "false");
    chosen = null;
    panel.hidden = true;
  };

  const names = (row, key) => groups(row.dataset[key]).map(([what, ids]) => {
    const shown = ids.slice(0, 8).map((id) => {
      const box = document.getElementById("m" + id);
      return (box.querySelector("title") || box.querySelector(".name")).textContent;
    });
    const more = ids.length > shown.length ? " and " + (ids.length - shown.length) + " more" : "";
    return shown.join(", ") + more + " (" + what + ")";
  }).join("; ");

  const fill = (row) => {
    const cells = [...row.cells].map((cell) => cell.textContent.trim());
    document.getElementById("chosen").textContent = cells[0] + " of " + cells[1] + ": " + cells[2];
    document.getElementById("why").textContent = row.querySelector(".reason").textContent;
    const facts = heads.slice(3, 7).map((head, at) => [head, cells[at + 3]]);
    facts.push(["Hit", names(row, "hit")], ["Others", names(row, "on")]);
    const mend = row.querySelector(".mend");
    if (mend) facts.push(["Mend", mend.textContent]);
    const list = document.getElementById("facts");
    list.replaceChildren();
    facts.filter((fact) => fact[1] && fact[1] !== "-").forEach(([head, text]) => {
      for (const [kind, words] of [["dt", head], ["dd", text]]) {
        const element = document.createElement(kind);
        element.textContent = words;
        list.append(element);
      }
    });
    panel.hidden = false;
  };

  const choose = (row) => {
    clear();
    chosen = row;
    row.setAttribute("aria-selected", "true");
    const hit = new Map();
    for (const [what, ids] of groups(row.dataset.hit)) {
      for (const id of ids) {
        say(document.getElementById("m" + id), "hit", "\u00d7 ", what);
        const part = id.split("-")[0];
        hit.set(part, (hit.get(part) || 0) + 1);
      }
    }
    for (const [what, ids] of groups(row.dataset.on)) {
      for (const id of ids) say(document.getElementById("m" + id), "on", "\u00bb ", what);
    }
    for (const [part, count] of hit) {
      const all = document.querySelectorAll('.member[id^="m' + part + '-"]').length;
      say(document.getElementById("p" + part), count === all ? "hit" : "touched", "\u00d7 ", count + " of " + all);
    }
    fill(row);
  };

  const focus = (row) => {
    rows.forEach((other) => { other.tabIndex = other === row ? 0 : -1; });
    row.focus();
  };

  table.tBodies[0].addEventListener("click", (event) => {
    const row = event.target.closest("tr");
    // Whoever marks text to copy it chooses nothing.
    if (!row || String(getSelection())) return;
    focus(row);
    if (row === chosen) clear(); else choose(row);
  });

  table.tBodies[0].addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const at = rows.indexOf(event.target.closest("tr"));
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: rows.length - 1 }[event.key];
    if (to !== undefined) {
      const row = rows[Math.min(Math.max(to, 0), rows.length - 1)];
      focus(row);
      choose(row);
    } else if (event.key === "Enter" || event.key === " ") {
      if (rows[at] === chosen) clear(); else choose(rows[at]);
    } else if (event.key === "Escape") {
      clear();
    } else {
      return;
    }
    event.preventDefault();
  });
})();
