import type { Glimpse } from '../../src-shared/contract/index.ts';
import { headerValues } from '../base/raw-headers.ts';
import { previewOf } from './body-preview.ts';
import { hideInString, namesSecret } from './hidden-values.ts';
import { type PayableOffer, wordsOf } from './offers.ts';
import type { BodySample, PayableRequest } from './payer.ts';

/** In characters. All of a glimpse stays below 8 Ki, so that those of a busy desk fit into memory. */
const limits = { headers: 64, name: 128, value: 512, searched: 2048, allHeaders: 4096, offerText: 512 } as const;

/** Ends at this machine, and is nothing that the seller gets to see. */
const notForwarded =
  /^(?:connection|keep-alive|te|trailer|transfer-encoding|upgrade|http2-settings|expect|host|proxy-.*|groat-.*)$/i;

/** In a header there is little else of that length with both letters and digits. */
const hasToken = (value: string): boolean =>
  (value.match(/[\w-]{20,}/g) ?? []).some((run) => /\d/.test(run) && /[a-z]/i.test(run));

/**
 * What a person may see of a request that waits for them: headers, the body's beginning, the offer in the seller's words.
 * Values that may be secret are left out, query strings too, and everything is bounded. Pure; a millisecond at most.
 */
export function glimpseOf(
  { url, rawHeaders }: Pick<PayableRequest, 'url' | 'rawHeaders'>,
  offer: PayableOffer,
  body: BodySample | null,
): Glimpse {
  const withoutOwn = (text: string) => (url.search === '' ? text : text.replaceAll(url.search, ''));
  const withoutQuery = (text: string) => withoutOwn(text).replace(/[^\s"'<>]+/g, withoutQueryOfUrl);
  const { scheme, network, payTo, maxTimeoutSeconds } = offer;
  const { description, resource } = wordsOf(offer);
  return {
    headers: headersOf(rawHeaders, withoutQuery),
    body: body === null ? null : previewOf(rawHeaders, body, withoutOwn),
    offer: {
      description: offerText(description, withoutQuery),
      resource: offerText(resource, (text) => text.replace(/[?#].*$/s, '').replace(/(?<=:\/\/)[^\s/@]+@/, '')),
      scheme,
      network,
      payTo,
      // The contract counts whole seconds, and a seller may not.
      maxTimeoutSeconds: Math.ceil(maxTimeoutSeconds),
    },
  };
}

/** `run` is a URL or a path, or any other run of letters in a header or a text. */
function withoutQueryOfUrl(run: string): string {
  const mark = run.indexOf('?');
  return mark > 0 && run.lastIndexOf('/', mark) >= 0 ? run.slice(0, mark) : run;
}

function headersOf(rawHeaders: readonly string[], withoutQuery: (text: string) => string): Glimpse['headers'] {
  const listed = headerValues(rawHeaders, 'Connection')
    .flatMap((value) => value.split(','))
    .map((name) => name.trim().toLowerCase());
  const forwarded: (readonly [name: string, value: string])[] = [];
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    const name = rawHeaders[i] ?? '';
    if (!notForwarded.test(name) && !listed.includes(name.toLowerCase()))
      forwarded.push([name, rawHeaders[i + 1] ?? '']);
  }
  const shown: Glimpse['headers'] = [];
  let length = 0;
  for (const [name, value] of forwarded) {
    const header = { name: clipped(name, limits.name), value: shownValue(name, value, withoutQuery) };
    length += header.name.length + (header.value?.length ?? 0);
    if (shown.length === limits.headers || length > limits.allHeaders) {
      shown.push({ name: `… ${forwarded.length - shown.length} more`, value: null });
      break;
    }
    shown.push(header);
  }
  return shown;
}

/** Searched whole before it is cut, or the cut would leave the edge of a secret; what is too long is not looked at. */
function shownValue(name: string, value: string, withoutQuery: (text: string) => string): string | null {
  if (namesSecret(name) || value.length > limits.searched) return null;
  const shown = withoutQuery(value);
  return hasToken(shown) || hideInString(shown) !== shown ? null : clipped(shown, limits.value);
}

function offerText(text: string | null, cleaned: (text: string) => string): string | null {
  return text === null ? null : clipped(cleaned(text).replaceAll('\0', '\uFFFD'), limits.offerText);
}

const clipped = (text: string, max: number): string => (text.length > max ? `${text.slice(0, max - 1)}…` : text);
