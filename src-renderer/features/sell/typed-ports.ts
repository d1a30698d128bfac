/** Ports with commas or spaces between them; null where one of them is none, or there are too many. */
export function typedPorts(text: string): readonly number[] | null {
  const words = text.split(/[\s,;]+/).filter((word) => word !== '');
  const ports = new Set<number>();
  for (const word of words) {
    const port = /^\d{1,5}$/.test(word) ? Number(word) : 0;
    if (port < 1 || port > 65_535) return null;
    ports.add(port);
  }
  return ports.size > 32 ? null : [...ports];
}
