/** Node's `rawHeaders`: name, value, name, value … Names compare without case. */
export function headerValues(rawHeaders: readonly string[], name: string): readonly string[] {
  const wanted = name.toLowerCase();
  const values: string[] = [];
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    const value = rawHeaders[i + 1];
    if (value !== undefined && rawHeaders[i]?.toLowerCase() === wanted) values.push(value);
  }
  return values;
}

export function hasHeader(rawHeaders: readonly string[], name: string): boolean {
  return headerValues(rawHeaders, name).length > 0;
}
