/**
 * The browser's session: a bearer in `sessionStorage`, so that another tab, another site on this machine or a cookie can never
 * carry it. It comes from the one-time code of a link that `groat ui` prints on the owner's terminal.
 */
const key = 'groat-session';

export const readSession = (): string | null => sessionStorage.getItem(key);
export const endSession = (): void => sessionStorage.removeItem(key);

/**
 * Takes the code out of the address bar and exchanges it. `none`: there was no code. A code that is old or used leaves an
 * older session as it is.
 */
export async function takeCode(): Promise<'none' | 'signed-in' | 'refused'> {
  const code = /^#code=([\w-]{20,100})$/.exec(location.hash)?.[1];
  if (code === undefined) return 'none';
  history.replaceState(null, '', `${location.pathname}#/`);
  const answer = await fetch('./session', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ code }),
  }).catch(() => null);
  const body: unknown = answer?.ok === true ? await answer.json() : null;
  if (typeof body !== 'object' || body === null || !('token' in body) || typeof body.token !== 'string')
    return 'refused';
  sessionStorage.setItem(key, body.token);
  return 'signed-in';
}
