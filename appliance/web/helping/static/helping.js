// The pane of one reader: what reception presses there goes to the patient's screen.

import { said } from "/static/words.js";
import { elementFrom, fragment, post, sentenceOf } from "/reception/static/http.js";

export const draw = async (reader) => {
  const answer = await fragment(`/helping/${reader}`).catch(() => null);
  return answer?.ok ? elementFrom(answer.text) : null;
};

export async function press(button, say) {
  const { help, ...rest } = button.dataset;
  const pane = button.closest(".helping");
  const form = new FormData();
  form.set("visit", pane.dataset.visit);
  for (const [name, value] of Object.entries(rest)) form.set(name, value);
  button.disabled = true;
  const answer = await post(`/helping/${pane.dataset.at}/${help}`, form).catch(() => null);
  button.disabled = false;
  if (!answer) say(said("装置につながりません。少し待ってから、もう一度お試しください。"));
  else if (!answer.ok) say(sentenceOf(answer.body));
}
