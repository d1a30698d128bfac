import type { Notification } from 'electron';
import type { Preferences } from '../../src-shared/contract/index.ts';
import type { Clock } from '../base/clock.ts';
import type { LogSink } from '../base/log-sink.ts';
import type { DeskNews } from './desk-news.ts';
import type { ElectronParts } from './electron-parts.ts';
import type { MoneyText } from './money-text.ts';
import { type Notice, noticeOf } from './notice-text.ts';
import { routes } from './routes.ts';

export interface Notices {
  tell(news: DeskNews): void;
  /** Of the shell itself, whatever the owner wants to hear of. */
  say(notice: Notice): void;
}

/** An agent that makes trouble must not bury what matters: so many at once, and then one that says there is more. */
const mostInWindow = 5;
const windowMs = 10_000;

/** Shows news as the system's own notifications; a click opens what it is about and decides nothing. */
export function createNotices(deps: {
  readonly electron: Pick<ElectronParts, 'Notification'>;
  readonly wanted: () => Preferences['notifications'];
  readonly money: MoneyText;
  readonly open: (route: string) => void;
  readonly clock: Clock;
  readonly log: LogSink;
}): Notices {
  const { electron, wanted, money, open, clock, log } = deps;
  // One that is collected as garbage loses its click.
  const live = new Set<Notification>();
  let shownAt: readonly number[] = [];

  const show = (notice: Notice): void => {
    if (!electron.Notification.isSupported()) return;
    const shown = new electron.Notification({ title: notice.title, body: notice.body });
    live.add(shown);
    const done = (): boolean => live.delete(shown);
    shown.on('click', () => {
      done();
      open(notice.route);
    });
    shown.on('close', done);
    shown.on('failed', (_event, error) => {
      done();
      log.warn('a notification could not be shown', { error });
    });
    shown.show();
  };

  return {
    say: show,
    tell(news) {
      const notice = noticeOf(news, wanted(), money);
      if (notice === null) return;
      const now = clock.monotonic();
      shownAt = shownAt.filter((at) => now - at < windowMs);
      if (shownAt.length > mostInWindow) return;
      shownAt = [...shownAt, now];
      if (shownAt.length <= mostInWindow) show(notice);
      else show({ title: 'There is more', body: 'Groat has more to tell than fits here.', route: routes.overview });
    },
  };
}
