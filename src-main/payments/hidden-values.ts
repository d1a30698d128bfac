import { redactText } from '../base/redact.ts';

/** Stands where a value is not shown. */
export const hiddenMark = '•••';

const secretWords =
  'token|secret|key|auth|session|credential|signature|passw|passphrase|pwd|cookie|mnemonic|seed|private|jwt';
const secret = new RegExp(`${secretWords}|(?:^|[^a-z])(?:pin|otp)$`, 'i');
/** Words that paid requests are full of, and that would hide what the owner is asked about. */
const harmless = /^(?:max_(?:completion_|output_|new_)?tokens|authors?|keywords?)$/i;

/** Whether what stands under this name, of a header or a field, may be a secret. */
export function namesSecret(name: string): boolean {
  return !harmless.test(name) && (secret.test(name) || secret.test(name.replace(/[^a-z]/gi, '')));
}

/** What has a secret's shape is not shown wherever it stands: keys, tokens, bytes, queries of URLs. */
export const hideShapes = (text: string): string => redactText(text.replace(jwt, hiddenMark));

/** Its first part alone may be shorter than what `redactText` finds. */
const jwt = /\beyJ[\w-]+\.[\w-]+(?:\.[\w-]*)?/g;

/** Free text, with the shapes that secrets have hidden, and what follows a name that says secret. */
export function hideInText(text: string): string {
  return hideShapes(text).replace(tagged, `$1${hiddenMark}`).replace(named, `$1${hiddenMark}`);
}

/** To the end of the line: who writes a secret does not say where it ends. */
const named = new RegExp(`((?:${secretWords})[\\w.-]{0,64}["']?\\s*[:=]\\s*)[^\\r\\n<]+`, 'gi');
const tagged = new RegExp(`(<(?!/)[^<>]{0,200}?(?:pin|otp|${secretWords})[^<>]{0,200}>)[^<]+`, 'gi');

/** One value, with what is hidden in any text, and JSON or assignments inside of it: prose with colons stays readable. */
export function hideInString(text: string): string {
  const json = /^\s*[{["]/.test(text) ? hideInJson(text) : null;
  return json ?? hideShapes(text.replace(assigned, `$1${hiddenMark}`));
}

const assigned = new RegExp(`((?:${secretWords})[\\w.-]{0,64}(?:\\\\*["']\\s*[:=]|=)\\s*)[^\\r\\n]+`, 'gi');

/** A form as it goes over the wire. A value with something to hide in it is hidden whole. */
export function hideInForm(text: string): string {
  return text
    .split('&')
    .map((pair) => {
      const [name = '', ...rest] = pair.split('=');
      if (rest.length === 0) return hideShapes(pair);
      const value = formDecoded(rest.join('='));
      const hide = namesSecret(formDecoded(name)) || hideInString(value) !== value;
      return hide ? `${name}=${hiddenMark}` : pair;
    })
    .join('&');
}

function formDecoded(text: string): string {
  const spaced = text.replaceAll('+', ' ');
  try {
    return decodeURIComponent(spaced);
  } catch {
    // Not ours to judge: it is searched as it stands.
    return spaced;
  }
}

/** One after the other, without a gap; the last string may be cut off. */
const jsonToken = /"(?:[^"\\]|\\.)*(?:"|\\?$)|[{}[\]:,]|[^\s"{}[\]:,]+|\s+/gs;
const jsonScalar = /^(?:"|true$|false$|null$|-?\d[\d.eE+-]*$)/s;

/**
 * JSON, or its beginning: values under names that say secret are hidden, whatever they are, and so is what has a secret's
 * shape. All else stays to the letter. Null for what is no JSON.
 */
export function hideInJson(text: string): string | null {
  const shown = hideInStrings(text);
  // A key may be written as an array of numbers.
  return shown === null ? null : hideShapes(shown);
}

function hideInStrings(text: string): string | null {
  const tokens = text.match(jsonToken) ?? [];
  if (!/^\s*[{["]/.test(text)) return null;
  const solidFrom = (i: number) => (tokens[i]?.trim() === '' ? i + 1 : i);
  let shown = '';
  let afterScalar = false;
  for (let i = 0; i < tokens.length; i += 1) {
    const token = tokens[i] ?? '';
    const isScalar = !/^(?:[{}[\]:,]|\s+)$/.test(token);
    if (isScalar && (afterScalar || (!jsonScalar.test(token) && i < tokens.length - 1))) return null;
    if (token.trim() !== '') afterScalar = isScalar;
    const colon = solidFrom(i + 1);
    if (!token.startsWith('"')) {
      shown += token;
    } else if (tokens[colon] === ':' && namesSecret(unquoted(token))) {
      const value = solidFrom(colon + 1);
      shown += [token, ...tokens.slice(i + 1, value), JSON.stringify(hiddenMark)].join('');
      i = endOfValue(tokens, value) - 1;
      afterScalar = true;
    } else {
      const plain = unquoted(token);
      const hidden = hideInString(plain);
      shown += hidden === plain ? token : JSON.stringify(hidden);
    }
  }
  return shown;
}

/** The token behind the value that begins at `start`. */
function endOfValue(tokens: readonly string[], start: number): number {
  let depth = 0;
  for (let i = start; i < tokens.length; i += 1) {
    const token = tokens[i] ?? '';
    if (token === '{' || token === '[') depth += 1;
    if (token === '}' || token === ']') depth -= 1;
    if (depth <= 0 && token.trim() !== '') return i + 1;
  }
  return tokens.length;
}

/** What a string token says, with its escapes read, also where it was cut off. */
function unquoted(token: string): string {
  for (const whole of [token, `${token.replace(/\\(?:u[\da-f]{0,3})?$/i, '')}"`]) {
    try {
      const read: unknown = JSON.parse(whole);
      if (typeof read === 'string') return read;
    } catch {
      // Cut off, or with a bare control character in it: the next reading, or the letters as they stand.
    }
  }
  return token.slice(1);
}
