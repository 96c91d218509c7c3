// Talking to the box: every POST carries the CSRF token; a sign-in that is over leads to the sign-in page.

import { said } from "/static/words.js";

const csrf = document.querySelector('meta[name="csrf-token"]').content;

function leaveIfSignedOut(response) {
  if (response.status === 401) location.assign("/sign-in?then=/");
  return response;
}

export async function fragment(path) {
  const response = leaveIfSignedOut(
    await fetch(path, { headers: { Accept: "application/json, text/html;q=0.5" } }),
  );
  return { ok: response.ok, text: await response.text() };
}

// With `keepalive` what a page says while it is being closed arrives all the same.
export const send = (path, body, more = {}) =>
  fetch(path, {
    ...more,
    method: "POST",
    body,
    headers: { "X-CSRF-Token": csrf, Accept: "application/json" },
  });

export async function post(path, body) {
  const response = leaveIfSignedOut(await send(path, body));
  return { ok: response.ok, status: response.status, body: await response.json() };
}

export function sentenceOf(body) {
  const error = body.error ?? {};
  return said("{title}。{advice}（{code}）", {
    title: error.title ?? said("うまくいきませんでした"),
    advice: error.advice ?? said("もう一度お試しください。"),
    code: error.code ?? "-",
  });
}

export function elementFrom(html) {
  const template = document.createElement("template");
  template.innerHTML = html.trim();
  return template.content.firstElementChild;
}
