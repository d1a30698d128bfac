import type { Glimpse } from '../../src-shared/contract/index.ts';
import { headerValues } from '../base/raw-headers.ts';
import { hideInForm, hideInJson, hideInText } from './hidden-values.ts';
import type { BodySample } from './payer.ts';

const maxShownBytes = 2000;
/** With the marks of what was hidden. */
const maxShownChars = 2048;

const mediaType = /^[\w.+-]{1,64}\/[\w.+-]{1,64}$/;
/** Types that are text by their nature, in UTF-8 unless they say otherwise. */
const textual =
  /^(?:text\/[\w.+-]+|[\w.-]+\/(?:[\w.-]+\+)?(?:json|xml)|application\/(?:x-ndjson|x-www-form-urlencoded))$/;
const utf8Charset = /^(?:utf-?8|us-ascii|ascii)$/;

/**
 * The beginning of a request's body for a person to look at, or only its size where it is no plain text. Bytes that are no
 * UTF-8, a NUL (another encoding, most likely), a coding such as gzip: not shown.
 */
export function previewOf(
  rawHeaders: readonly string[],
  { bytes, head }: BodySample,
  withoutQuery: (text: string) => string,
): NonNullable<Glimpse['body']> {
  const contentTypes = headerValues(rawHeaders, 'Content-Type');
  const [declared = ''] = contentTypes;
  const [essence = '', ...parameters] = declared.split(';').map((part) => part.trim().toLowerCase());
  const contentType = contentTypes.length === 1 && mediaType.test(essence) ? essence : null;
  const coded = headerValues(rawHeaders, 'Content-Encoding').some(
    (coding) => coding.trim().toLowerCase() !== 'identity',
  );
  const kept = head.length >= Math.min(bytes, maxShownBytes);
  const readable = contentType !== null && textual.test(contentType) && parameters.every(isUtf8) && !coded && kept;
  const read = readable ? decoded(head.subarray(0, maxShownBytes), bytes > maxShownBytes) : null;
  if (contentType === null || read === null) return { contentType, bytes, text: null, cut: false };
  const shown = withoutQuery(hidden(contentType, read));
  const cut = bytes > maxShownBytes || shown.length > maxShownBytes;
  return { contentType, bytes, text: shown.slice(0, maxShownChars), cut };
}

const isUtf8 = (parameter: string): boolean => {
  const [, charset] = /^charset\s*=\s*"?([^"]*)"?$/.exec(parameter) ?? [];
  return charset === undefined || utf8Charset.test(charset);
};

/** Null for what is no text. Where the body goes on, ends before a character or a word that the cut goes through. */
function decoded(head: Uint8Array, goesOn: boolean): string | null {
  if (head.includes(0)) return null;
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(head, { stream: goesOn });
    // Half of a token no longer has the shape that tells it.
    return goesOn ? text.replace(/[\w+/=.~%-]+$/, '') : text;
  } catch (error) {
    if (error instanceof TypeError) return null;
    throw error;
  }
}

/** JSON is taken for what it is under other names too: many clients send it as text/plain. */
function hidden(contentType: string, text: string): string {
  if (contentType === 'application/x-www-form-urlencoded') return hideInForm(text);
  return hideInJson(text) ?? hideInText(text);
}
