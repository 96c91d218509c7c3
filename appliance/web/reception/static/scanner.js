// A barcode reader is a keyboard that types faster than any hand and ends with Enter. What it reads goes to where it belongs,
// wherever the focus is: into the open form, else into the search. A field that stands alone gets it as from any keyboard.
// Keys are told by their place, so an IME does not matter.

const FASTEST_HAND = 50;
const SHORTEST = 4;

export class Scanner {
  // `read` gets the digits.
  constructor(read) {
    this.read = read;
    this.forget();
    document.addEventListener("keydown", (event) => this.key(event), { capture: true });
  }

  forget() {
    this.digits = "";
    this.last = -Infinity;
    this.field = null;
  }

  key(event) {
    const isQuick = event.timeStamp - this.last <= FASTEST_HAND;
    const digit = event.code.match(/^(?:Digit|Numpad)(\d)$/)?.[1];
    if (event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return this.forget();
    if (digit !== undefined) return this.more(event, digit, isQuick);
    const isRead = /Enter$/.test(event.code) && isQuick && this.digits.length >= SHORTEST;
    if (isRead) this.finish(event);
    return this.forget();
  }

  more(event, digit, isQuick) {
    if (!isQuick) {
      this.digits = "";
      this.field = event.target.matches?.("input, textarea") ? { input: event.target, before: event.target.value } : null;
    }
    this.digits += digit;
    this.last = event.timeStamp;
  }

  finish(event) {
    const field = this.field?.input;
    if (field && !field.closest(".manual")) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    // The digits stand in the field that had the focus by chance.
    if (field) field.value = this.field.before;
    this.read(this.digits);
  }
}

// Which field of the form these digits belong to: a 保険者番号 has six or eight, all else is the number itself.
export function fieldOf(form, digits) {
  const { payer_number: payer, beneficiary_number: beneficiary } = form.elements;
  if (payer) return digits.length === 8 && !payer.value ? payer : beneficiary;
  const { insurer_number: insurer, number, birthdate } = form.elements;
  if ([6, 8].includes(digits.length) && !insurer.value) return insurer;
  if (/^(19|20)\d{6}$/.test(digits) && number.value && !birthdate.value) return birthdate;
  return number;
}
