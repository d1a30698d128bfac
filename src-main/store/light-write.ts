import type { Committer } from './committer.ts';

/** `writeLight` for one job that answers: as `writeSoon`, but it makes no commit a full one. */
export function lightWrite<T>(committer: Committer, work: () => T): Promise<T> {
  return new Promise((resolve, reject) => {
    let answer: (() => void) | null = null;
    committer.writeLight({
      work() {
        const value = work();
        answer = () => resolve(value);
      },
      settle: () => answer?.(),
      fail: reject,
    });
  });
}
