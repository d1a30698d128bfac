/** An agent's proxy URL with a gap where the credential stands, which nobody can read any more. */
export function gappedProxyUrl(agent: string, proxyUrl: string): string {
  const url = URL.parse(proxyUrl);
  return url === null ? proxyUrl : `${url.protocol}//${agent}:<credential>@${url.host}`;
}
