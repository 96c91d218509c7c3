// What a script says, in the language of its page: said("あと{minutes}分", { minutes: 3 }). An English page brings the texts along.

const texts = JSON.parse(document.querySelector('meta[name="texts"]')?.content ?? "{}");

export const said = (japanese, values = {}) =>
  (texts[japanese] ?? japanese).replace(/\{(\w+)\}/g, (place, name) => values[name] ?? place);
