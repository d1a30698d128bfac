import { GroatError } from '../../src-shared/errors/index.ts';
import { readSecretFile } from '../host/index.ts';
import { readHidden } from './passphrase-prompt.ts';

/** Whether there is anybody or anything to get a PIN from. */
export function canReadPin(): boolean {
  return pinFile('GROAT_PIN_FILE') !== null || hasTerminal();
}

/**
 * The owner's PIN, as UTF-8: from the file (mode 0600) that GROAT_PIN_FILE names, else asked for on the terminal without
 * echo; never an argument, which every program on the machine could see. The caller zeroes it. Throws `pin-unread`.
 */
export async function readPin(purpose: string): Promise<Buffer> {
  return fromFile('GROAT_PIN_FILE') ?? ask('GROAT_PIN_FILE', `Owner’s PIN ${purpose}: `);
}

/**
 * A PIN to set: the first one from GROAT_PIN_FILE, one that replaces another from GROAT_NEW_PIN_FILE; else from the
 * terminal, typed twice. The caller zeroes it. Throws `pin-unread`.
 */
export async function readNewPin(replaces: 'none' | 'current'): Promise<Buffer> {
  const name = replaces === 'none' ? 'GROAT_PIN_FILE' : 'GROAT_NEW_PIN_FILE';
  const given = fromFile(name);
  if (given !== null) return given;
  const first = await ask(name, 'New owner’s PIN (at least 8 characters): ');
  const second = await ask(name, 'Once more: ');
  const agree = first.equals(second);
  second.fill(0);
  if (agree) return first;
  first.fill(0);
  throw unread('the two that were typed differ');
}

async function ask(otherwise: PinFile, question: string): Promise<Buffer> {
  if (!hasTerminal()) throw unread(`there is no terminal to ask on, and ${otherwise} names no file`);
  return readHidden(question, () => unread('none was given'));
}

type PinFile = 'GROAT_PIN_FILE' | 'GROAT_NEW_PIN_FILE';

function fromFile(name: PinFile): Buffer | null {
  const file = pinFile(name);
  return file === null ? null : readSecretFile(file, (problem) => unread(`${name}: ${problem}`));
}

function pinFile(name: PinFile): string | null {
  const file = process.env[name];
  return file === undefined || file === '' ? null : file;
}

const hasTerminal = () => process.stdin.isTTY && process.stderr.isTTY;

const unread = (problem: string) => new GroatError('pin-unread', { problem });
