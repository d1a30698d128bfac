import type { App } from 'electron';
import { linkedApproval, linkedApprovalOf } from './deep-link.ts';
import { routes } from './routes.ts';

export interface Callers {
  /** What the first start and whoever called since wants to see; null: nobody wants a window. From then on `show` is called. */
  answer(show: (route: string | null) => void): string | null;
}

/**
 * Everybody who calls Groat from outside: a link that was opened, a second start, a click in the Dock. Each brings up the
 * window, a link on the approval that it names, and nothing more.
 */
export function listenToCallers(app: App, argv: readonly string[]): Callers {
  let show: ((route: string | null) => void) | null = null;
  const started = linkedApprovalOf(argv);
  let wanted = started === null ? null : routes.approval(started);

  const call = (approval: string | null): void => {
    const route = approval === null ? null : routes.approval(approval);
    if (show !== null) show(route);
    else wanted = route ?? wanted ?? routes.overview;
  };

  app.on('open-url', (event, url) => {
    event.preventDefault();
    const id = linkedApproval(url);
    if (id !== null) call(id);
  });
  app.on('second-instance', (_event, args) => call(linkedApprovalOf(args)));
  app.on('activate', () => call(null));
  return {
    answer(next) {
      show = next;
      return wanted;
    },
  };
}
