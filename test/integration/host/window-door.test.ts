import { EventEmitter, once } from 'node:events';
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/message-port';
import { createRouterClient, os } from '@orpc/server';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { HostClient } from '../../../src-main/base/control-client.ts';
import { ownerPinHeader } from '../../../src-main/base/control-socket.ts';
import { type LogSink, silentLog } from '../../../src-main/base/log-sink.ts';
import { type CallContext, implementer } from '../../../src-main/host/call.ts';
import { createPinless } from '../../../src-main/host/pinless.ts';
import { openWindowDoor, type PagePort, type WindowDoor } from '../../../src-main/host/window-door.ts';
import type { Approval } from '../../../src-main/policy/index.ts';
import { GroatError } from '../../../src-shared/errors/index.ts';
import { networks, parseDecimal, toAtomic } from '../../../src-shared/model/index.ts';
import { throughProxy } from '../../support/proxy-client.ts';
import { startTestHost } from '../../support/test-host.ts';

const right = 'correct horse';

/** A port as Electron's main process has it: an emitter whose messages come as `{ data }`. */
function asMainPort(port: MessagePort): PagePort {
  const events = new EventEmitter();
  port.on('message', (data) => events.emit('message', { data, ports: [] }));
  port.on('close', () => events.emit('close'));
  return {
    on: (event: string, listener: (...args: never[]) => void) => events.on(event, listener as () => void),
    postMessage: (message) => port.postMessage(message),
    start: () => port.start(),
    close: () => port.close(),
  };
}

interface Page {
  /** The page's end. */
  readonly port: MessagePort;
  readonly closed: Promise<unknown>;
  client(pin?: string): HostClient;
}

function openPage(door: WindowDoor): Page {
  const { port1, port2 } = new MessageChannel();
  onTestFinished(() => port2.close());
  const closed = once(port2, 'close');
  door.attach(asMainPort(port1));
  let pin: string | undefined;
  const headers = () => (pin === undefined ? {} : { [ownerPinHeader]: Buffer.from(pin).toString('base64url') });
  // One link for a port: two would answer each other's calls.
  const link = new RPCLink({ port: port2, headers });
  port2.start();
  const client: HostClient = createORPCClient(link);
  return {
    port: port2,
    closed,
    client(next) {
      pin = next;
      return client;
    },
  };
}

const refusal = (call: Promise<unknown>) =>
  call.then(
    () => 'done',
    (error: { data?: { code?: string }; code?: string }) => error.data?.code ?? error.code,
  );

/** The door alone. */
function openDoor(playMoney: boolean) {
  const calls: CallContext[] = [];
  const said: string[] = [];
  let streams = 0;
  const base = os.$context<CallContext>();
  const inputs: unknown[] = [];
  const called = base.handler(({ context, input }) => {
    calls.push(context);
    inputs.push(input);
    return { ok: true };
  });
  const watch = base.handler(async function* ({ signal }) {
    streams += 1;
    try {
      yield 'first';
      if (signal !== undefined && !signal.aborted) await once(signal, 'abort');
    } finally {
      streams -= 1;
    }
  });
  const tell = (event: string) => void said.push(event);
  const log: LogSink = { debug: tell, info: tell, warn: tell, error: tell };
  const door = openWindowDoor({
    router: { host: { status: called }, desk: { watch, resume: called } },
    ownerDoor: async (pin) => {
      if (pin.toString() !== right) throw new GroatError('pin-wrong', { triesLeft: 4 });
    },
    network: { playMoney },
    log,
  });
  return { door, calls, inputs, said, streams: () => streams };
}

describe('a window of ours', () => {
  test('is the owner’s on play money without a PIN, which is not the same as having given it', async () => {
    const { door, calls } = openDoor(true);
    await openPage(door).client().host.status();
    expect(calls).toMatchObject([{ rank: 'owner', pinProven: false, door: 'window' }]);
  });

  test('is an operator elsewhere, and the owner with the PIN in that one call', async () => {
    const { door, calls } = openDoor(false);
    const page = openPage(door);
    await page.client().host.status();
    await page.client(right).host.status();
    await page.client().host.status();
    expect(calls.map(({ rank, pinProven }) => [rank, pinProven])).toEqual([
      ['operator', false],
      ['owner', true],
      ['operator', false],
    ]);
  });

  test.each([true, false])('with a wrong PIN gets nothing done, on play money (%s) neither', async (playMoney) => {
    const { door, calls } = openDoor(playMoney);
    expect(await refusal(openPage(door).client('wrong horse').desk.resume({}))).toBe('pin-wrong');
    expect(calls).toEqual([]);
  });

  test('that closes ends what it still waited for', async () => {
    const { door, streams } = openDoor(true);
    const page = openPage(door);
    const events = await page.client().desk.watch();
    await events.next();
    expect(streams()).toBe(1);
    page.port.close();
    await expect.poll(streams).toBe(0);
  });

  test('loses its port when the host stops, and a later one gets none', async () => {
    const { door, streams, calls } = openDoor(true);
    const page = openPage(door);
    const events = await page.client().desk.watch();
    await events.next();
    door.stop();
    await page.closed;
    await expect.poll(streams).toBe(0);
    const late = openPage(door);
    await late.closed;
    expect(calls).toEqual([]);
  });
});

