import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { request } from 'node:http';
import { dirname, join } from 'node:path';
import { ORPCError, os } from '@orpc/server';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type ControlClient, connectControl } from '../../../src-main/base/control-client.ts';
import { ownerPinHeader } from '../../../src-main/base/control-socket.ts';
import { createFileLog } from '../../../src-main/base/file-log.ts';
import { systemRandom } from '../../../src-main/base/random.ts';
import { redact } from '../../../src-main/base/redact.ts';
import type { CallContext } from '../../../src-main/host/call.ts';
import { loadConfig } from '../../../src-main/host/config.ts';
import { type ControlServer, startControlServer } from '../../../src-main/host/control-server.ts';
import { createOwnerDoor } from '../../../src-main/host/owner-door.ts';
import { createOwner, type Owner, type Stretch } from '../../../src-main/policy/owner-pin.ts';
import { createPinRow } from '../../../src-main/policy/pin-row.ts';
import { openSealedBook } from '../../support/sealed-book.ts';

const right = 'correct horse battery';
const wrong = 'incorrect horse battery';

const quick: Stretch = async (secret, { salt }) => createHash('sha256').update(secret).update(salt).digest();

interface Door {
  readonly file: string;
  readonly socket: string;
  readonly owner: Owner;
  readonly stretched: () => number;
  /** The ranks of the calls that reached a procedure. */
  readonly ranks: string[];
  readonly logText: () => string;
  as(pin: string | null): ControlClient['host'];
  edit(sql: string): void;
  stop(): Promise<void>;
}

/** A control server over a real book, with procedures that only say who called. */
async function openDoor(existing?: string, stretch: Stretch = quick): Promise<Door> {
  const { file, connection, book, close } = openSealedBook(existing);
  let stretched = 0;
  const owner = createOwner({
    row: createPinRow(book, () => undefined),
    pepper: Buffer.alloc(32, 1),
    clock: { now: () => 1_700_000_000_000, monotonic: () => 0 },
    random: systemRandom,
    stretch: (secret, terms) => {
      stretched += 1;
      return stretch(secret, terms);
    },
  });
  const ranks: string[] = [];
  const called = os.$context<CallContext>().handler(({ context }) => {
    ranks.push(context.rank);
    return { ok: true };
  });
  const folder = dirname(file);
  const socket = join(folder, 'control.sock');
  const logFile = join(folder, 'door.log');
  const log = createFileLog({ file: logFile, level: 'debug', stderr: false });
  const router = { host: { health: called, status: called }, agents: { revoke: called } };
  const server: ControlServer = await startControlServer(socket, router, createOwnerDoor(owner), log);
  const clients: ControlClient[] = [];
  const stop = async () => {
    for (const client of clients.splice(0)) await client.close();
    await server.stop(100);
    close();
  };
  onTestFinished(stop);
  return {
    file,
    socket,
    owner,
    stretched: () => stretched,
    ranks,
    logText: () => readFileSync(logFile, 'utf8'),
    as(pin) {
      const client = connectControl(socket, pin === null ? null : Buffer.from(pin));
      clients.push(client);
      return client.host;
    },
    edit: (sql) => void connection.db.exec(sql),
    stop,
  };
}

async function openDoorWithPin(): Promise<Door> {
  const door = await openDoor();
  await door.owner.setPin(Buffer.from(right), null);
  return door;
}

/** What a refused caller is told. */
async function refusalOf(call: Promise<unknown>): Promise<{ code: string; what: string; next: string }> {
  const error = await call.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof ORPCError)) throw new Error(`no refusal: ${error}`);
  return error.data;
}

