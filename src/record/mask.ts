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
  return text
    .normalize('NFKC')
    .replace(/[\p{Cf}\p{Co}\p{Cs}]+/gu, '')
    .replace(/\p{Cc}+/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim()
    .replace(emailAddress, '[e-post]')
    .replace(identityNumber, (found) => (isIdentityNumber(found) ? '[personnummer]' : found))
    .replace(phoneNumber, (found) => (isPhoneNumber(found) ? '[telefon]' : found));
}

const emailAddress = /[\p{L}\p{N}._%+-]+@[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+/gu;
const identityNumber = /(?<![\d-])(?:\d{2})?\d{6}[ ]?[-+–]?[ ]?[\dTRSUWXJKLMN]\d{3}(?!\d)/g;
const phoneNumber = /(?<![\p{L}\d/:-])(?:\+|00?)[1-9](?:[ ()/-]{0,2}\d){5,12}(?![\d/])/gu;

function isIdentityNumber(found: string): boolean {
  const compact = found.replace(/[ ]/g, '').replace('–', '-');
  return valid(compact) || valid(compact.replace(/(.{4})$/, '-$1').replace(/--/, '-'));
}

function valid(number: string): boolean {
  return Personnummer.valid(number, { allowCoordinationNumber: true, allowInterimNumber: true });
}

/** Nine digits or so after the leading 0: 08-12 34 56 is the shortest, +46 70 123 45 67 the usual. */
function isPhoneNumber(found: string): boolean {
  const digits = found.replace(/\D/g, '').length;
  return digits >= 7 && digits <= 15;
}
