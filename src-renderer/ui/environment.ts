/** The line that makes an agent's programs pay through Groat. Some, curl among them, read the first name in small letters only. */
export const environmentLine = (proxyUrl: string): string =>
  `export HTTP_PROXY=${proxyUrl} HTTPS_PROXY=${proxyUrl} http_proxy=${proxyUrl}`;
