/** Servers that Groat asks about the chain, the first one first. */
export type ServerList = readonly string[];

export const mostServers = 8;

/** The address as it is kept; null for what is none. Plain http is for a server on this machine. */
export function typedServer(text: string): string | null {
  const url = URL.parse(text.trim());
  if (url === null || url.hostname === '') return null;
  const local = url.hostname === '127.0.0.1' || url.hostname === 'localhost' || url.hostname === '[::1]';
  return url.protocol === 'https:' || (url.protocol === 'http:' && local) ? url.href : null;
}

/** One place up (-1) or down (1); at the end of the list it stays. */
export function moved(list: ServerList, at: number, by: -1 | 1): ServerList {
  const to = at + by;
  const [here, there] = [list[at], list[to]];
  if (here === undefined || there === undefined) return list;
  return list.map((url, index) => (index === at ? there : index === to ? here : url));
}

export const without = (list: ServerList, at: number): ServerList => list.filter((_, index) => index !== at);

/** Why an address cannot join the list; null when it can. */
export function whyNot(list: ServerList, text: string): string | null {
  const url = typedServer(text);
  if (url === null) return 'An address that begins with https://';
  if (list.includes(url)) return 'It is in the list already';
  return list.length >= mostServers ? `At most ${mostServers} of them` : null;
}

export const sameServers = (a: ServerList, b: ServerList): boolean =>
  a.length === b.length && a.every((url, index) => url === b[index]);
