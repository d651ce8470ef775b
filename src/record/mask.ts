import personnummer from 'personnummer';

// The package's types describe a module with a default in it; what Node loads is that default itself.
const Personnummer = personnummer as unknown as typeof personnummer.default;

/**
 * Takes out of free text what must never be stored: Swedish personal identity and coordination numbers (with valid
 * check digit, 10 or 12 digits), phone numbers and e-mail addresses. Record numbers, diary numbers and organisation
 * numbers stay. Signs that are not seen, and those that turn the direction of text, go first, so that none can hide
 * a number.
 */
export function mask(text: string): string {
  return tidy(text)
    .replace(emailAddress, '[e-post]')
    .replace(identityNumber, (found) => (isIdentityNumber(found) ? '[personnummer]' : found))
    .replace(phoneNumber, (found) => (isPhoneNumber(found) ? '[telefon]' : found));
}

/** One line of plain signs. */
export function tidy(text: string): string {
  return text
    .normalize('NFKC')
    .replace(/[\p{Cf}\p{Co}\p{Cs}]+/gu, '')
    .replace(/\p{Cc}+/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim();
}

const emailAddress = /[\p{L}\p{N}._%+-]+@[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+/gu;
/** 850709-9805 and the ways people write it, with all kinds of hyphens; interim numbers have a letter. */
const identityNumber =
  /(?<!\d)(?:\d{2}[ -]?)?\d{2}([ .-]?)\d{2}\1\d{2} ?[-+./\u2010-\u2015\u2212]? ?[\dTRSUWXJKLMN]\d{3}(?!\d)/g;
/** Begins with 0, 00 or +, and is no part of a number that begins with letters, as diary numbers do. */
const phoneNumber =
  /(?<![\p{Lu}\d]|\d[/:.-]|\p{Lu}[/-])\(?(?:\+|00?)[1-9](?:[ ()/.\-\u2010-\u2015\u2212]{0,3}\d){5,12}(?!\d)/gu;

function isIdentityNumber(found: string): boolean {
  const digits = found.replace(/[^\dA-Z+]/g, '').replace('+', '');
  const sign = found.includes('+') ? '+' : '-';
  return Personnummer.valid(`${digits.slice(0, -4)}${sign}${digits.slice(-4)}`, {
    allowCoordinationNumber: true,
    allowInterimNumber: true,
  });
}

/** At least 7 digits, as 08-12 34 56 has with its area; a diary number such as 0123/2026 is none. */
function isPhoneNumber(found: string): boolean {
  const digits = found.replace(/\D/g, '').length;
  return digits >= 7 && digits <= 15 && !/^0\d{1,5}[/-](19|20)\d\d$/.test(found);
}