describe('a page that sends what no screen of ours sends loses its port, and breaks nothing', () => {
  const call = { u: '/host/status', b: { json: {} } };
  test.each([
    ['no text', { i: '1', p: call }],
    ['bytes', new Uint8Array([123, 125])],
    ['no JSON', '{'],
    ['no message', '"hello"'],
    ['null', 'null'],
    ['a call without an address', JSON.stringify({ i: '1', p: {} })],
    ['a call elsewhere', JSON.stringify({ i: '1', p: { ...call, u: 'https://evil.example/' } })],
    ['a call by another method', JSON.stringify({ i: '1', p: { ...call, m: 'GET' } })],
    ['a number that is not a text', JSON.stringify({ i: 1, p: call })],
    ['a message of another kind', JSON.stringify({ i: '1', t: 3, p: { e: 'message' } })],
    ['more than a mebibyte', JSON.stringify({ i: '1', p: { ...call, b: { json: 'a'.repeat(1024 * 1024) } } })],
  ])('%s', async (_, message) => {
    const { door, calls, said } = openDoor(true);
    const page = openPage(door);
    page.port.postMessage(message);
    await page.closed;
    expect(calls).toEqual([]);
    expect(said).toEqual([expect.stringContaining('its port was closed')]);
  });

  test.each([
    ['a form', { 'content-type': 'multipart/form-data; boundary=x' }],
    ['a file', { 'content-disposition': 'attachment; filename="a"' }],
    ['a stream', { 'content-type': 'text/event-stream' }],
  ])('a header that would make %s of the input does not get in', async (_, h) => {
    const { door, inputs } = openDoor(true);
    const page = openPage(door);
    const answered = once(page.port, 'message');
    page.port.postMessage(JSON.stringify({ i: 'zz', p: { ...call, b: { json: { plain: true } }, h } }));
    await answered;
    expect(inputs).toEqual([{ plain: true }]);
  });

  test('a call to nothing that is there is answered', async () => {
    const { door } = openDoor(true);
    const page = openPage(door);
    const answered = once(page.port, 'message');
    page.port.postMessage(JSON.stringify({ i: 'zz', p: { u: '/nothing/__proto__' } }));
    expect(JSON.parse((await answered)[0])).toMatchObject({ i: 'zz', p: { s: 404 } });
  });
});

