import { closeSync, constants, fstatSync, fsyncSync, openSync, readSync, writeSync } from 'node:fs';
import path from 'node:path';

export type OwnerFile =
  | { readonly kind: 'read'; readonly bytes: Buffer }
  | { readonly kind: 'missing' }
  /** Reads on from the file's name: "can be read by others (mode 644)". */
  | { readonly kind: 'refused'; readonly problem: string };

/** Windows has no such modes; there the profile folder's own rights protect the file. */
const hasModes = process.platform !== 'win32';

/** A small secret file of the owner's: never one that others could read or write. The caller zeroes the bytes. */
export function readOwnerFile(file: string, maxBytes: number): OwnerFile {
  let fd: number;
  try {
    fd = openSync(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : null;
    return code === 'ENOENT' ? { kind: 'missing' } : { kind: 'refused', problem: `cannot be opened (${code})` };
  }
  const buffer = Buffer.alloc(maxBytes + 1);
  try {
    const found = fstatSync(fd);
    if (!found.isFile()) return { kind: 'refused', problem: 'is not a file' };
    if (hasModes && (found.mode & 0o077) !== 0) {
      return {
        kind: 'refused',
        problem: `can be used by others (mode ${(found.mode & 0o777).toString(8)}); chmod 600 it`,
      };
    }
    const length = readSync(fd, buffer);
    if (length > maxBytes) return { kind: 'refused', problem: `is longer than ${maxBytes} bytes` };
    return { kind: 'read', bytes: Buffer.from(buffer.subarray(0, length)) };
  } finally {
    buffer.fill(0);
    closeSync(fd);
  }
}

/**
 * What a person put in a file for us: its content without one line end. The caller zeroes it. Throws what `refuse` makes
 * of a file that is missing, too long or open to others.
 */
export function readSecretFile(file: string, refuse: (problem: string) => Error): Buffer {
  const found = readOwnerFile(file, 4096);
  if (found.kind === 'read') return withoutLineEnd(found.bytes);
  throw refuse(`${file} ${found.kind === 'missing' ? 'does not exist' : found.problem}`);
}

function withoutLineEnd(bytes: Buffer): Buffer {
  const end = bytes.at(-1) === 0x0a ? (bytes.at(-2) === 0x0d ? 2 : 1) : 0;
  return bytes.subarray(0, bytes.length - end);
}

/** Makes a file of mode 0600 that was not there before. On return it is on the disk, and so is its name. */
export function createOwnerFile(file: string, bytes: Uint8Array): void {
  const fd = openSync(file, 'wx', 0o600);
  try {
    writeSync(fd, bytes);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
  if (!hasModes) return;
  const folder = openSync(path.dirname(file), 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}
