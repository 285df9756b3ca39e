// What has the focus, and what is wrong with how that shows (WCAG 2.4.3, 2.4.7, 2.4.11). Null where
// nothing has it. What the stop before looked like is kept: once the focus has left it, it must
// look different. `way` is how the focus came here: "on" or "back" by Tab, or by a "jump".
(way) => {
  const kept = (window.ravsStops ??= { reached: new Set(), last: null });
  const element = document.activeElement;
  if (!element || element === document.body || element === document.documentElement) {
    kept.last = null;
    return null;
  }

  const labels = [...(element.labels ?? [])];
  const drawn = (one) => {
    const parts = [one, ...(one.labels ?? [])];
    return parts.flatMap((part) => ["", "::before", "::after"].map((pseudo) => {
      const style = getComputedStyle(part, pseudo);
      const outline = style.outlineStyle === "none" ? "none" : style.outline;
      return [outline, style.boxShadow, style.backgroundColor, style.border];
    })).join("|");
  };
  // The radios of a question are one stop, whichever of them it is.
  const question = element.type === "radio" && element.closest("fieldset")?.querySelector("legend");
  const name = element.getAttribute("aria-label") || (question || labels[0] || element).innerText || element.id;
  const kind = question ? "radio" : (element.getAttribute("role") ?? element.tagName.toLowerCase());
  const what = `${kind} “${name.trim().replace(/\s+/g, " ").slice(0, 60)}”`;
  const wrong = [];

  // The first line of a link that runs over several.
  const box = element.getClientRects()[0];
  if (!box || box.width < 1 || box.height < 1) return { what, wrong: ["has no size"] };
  const { top, bottom, left, right } = box;
  if (top < -1 || left < -1 || bottom > innerHeight + 1 || right > innerWidth + 1) {
    wrong.push(`is outside the window: ${JSON.stringify(box)} in ${innerWidth} x ${innerHeight}`);
  }
  const hit = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
  if (![element, ...labels].some((part) => part.contains(hit))) {
    wrong.push(`is covered by ${hit?.outerHTML.slice(0, 120)}`);
  }
  if (element.tabIndex > 0) wrong.push("has a tabindex of its own");

  const here = { element, what, style: drawn(element), top: top + scrollY, bottom: bottom + scrollY, left, right };
  const last = kept.last;
  if (last?.element.isConnected && last.element !== element) {
    if (drawn(last.element) === last.style) wrong.push(`: the focus did not show on ${last.what}`);
    const skips = [element, last.element].some((one) => one.matches(".nhsuk-skip-link"));
    const [first, second] = way === "back" ? [here, last] : [last, here];
    const isAbove = second.bottom <= first.top;
    const isBeside = second.top < first.bottom && first.top < second.bottom;
    const isBefore = isAbove || (isBeside && second.right <= first.left);
    if (isBefore && !skips && way !== "jump") wrong.push(`comes after ${last.what}, but is read before it`);
  }
  kept.last = here;
  kept.reached.add(element);
  return { what, wrong };
}
