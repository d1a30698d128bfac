import { GroatError } from '../../src-shared/errors/index.ts';
import type { PassphrasePrompt } from '../host/index.ts';

/** Asks on the terminal without echo; twice for a new one. Null where there is no terminal. */
export function terminalPrompt(): PassphrasePrompt | null {
  if (!process.stdin.isTTY || !process.stderr.isTTY) return null;
  return async (purpose) => {
    if (purpose === 'open') return readHidden('Passphrase of the Groat wallet: ', noPassphrase);
    const choose = 'Choose a passphrase for the new Groat wallet (at least 8 characters): ';
    const first = await readHidden(choose, noPassphrase);
    const second = await readHidden('Once more: ', noPassphrase);
    if (first.length >= 8 && first.equals(second)) return first;
    throw new GroatError('key-sealed', {
      problem: first.length < 8 ? 'the passphrase is shorter than 8 characters' : 'the two passphrases differ',
      next: 'Start again and type it twice.',
    });
  };
}

const noPassphrase = () =>
  new GroatError('key-sealed', { problem: 'no passphrase was given', next: 'Start again when you have it.' });

/** A line typed on the terminal, as UTF-8, without showing it. Rejects with `gaveUp` on Ctrl-C and Ctrl-D. */
export function readHidden(question: string, gaveUp: () => GroatError): Promise<Buffer> {
  const { stdin, stderr } = process;
  stderr.write(question);
  stdin.setRawMode(true);
  stdin.resume();
  return new Promise((resolve, reject) => {
    let typed = '';
    const finish = (end: () => void) => {
      stdin.off('data', read);
      stdin.setRawMode(false);
      stdin.pause();
      stderr.write('\n');
      end();
    };
    const read = (chunk: Buffer) => {
      for (const character of chunk.toString('utf8')) {
        if (character === '\r' || character === '\n') return finish(() => resolve(Buffer.from(typed)));
        if (character === '\u0003' || character === '\u0004') {
          return finish(() => reject(gaveUp()));
        }
        typed = character === '\u007f' || character === '\b' ? typed.slice(0, -1) : typed + character;
      }
    };
    stdin.on('data', read);
  });
}
