// @ts-check
// Highlight in the page the passages that comments quote; clicking either one shows the other.
const TYPOGRAPHY = { "’": "'", "‘": "'", "“": '"', "”": '"', "«": '"', "»": '"', "…": "." };
const IGNORED = /[\s\p{Cf}\p{Cc}]/u;
const prose = document.querySelector(".prose[data-talk]");
const rangesByQuote = new Map();

function highlightAll() {
  rangesByQuote.clear();
  if (!prose || !CSS.highlights) return;
  const page = readText();
  for (const quote of document.querySelectorAll(".passage[data-quote]")) {
    const range = findRange(page, quote.dataset);
    if (!range) continue;
    rangesByQuote.set(quote, range);
    quote.classList.add("live");
    quote.tabIndex = 0;
    quote.role = "link";
    quote.title = document.getElementById("talk").dataset.passage;
  }
  CSS.highlights.set("talk", new Highlight(...rangesByQuote.values()));
}

// Read the text of the page without spaces, as the server compares it, and where each character stands.
function readText() {
  const walker = document.createTreeWalker(prose, NodeFilter.SHOW_TEXT);
  const positions = [];
  let text = "";
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (node.parentElement.closest(".say, .sr")) continue;
    for (const [offset, char] of node.data.split("").entries()) {
      if (IGNORED.test(char)) continue;
      text += TYPOGRAPHY[char] ?? char;
      positions.push([node, offset]);
    }
  }
  return { text, positions };
}

function findRange({ text, positions }, { quote, nth }) {
  let start = text.indexOf(quote);
  for (let left = Number(nth); left && start >= 0; left--) start = text.indexOf(quote, start + 1);
  if (start < 0) return null;
  const range = new Range();
  range.setStart(...positions[start]);
  const [node, offset] = positions[start + quote.length - 1];
  range.setEnd(node, offset + 1);
  return range;
}

function showPassage(quote) {
  const range = rangesByQuote.get(quote);
  if (!range) return;
  CSS.highlights.set("talk-here", new Highlight(range));
  const { top } = range.getBoundingClientRect();
  scrollTo({ top: scrollY + top - innerHeight / 3 });
}

function showComment(event) {
  if (!getSelection().isCollapsed) return;
  const { clientX: x, clientY: y } = event;
  for (const [quote, range] of rangesByQuote) {
    const isInside = [...range.getClientRects()].some(
      ({ left, right, top, bottom }) => x >= left && x <= right && y >= top && y <= bottom,
    );
    if (!isInside) continue;
    CSS.highlights.set("talk-here", new Highlight(range));
    quote.closest(".thread").scrollIntoView({ block: "center" });
    return;
  }
}

document.addEventListener("click", event => {
  const quote = event.target.closest?.(".passage.live");
  if (quote) showPassage(quote);
  else if (prose?.contains(event.target) && !event.target.closest("a, button")) showComment(event);
});
document.addEventListener("keydown", event => {
  if (event.key === "Enter" && event.target.matches?.(".passage.live")) showPassage(event.target);
});
document.addEventListener("htmx:after:swap", highlightAll);
highlightAll();
