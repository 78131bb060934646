/** Replaces payment card numbers: 13 to 19 digits of a known issuer that pass the Luhn check (ISO/IEC 7812-1, Annex B). */
export function withoutCardNumbers(text: string, censor: string): string {
  return text.replaceAll(runOfDigits, (run) => (isCardNumber(run.replaceAll(/\D/g, '')) ? censor : run));
}

/** A cheap test whether a text may hold a card number. */
export function mayHoldCardNumber(text: string): boolean {
  return text.length >= 13 && /\d(?:[ \u00A0\u2009\u202F\u2010-\u2013-]?\d){12}/.test(text);
}

/** @param digits nothing but digits */
export function isCardNumber(digits: string): boolean {
  return digits.length <= 19 && issuers.test(digits) && passesLuhn(digits);
}

// Digits alone or in groups with any separator. Not within a longer word, such as a trace id.
const runOfDigits = /(?<![\p{L}\p{N}_.])\d(?:[ \u00A0\u2009\u202F\u2010-\u2013-]?\d){12,18}(?![\p{L}\p{N}_]|\.\d)/gu;

// Visa, Mastercard, American Express, Discover, Diners, JCB, UnionPay and Maestro. One run in ten passes Luhn by chance,
// so without this check many ids of 16 digits would be hidden.
const issuers =
  /^(?:4\d{12}(?:\d{3}){0,2}|5[1-5]\d{14}|2(?:22[1-9]|2[3-9]\d|[3-6]\d\d|7[01]\d|720)\d{12}|3[47]\d{13}|6(?:011|5\d\d|4[4-9]\d)\d{12,15}|3(?:0[0-5]|[689]\d)\d{11,16}|35(?:2[89]|[3-8]\d)\d{12,15}|62\d{14,17}|(?:50|5[6-9]|6[0-9])\d{14})$/;

function passesLuhn(digits: string): boolean {
  let sum = 0;
  for (let i = 0; i < digits.length; i++) {
    const digit = digits.charCodeAt(digits.length - 1 - i) - 48;
    const doubled = i % 2 === 1 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}
