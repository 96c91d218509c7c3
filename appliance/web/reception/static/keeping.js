// What somebody has typed, chosen, unfolded or focused in a part of the page outlives its being drawn anew.

const FIELDS = "input, select, textarea";

const isTouched = (field) => {
  if (field.matches("select")) return [...field.options].some((one) => one.selected !== one.defaultSelected);
  return field.matches("[type=checkbox], [type=radio]") ? field.checked !== field.defaultChecked : field.value !== field.defaultValue;
};

const keyOf = (field) => {
  const form = Object.keys(field.form?.dataset ?? {}).join(" ");
  return [form, field.name, field.matches("[type=checkbox], [type=radio]") ? field.value : ""].join("|");
};

function retype(before, root) {
  const field = [...root.querySelectorAll(FIELDS)].find((one) => keyOf(one) === keyOf(before));
  if (!field || field === before) return;
  if (field.matches("[type=checkbox], [type=radio]")) field.checked = before.checked;
  else field.value = before.value;
}

const OWNERS = "[data-reader], [data-task], [data-id]";

// What tells one element from another, whatever is written on it by now.
function lookOf(one) {
  const { reader, task, id } = one.closest(OWNERS)?.dataset ?? {};
  const own = [one.name, one.matches("[type=checkbox], [type=radio]") ? one.value : "", one.getAttribute("href")];
  const text = Object.keys(one.dataset).length || own.some(Boolean) ? "" : one.textContent.trim();
  return JSON.stringify([reader, task, id, own, { ...one.dataset }, one.getAttribute("aria-label"), text]);
}

function sameAs(before, root) {
  if (root.contains(before)) return before;
  if (before.id) return root.querySelector(`#${CSS.escape(before.id)}`);
  const look = lookOf(before);
  return [...root.querySelectorAll(before.tagName)].find((one) => lookOf(one) === look) ?? null;
}

function refocus(before, root) {
  const again = sameAs(before, root) ?? (before.dataset.act && root.querySelector(`[data-act="${before.dataset.act}"]`));
  (again || root.querySelector("h2"))?.focus({ preventScroll: true });
  if (again?.matches("[type=text], input:not([type])")) again.setSelectionRange(before.selectionStart, before.selectionEnd);
}

// `html` in the place of what is in `root`.
export function redraw(root, html) {
  const bringFocusBack = keepFocus(root);
  root.innerHTML = html;
  bringFocusBack();
}

// Each of these is to be called before; what it returns, after.
export function keepFocus(root) {
  const focused = root.contains(document.activeElement) ? document.activeElement : null;
  return () => focused && refocus(focused, root);
}

export function keep(root) {
  const bringFocusBack = keepFocus(root);
  const form = root.querySelector("details[data-touched]");
  const fields = [...root.querySelectorAll(FIELDS)].filter((field) => !form?.contains(field) && isTouched(field));
  const unfolded = [...root.querySelectorAll("details[open]:not(.received) > summary")].map((one) => one.textContent);
  const said = root.querySelector('[data-said=""]');
  const copied = root.querySelector("[data-copied]")?.textContent;
  const place = root.scrollTop;
  return () => {
    // A form that somebody is filling in stays as a whole.
    if (form) root.querySelector("details.received")?.replaceWith(form);
    for (const field of fields) retype(field, root);
    for (const one of root.querySelectorAll("details > summary")) if (unfolded.includes(one.textContent)) one.parentElement.open = true;
    if (said) root.firstElementChild.prepend(said);
    if (copied) root.querySelector("[data-copied]").textContent = copied;
    bringFocusBack();
    root.scrollTop = place;
  };
}
