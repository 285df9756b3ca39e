/**
 * Warns somebody before their session ends, and lets them stay.
 *
 * Only the server knows how long is left, for other tabs use the same session: it is asked before
 * anything is shown or done. Asking does not count as use; "Stay logged in" does. Without this
 * script the footer says the same and leads to a page with the same button.
 */

const { sessionExtendUrl, sessionIdleSeconds, sessionWarningSeconds, sessionSignOutUrl } =
  document.body.dataset;
const warningSeconds = Number(sessionWarningSeconds);
const again = { whileWarned: 15, afterFailure: 10 };

/** What the server said last: seconds until the end, the same if used at once, and a CSRF token. */
let left = null;
let endsAt = 0;
let timer = null;
let ticker = null;
let accepted = false;

async function ask(method) {
  const headers = { Accept: "application/json" };
  if (method === "POST") headers["X-CSRFToken"] = left.csrfToken;
  const response = await fetch(sessionExtendUrl, {
    method,
    headers,
    cache: "no-store",
    redirect: "manual",
  });
  if (response.status >= 500 || response.status === 429) throw new Error(response.statusText);
  return response.ok ? response.json() : null;
}

function askIn(seconds) {
  clearTimeout(timer);
  timer = setTimeout(check, Math.max(seconds, 0) * 1000);
}

async function check(method = "GET") {
  let answer;
  try {
    answer = await ask(method);
  } catch {
    askIn(again.afterFailure); // the connection is gone, which says nothing of the session
    return;
  }
  if (answer === null) {
    leave();
    return;
  }
  left = answer;
  endsAt = Date.now() + left.seconds * 1000;
  if (left.seconds > warningSeconds) {
    accepted = false;
    close();
    askIn(left.seconds - warningSeconds);
  } else {
    open();
    askIn(Math.min(again.whileWarned, left.seconds + 0.5));
  }
}

/** The session is over: ask for this page again, and be told why and where to log in. */
function leave() {
  clearTimeout(timer);
  window.location.replace(window.location.pathname + window.location.search);
}

function isLast() {
  return left.absoluteSeconds <= left.seconds;
}

// The dialog

const dialog = document.createElement("dialog");
dialog.className = "ravs-dialog";
dialog.setAttribute("role", "alertdialog");
dialog.setAttribute("aria-labelledby", "session-title");
dialog.setAttribute("aria-describedby", "session-words session-countdown");
dialog.tabIndex = -1;

function part(name, className, text = "") {
  const element = document.createElement(name);
  element.className = className;
  element.textContent = text;
  return element;
}

function button(className, text, act) {
  const element = part("button", `nhsuk-button ${className}`.trim(), text);
  element.type = "button";
  element.addEventListener("click", act);
  return element;
}

const title = part("h2", "nhsuk-heading-m", "You will be logged out soon");
title.id = "session-title";
const words = part("p", "nhsuk-body");
words.id = "session-words";
const countdown = part("p", "nhsuk-body");
countdown.id = "session-countdown";
countdown.setAttribute("aria-hidden", "true"); // heard on opening, and then from "spoken"
const spoken = part("p", "nhsuk-u-visually-hidden");
spoken.setAttribute("aria-live", "polite");
const stay = button("", "Stay logged in", () => check("POST"));
const dismiss = button("", "Continue", acceptTheEnd);
const signOut = button("nhsuk-button--secondary", "Log out", logOut);
const buttons = part("div", "nhsuk-button-group");
buttons.append(stay, dismiss, signOut);
dialog.append(title, words, countdown, spoken, buttons);

dialog.addEventListener("cancel", (event) => {
  event.preventDefault(); // Escape means that somebody is there
  if (isLast()) acceptTheEnd();
  else check("POST");
});

function open() {
  if (dialog.open || accepted) return;
  const last = isLast();
  stay.hidden = last;
  dismiss.hidden = !last;
  words.textContent = last
    ? "This cannot be put off. Finish what you are doing, then log in again."
    : "This is because you have not used the service for a while. Anything you have not saved will be lost.";
  spoken.textContent = "";
  tick();
  ticker = setInterval(tick, 1000);
  dialog.showModal();
  dialog.focus(); // not a button: a key meant for a form must not answer for the person
}

function close() {
  clearInterval(ticker);
  if (dialog.open) dialog.close(); // the browser gives focus back to where it was
}

function acceptTheEnd() {
  accepted = true;
  close();
}

function tick() {
  const seconds = Math.max(0, Math.ceil((endsAt - Date.now()) / 1000));
  countdown.textContent = `You will be logged out in ${inWords(seconds)}.`;
  const worthSaying = seconds % 60 === 0 || seconds === 30 || seconds === 10;
  if (worthSaying) spoken.textContent = countdown.textContent;
  if (seconds === 0) check();
}

function inWords(seconds) {
  const minutes = Math.floor(seconds / 60);
  const rest = seconds % 60;
  const said = [];
  if (minutes) said.push(`${minutes} minute${minutes === 1 ? "" : "s"}`);
  if (rest || !minutes) said.push(`${rest} second${rest === 1 ? "" : "s"}`);
  return said.join(" ");
}

function logOut() {
  const form = document.querySelector(`form[action="${sessionSignOutUrl}"]`);
  if (form) form.requestSubmit();
  else window.location.assign(sessionSignOutUrl);
}

// Timers stand still while a computer sleeps or a tab lies in the history.
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "visible") check();
});
window.addEventListener("pageshow", (event) => {
  if (event.persisted) check();
});

document.body.append(dialog);
askIn(Number(sessionIdleSeconds) - warningSeconds);
