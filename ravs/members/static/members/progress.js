/**
 * Says how far a list has come, and opens the next page when it is done.
 *
 * Without this script the page's own link does the same. Asking does not count as use of the
 * session, so a page left open still ends it.
 */

const place = document.querySelector("[data-progress-url]");
const words = place.querySelector("[data-progress-words]");
const bar = place.querySelector("progress");
const seconds = { between: 2, afterFailure: 10 };

async function ask() {
  const response = await fetch(place.dataset.progressUrl, {
    headers: { Accept: "application/json" },
    cache: "no-store",
    redirect: "manual",
  });
  if (!response.ok) throw new Error(response.statusText);
  return response.json();
}

async function refresh() {
  let wait = seconds.between;
  try {
    const answer = await ask();
    if (answer.over) {
      location.reload();
      return;
    }
    if (words.textContent !== answer.words) words.textContent = answer.words;
    bar.value = answer.done;
  } catch {
    wait = seconds.afterFailure;
  }
  setTimeout(refresh, wait * 1000);
}

setTimeout(refresh, seconds.between * 1000);
