import personnummer from 'personnummer';

// The package's types describe a module with a default in it; what Node loads is that default itself.
const Personnummer = personnummer as unknown as typeof personnummer.default;

/**
 * Takes out of free text what must never be stored: Swedish personal identity and coordination numbers (10 or 12 digits,
 * with a valid check digit, or in their common form, 850709-9805, whatever the last digit), phone numbers and e-mail
 * addresses. Record numbers, diary numbers and organisation numbers stay. Signs that are not seen, and those that turn
 * the direction of text, go first, so that none can hide a number.
 */
export function mask(text: string): string {
  return tidy(text)
    .replace(emailAddress, '[e-post]')
    .replace(identityForm, (found, at: number, whole: string) =>
      namesDiary.test(whole.slice(0, at)) && !isIdentityNumber(found) ? found : '[personnummer]',
    )
    .replace(identityNumber, (found) => (isIdentityNumber(found) ? '[personnummer]' : found))
    .replace(phoneNumber, (found, at: number, whole: string) =>
      isPhoneNumber(found, whole.slice(0, at)) ? '[telefon]' : found,
    );
}

/** One line of plain signs, with the digits of every script as 0 to 9. */
export function tidy(text: string): string {
  return text
    .normalize('NFKC')
    .replace(/[\p{Cf}\p{Co}\p{Cs}]+/gu, '')
    .replace(/\p{Nd}/gu, digit)
    .replace(/\p{Cc}+/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim();
}

/** The digits of each script stand in a row of ten in Unicode. */
function digit(sign: string): string {
  let value = 0;
  while (value < 9 && /\p{Nd}/u.test(String.fromCodePoint(sign.codePointAt(0)! - value - 1))) value += 1;
  return /[0-9]/.test(sign) ? sign : String(value);
}

const dashes = '\\-\\u2010-\\u2015\\u2212';
// With an end to what stands before the @, or a long text without one takes as long as its length times itself.
const emailAddress = /[\p{L}\p{N}.'_%+-]{1,100}@[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+/gu;

/**
 * A date, or with 60 added to its day, and four digits: a slip of the pen in a real number still tells whose it is. The
 * month of an organisation number is 20 or more.
 */
const identityForm = new RegExp(
  `(?<!\\d)(?:1[89]|20)?\\d\\d(?:0[1-9]|1[0-2])(?:[06][1-9]|[1278]\\d|[39][01])[+${dashes}]\\d{4}(?!\\d)`,
  'g',
);

/** What stands right before a number of the diary. */
const namesDiary = /(?:dnr|diarien(?:r|ummer))[.: ]*$/i;

/** 850709-9805 and all the ways in which people divide it; interim numbers have a letter for a digit. */
const identityNumber = ((between: string) =>
  new RegExp(
    `(?<!\\d)\\d(?:${between}\\d){5}(?:${between}\\d\\d)?${between}[\\dTRSUWXJKLMN](?:${between}\\d){3}(?!\\d)`,
    'g',
  ))(`[ ._/+${dashes}]{0,3}`);

/** Begins with 0, 00, + or the country's 46; a slash goes on only where no other number begins after it. */
const phoneNumber = ((between: string) =>
  new RegExp(`(?<!\\d)\\(?(?:\\+|00|0|46(?=[1-9]\\d{7,8}(?!\\d)))[1-9](?:${between}\\d){5,12}(?!\\d)`, 'g'))(
  `(?:[ ().${dashes}]{0,3}|/(?=[1-9]))`,
);

function isIdentityNumber(found: string): boolean {
  const signs = found.replace(/[^\dA-Z]/g, '');
  const sign = found.includes('+') ? '+' : '-';
  return Personnummer.valid(`${signs.slice(0, -4)}${sign}${signs.slice(-4)}`, {
    allowCoordinationNumber: true,
    allowInterimNumber: true,
  });
}

/** Between 7 and 15 digits that are no diary number (dnr 0123/2026, KS 2026/0123) and no times of the day. */
function isPhoneNumber(found: string, before: string): boolean {
  const digits = found.replace(/\D/g, '').length;
  const isDiary =
    namesDiary.test(before) || /(?:19|20)\d\d[/:-]$/.test(before) || /^0\d{1,5}[/-](?:19|20)\d\d\b/.test(found);
  const isTime = /^0\d\.[0-5]\d ?[-\u2013] ?[012]\d\.[0-5]\d$/.test(found);
  return digits >= 7 && digits <= 15 && !isDiary && !isTime;
}
