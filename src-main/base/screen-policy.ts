/**
 * What the screens may do wherever they are shown (Content-Security-Policy): only their own files, no inline script, no frame
 * around them, and nothing fetched but from `connect`. Inline styles stay allowed: Mantine sets colours and sizes by them.
 */
export function screenPolicy(connect: "'self'" | "'none'"): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self'",
    `connect-src ${connect}`,
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
}
