/** A seller's address as the host is asked for it; null while it is none. */
export function typedSeller(text: string): string | null {
  const url = URL.parse(text.trim());
  return url !== null && /^https?:$/.test(url.protocol) ? url.href : null;
}
