/** Hands a text to the browser as a file of the reader's. The pieces are joined by the browser, not by us. */
export function saveFile(name: string, type: string, pieces: readonly string[]): void {
  const url = URL.createObjectURL(new Blob([...pieces], { type }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The click has begun the download by now; the address is of no use to anybody else.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

/** "groat-payments-2026-11-21.csv": sorts by day in a folder. */
export const datedName = (what: string, extension: string): string =>
  `groat-${what}-${new Date().toISOString().slice(0, 10)}.${extension}`;