describe('without the PIN the window off play money may say yes', () => {
  const { devnet } = networks;
  const dollars = (text: string) => toAtomic(parseDecimal(text, 6));
  const approval = (change: Partial<Approval>): Approval =>
    ({ id: 'apr_1', action: 'pay', amount: dollars('0.4'), asset: devnet.usdc.mint, needed: 1, ...change }) as Approval;

  const now = 1_700_000_000_000;
  const dayMs = 24 * 60 * 60_000;
  const saidYes = (count: number, upTo: string, ago = 1): readonly Approval[] =>
    Array.from({ length: count }, (_, index) => {
      const at = now - ago;
      const life = { state: 'approved' as const, at, scope: 'once' as const, upTo: dollars(upTo), until: at };
      return approval({ id: `apr_before_${index}`, createdAt: at, life });
    });

  /** The contract's own rank check before procedures that only say that they were reached. */
  function atDoor(
    change: Partial<Approval>,
    { network = devnet, door = 'window' as CallContext['door'], answered = [] as readonly Approval[] },
  ) {
    const approvals = {
      get: (id: string) => {
        if (id !== 'apr_1') throw new GroatError('approval-unknown', { approval: id });
        return approval(change);
      },
      list: () => answered,
    };
    const contracted = implementer(
      silentLog,
      createPinless(network, approvals, () => now),
    );
    const reached = () => {
      throw new GroatError('approval-closed', { approval: 'apr_1', state: 'approved' });
    };
    return createRouterClient(
      {
        approvals: { approve: contracted.approvals.approve.handler(reached) },
        desk: { resume: contracted.desk.resume.handler(reached) },
      },
      { context: { rank: 'operator', pinProven: false, door } },
    );
  }

  const yes = 'approval-closed';
  const no = 'owner-required';
  test.each([
    ['to a payment below the line', { id: 'apr_1' }, {}, {}, yes],
    ['to one of exactly a dollar', { id: 'apr_1', scope: 'once' }, { amount: dollars('1') }, {}, yes],
    ['and not a millionth more', { id: 'apr_1' }, { amount: dollars('1.000001') }, {}, no],
    ['to a sum below the line', { id: 'apr_1', upTo: '0.8' }, {}, {}, yes],
    ['and not to a sum above it', { id: 'apr_1', upTo: '1.01' }, { amount: dollars('0.6') }, {}, no],
    ['and not to a larger one by naming a small sum', { id: 'apr_1', upTo: '0.1' }, { amount: dollars('3') }, {}, no],
    ['and not for a payee’s whole day', { id: 'apr_1', scope: 'payee-day' }, {}, {}, no],
    ['and not to anything but a payment', { id: 'apr_1' }, { action: 'delegate', amount: dollars('0') }, {}, no],
    ['and not to credit for later', { id: 'apr_1' }, { action: 'buy-prepaid' }, {}, no],
    ['and not in another money', { id: 'apr_1' }, { asset: 'native' }, {}, no],
    ['and not to what is not there', { id: 'apr_2' }, {}, {}, no],
    ['and not to what cannot be read', { id: ['apr_1'] }, {}, {}, no],
    ['and not with a sum that is none', { id: 'apr_1', upTo: '-1' }, {}, {}, no],
    ['and less on mainnet', { id: 'apr_1' }, { amount: dollars('0.6') }, { network: networks.mainnet }, no],
    ['and not from a browser', { id: 'apr_1' }, {}, { door: 'browser' as const }, no],
    ['and not as one of several that must', { id: 'apr_1' }, { needed: 2 }, {}, no],
    ['up to the sum of a day', { id: 'apr_1' }, {}, { answered: saidYes(46, '0.1') }, yes],
    [
      'and not a millionth above that',
      { id: 'apr_1' },
      { amount: dollars('0.400001') },
      { answered: saidYes(46, '0.1') },
      no,
    ],
    ['whatever was said yes to the day before', { id: 'apr_1' }, {}, { answered: saidYes(50, '0.1', dayMs) }, yes],
    ['whatever large sums came with the PIN', { id: 'apr_1' }, {}, { answered: saidYes(3, '50') }, yes],
    ['and not after more yeses than it looks through', { id: 'apr_1' }, {}, { answered: saidYes(200, '0.000001') }, no],
  ] as const)('%s', async (_, input, change, more, answer) => {
    const client = atDoor(change, more);
    // What is no input of the contract's is sent all the same.
    expect(await refusal(client.approvals.approve(input as { id: string }))).toBe(answer);
    expect(await refusal(client.desk.resume(input as object))).toBe(no);
  });

  test('no more in a burst than one after the other: what is under way counts', async () => {
    const ids = Array.from({ length: 9 }, (_, index) => `apr_${index}`);
    const approvals = { get: (id: string) => approval({ id, amount: dollars('0.6') }), list: () => [] };
    const pinless = createPinless(devnet, approvals, () => now);
    const allowed = ids.filter((id) => pinless(['approvals', 'approve'], { id }));
    expect(allowed).toHaveLength(8);
    // The same one again is not one more.
    expect(pinless(['approvals', 'approve'], { id: ids[0] })).toBe(true);
  });
});

test('the window of a whole host on the sandbox approves without a PIN, and watches until the host stops', async () => {
  const started = await startTestHost({ demo: true });
  const { proxyUrl } = await started.client.agents.add({ agent: 'bot', alwaysAsk: true, holdMs: 0 });
  const page = openPage(started.host.windowDoor);
  expect((await throughProxy(proxyUrl, started.demoUrl)).status).toBe(402);
  const [waiting] = await page.client().approvals.list({ state: 'waiting' });
  const approved = await page.client().approvals.approve({ id: waiting?.id ?? '' });
  expect(approved.state).toBe('approved');
  expect(await refusal(page.client().host.uiLink())).toBe('FORBIDDEN');
  const events = await page.client().desk.watch();
  const over = (async () => {
    for await (const _ of events);
  })().catch(() => undefined);
  await started.stop();
  await Promise.all([over, page.closed]);
});