describe('whoever opens the control socket', () => {
  test('is the operator without a PIN and the owner with the right one, proven with each call', async () => {
    const door = await openDoorWithPin();
    await door.as(null).host.status();
    const owner = door.as(right);
    await owner.host.status();
    await owner.agents.revoke({ agent: 'bot' });
    await door.as(null).host.status();
    expect(door.ranks).toEqual(['operator', 'owner', 'owner', 'operator']);
    expect(statSync(door.socket).mode & 0o777).toBe(0o600);
  });

  test('with a wrong PIN gets nothing done, not even what an operator may, and learns how many tries are left', async () => {
    const door = await openDoorWithPin();
    expect(await refusalOf(door.as(wrong).agents.revoke({ agent: 'bot' }))).toMatchObject({
      code: 'pin-wrong',
      what: expect.stringContaining('4 tries are left'),
    });
    expect(await refusalOf(door.as(wrong).host.health())).toMatchObject({ code: 'pin-wrong' });
    expect(door.ranks).toEqual([]);
  });

  test('with a PIN where none was ever set gets nothing done, and learns how to set one', async () => {
    const door = await openDoor();
    expect(await refusalOf(door.as(right).host.status())).toMatchObject({
      code: 'pin-missing',
      next: expect.stringContaining('groat owner set-pin'),
    });
    expect(door.ranks).toEqual([]);
  });

  test('with a hundred guesses at once has five tries, then learns when to come back, the right PIN included', async () => {
    const door = await openDoorWithPin();
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, i) => refusalOf(door.as(`wrong guess ${i}`).agents.revoke({ agent: 'bot' }))),
    );
    expect(answers.filter(({ code }) => code === 'pin-wrong')).toHaveLength(4);
    expect(answers.filter(({ code }) => code === 'pin-locked')).toHaveLength(96);
    expect(door.stretched()).toBe(6); // The one that set it among them.
    expect(await refusalOf(door.as(right).host.status())).toMatchObject({
      code: 'pin-locked',
      what: expect.stringContaining('2023-11-14T22:14:20.000Z'),
    });
    expect(door.ranks).toEqual([]);
  });

  test.each([
    ['two PINs', [['right'], ['wrong']]],
    ['the right PIN twice', [['right'], ['right']]],
    ['an empty PIN', [['']]],
    ['bytes that are no base64', [['%%%']]],
  ])('with %s in the header is not the owner', async (_, values) => {
    const door = await openDoorWithPin();
    const encoded = values.flat().map((value) => {
      if (value === 'right') return Buffer.from(right).toString('base64url');
      return value === 'wrong' ? Buffer.from(wrong).toString('base64url') : value;
    });
    const status = await new Promise<number | undefined>((resolve, reject) => {
      const headers = { [ownerPinHeader]: encoded, 'content-type': 'application/json' };
      request({ socketPath: door.socket, method: 'POST', path: '/rpc/host/status', headers }, (response) => {
        response.resume();
        resolve(response.statusCode);
      })
        .once('error', reject)
        .end('{}');
    });
    expect(status).toBe(403);
    expect(door.ranks).toEqual([]);
  });

  test.each([
    ['its PIN row was edited', `UPDATE policy SET value = '{}' WHERE key = 'pin'`],
    ['its PIN row was taken away, so that a new one could be set', `DELETE FROM policy WHERE key = 'pin'`],
    ['all of the book was taken away', 'DELETE FROM policy; DELETE FROM policy_seal'],
  ])('is not the owner, and sets no PIN, when %s', async (_, sql) => {
    const door = await openDoorWithPin();
    door.edit(sql);
    expect(await refusalOf(door.as(right).host.status())).toMatchObject({ code: 'policy-altered' });
    const setting = door.owner.setPin(Buffer.from('my own choice'), null);
    await expect(setting).rejects.toMatchObject({ code: 'policy-altered' });
    await door.as(null).host.status();
    expect(door.ranks).toEqual(['operator']);
  });
});

describe('a new start', () => {
  test('keeps the tries and the lock', async () => {
    const first = await openDoorWithPin();
    for (let i = 0; i < 3; i++) await refusalOf(first.as(wrong).host.status());
    await first.stop();
    const second = await openDoor(first.file);
    expect(await refusalOf(second.as(wrong).host.status())).toMatchObject({ code: 'pin-wrong' });
    expect(await refusalOf(second.as(wrong).host.status())).toMatchObject({ code: 'pin-locked' });
    await second.stop();
    const third = await openDoor(first.file);
    expect(await refusalOf(third.as(right).host.status())).toMatchObject({ code: 'pin-locked' });
    expect(third.stretched()).toBe(0);
  });

  test('after a kill in the middle of a try finds that try on disk', async () => {
    const first = await openDoorWithPin();
    await first.stop();
    for (let i = 1; i <= 5; i++) {
      const dying = await openDoor(first.file, () => new Promise(() => undefined));
      const lost = dying.as(wrong).host.status();
      lost.catch(() => undefined);
      await expect.poll(dying.stretched).toBe(1);
      await dying.stop();
    }
    const door = await openDoor(first.file);
    expect(await refusalOf(door.as(right).host.status())).toMatchObject({ code: 'pin-locked' });
  });
});

test('the PIN stands in no log line and in no answer, whatever becomes of it', async () => {
  const door = await openDoorWithPin();
  const said: unknown[] = [await door.as(right).host.status()];
  for (let i = 0; i < 6; i++) said.push(await refusalOf(door.as(wrong).host.status()));
  door.edit(`DELETE FROM policy WHERE key = 'pin'`);
  said.push(await refusalOf(door.as(right).host.status()));
  await expect.poll(door.logText).toContain('not the owner');
  const shown = `${JSON.stringify(said)}${door.logText()}`;
  for (const pin of [right, wrong]) {
    for (const form of ['utf8', 'base64', 'base64url', 'hex'] as const) {
      expect(shown).not.toContain(Buffer.from(pin).toString(form).replace(/=+$/, ''));
    }
  }
});

test('a log line that carries the header by mistake shows no PIN, however short', () => {
  const pin = Buffer.from('8 letter').toString('base64url');
  const lines = [
    { headers: { 'Groat-Owner-Pin': pin } },
    { head: `POST /rpc HTTP/1.1\r\nGroat-Owner-Pin: ${pin}\r\nHost: x` },
    { head: JSON.stringify({ 'groat-owner-pin': pin }) },
    { headers: ['Groat-Owner-Pin', pin].join(',') },
    { ownerPin: pin, pin, newPin: pin, currentPin: pin },
  ];
  expect(JSON.stringify(redact(lines))).not.toContain(pin);
});

test('a host starts with a PIN file named in its environment, and reads nothing of it', () => {
  const env = { GROAT_HOME: '/nowhere', GROAT_PIN_FILE: '/nowhere/pin', GROAT_NEW_PIN_FILE: '/nowhere/new' };
  expect(loadConfig({}, env)).toEqual(loadConfig({}, { GROAT_HOME: '/nowhere' }));
});
