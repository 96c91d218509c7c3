// The browser's part of a passkey: fetch what to sign, let the browser ask its person, send the answer with the form.

import { said } from "/static/words.js";

const form = document.querySelector("form[data-passkey]");
const problem = form.querySelector(".refusal");
const button = form.querySelector("button");

const bytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (one) => one.charCodeAt(0));
const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
const described = (keys = []) => keys.map((one) => ({ ...one, id: bytes(one.id) }));

async function asked() {
  const headers = { Accept: "application/json", "X-CSRF-Token": form.elements.csrf_token.value };
  const answer = await fetch(form.dataset.passkey, { method: "POST", headers });
  const found = await answer.json();
  if (!answer.ok) throw new Error(found.error.title);
  return { ...found, challenge: bytes(found.challenge) };
}

function signed(options) {
  if (!options.user) {
    return navigator.credentials.get({ publicKey: { ...options, allowCredentials: described(options.allowCredentials) } });
  }
  const user = { ...options.user, id: bytes(options.user.id) };
  return navigator.credentials.create({
    publicKey: { ...options, user, excludeCredentials: described(options.excludeCredentials) },
  });
}

function written({ id, rawId, type, response }) {
  const parts = ["clientDataJSON", "attestationObject", "authenticatorData", "signature"];
  const given = parts.filter((part) => response[part]).map((part) => [part, text(response[part])]);
  return JSON.stringify({ id, rawId: text(rawId), type, response: Object.fromEntries(given) });
}

function refused(error) {
  const words = {
    NotAllowedError: said("パスキーの操作が取りやめられたか、時間が過ぎました。もう一度お試しください。"),
    InvalidStateError: said("このパスキーは、もう登録されています。"),
    SecurityError: said("このアドレスではパスキーを使えません。装置の名前で開いてください。"),
  };
  problem.textContent = words[error.name] ?? said("パスキーを使えませんでした。認証アプリをお使いください。");
  problem.hidden = false;
  button.disabled = false;
  button.focus();
}

if (navigator.credentials && globalThis.PublicKeyCredential) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    button.disabled = true;
    problem.hidden = true;
    try {
      form.elements.credential.value = written(await signed(await asked()));
      form.submit();
    } catch (error) {
      refused(error);
    }
  });
  // Until now a press would have sent the form without a signature.
  button.disabled = false;
  if (button.autofocus && document.activeElement === document.body) button.focus();
} else {
  refused(new Error());
  button.disabled = true;
}
