// Shows how far long work is, on a page that shows it without this script as well: every two
// seconds the page is fetched again and its part called "progress" put in place of the old one.
// When the work is over the whole page is opened again, with what can be done then.
const PAUSE = 2000;

async function look() {
  const shown = document.getElementById("progress");
  try {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
    if (!answer.ok || answer.redirected) throw new Error(answer.status);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const next = page.getElementById("progress");
    if (!next || !next.hasAttribute("data-waiting")) {
      location.reload();
      return;
    }
    if (next.textContent !== shown.textContent) shown.replaceChildren(...next.childNodes);
  } catch {
    // The next look may fare better; the page's own link works in any case.
  }
  setTimeout(look, PAUSE);
}

setTimeout(look, PAUSE);
