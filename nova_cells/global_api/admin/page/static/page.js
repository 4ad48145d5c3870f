// SPDX-License-Identifier: Apache-2.0
// The switch of colours, and the plot that goes on. Without this script the page is whole.
"use strict";

const root = document.documentElement;
const theme = document.getElementById("theme");
const prefersDark = window.matchMedia("(prefers-color-scheme: dark)");

function isDark() {
  return (root.dataset.theme || (prefersDark.matches ? "dark" : "light")) === "dark";
}

function showTheme() {
  theme.setAttribute("aria-pressed", String(isDark()));
}

root.dataset.theme = localStorage.getItem("nova-cells-theme") || "";
theme.hidden = false;
showTheme();
prefersDark.addEventListener("change", showTheme);
theme.addEventListener("click", () => {
  root.dataset.theme = isDark() ? "light" : "dark";
  localStorage.setItem("nova-cells-theme", root.dataset.theme);
  showTheme();
});

const SVG = "http://www.w3.org/2000/svg";
const plot = document.getElementById("plot");
const MOST = 60;
const seen = new Map();
let highest = 1;

function draw(cell, values) {
  const lines = document.getElementById("lines");
  let line = lines.querySelector(`polyline[data-cell="${CSS.escape(cell)}"]`);
  if (!line) {
    line = document.createElementNS(SVG, "polyline");
    line.dataset.cell = cell;
    const title = document.createElementNS(SVG, "title");
    title.textContent = cell;
    line.append(title);
    lines.append(line);
  }
  const points = values.map((value, place) => `${(place * 500) / (MOST - 1)},${110 - (105 * value) / highest}`);
  line.setAttribute("points", points.join(" "));
}

function take(each) {
  const bar = plot.querySelector(`rect[data-cell="${CSS.escape(each.cell)}"]`);
  const row = document.querySelector(`#figures tr[data-cell="${CSS.escape(each.cell)}"]`);
  if (!bar || !row) return;
  bar.setAttribute("width", String(Math.min(500, (500 * each.memory_mb) / Number(bar.dataset.most))));
  bar.setAttribute("class", each.answers ? "bar" : "bar away");
  const amount = `${Math.round(each.memory_mb / 1024)} GiB`;
  bar.parentNode.querySelector(".amount").textContent = each.answers ? amount : `${amount}, as last told`;
  [each.vcpus, each.memory_mb, each.disk_gb].forEach((value, place) => {
    row.cells[place + 1].textContent = String(value);
  });
  const values = seen.get(each.cell) || [];
  values.push(each.memory_mb);
  seen.set(each.cell, values.slice(-MOST));
  highest = Math.max(highest, each.memory_mb);
}

async function look() {
  if (document.hidden) return;
  const answer = await fetch(`${document.body.dataset.base}/live.json`, { credentials: "same-origin" });
  if (answer.redirected) {
    window.location.reload();
    return;
  }
  if (!answer.ok) return;
  const { free } = await answer.json();
  free.forEach(take);
  seen.forEach((values, cell) => draw(cell, values));
}

if (plot) {
  const again = () => look().catch(() => {});
  again();
  setInterval(again, 2000);
}
