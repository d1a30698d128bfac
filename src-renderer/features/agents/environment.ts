/** The line that makes an agent's programs pay through Groat. Some, curl among them, read the first name in small letters only. */
export const environmentLine = (proxyUrl: string): string =>
  `export HTTP_PROXY=${proxyUrl} HTTPS_PROXY=${proxyUrl} http_proxy=${proxyUrl}`;

/** The same with a gap where the credential stands, which nobody can read any more. */
export function gappedProxyUrl(agent: string, proxyUrl: string): string {
  const url = URL.parse(proxyUrl);
  return url === null ? proxyUrl : `${url.protocol}//${agent}:<credential>@${url.host}`;
}
