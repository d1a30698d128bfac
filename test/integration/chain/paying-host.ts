import { connect, newCast, openSandbox, payment } from './fixture.ts';

// A host of its own for tests that kill it: pays without end and writes one line per acknowledged payment.
const [dir = ''] = process.argv.slice(2);
const sandbox = await openSandbox(dir);
const chain = await connect(sandbox);
const cast = await newCast(sandbox);
const say = (line: object): void => void process.stdout.write(`${JSON.stringify(line)}\n`);
const lifetime = await chain.recentBlockhash();
// Signed before the crash, sent after it.
const kept = Buffer.from(await payment(cast, { lifetime, amount: 1n })).toString('base64');
say({ kind: 'ready', source: cast.source, destination: cast.destination, kept });
for (;;) {
  const wire = await payment(cast, { lifetime: await chain.recentBlockhash(), amount: 1_000n });
  const signature = await chain.send(wire);
  say({ kind: 'paid', signature, wire: Buffer.from(wire).toString('base64') });
}
