import { connect, newFolder, openSandbox } from './integration/chain/fixture.ts';

const f = newFolder();
const mode = process.argv[2];
const gc = globalThis.gc;
const rss = (n: string) => console.log(n, (process.memoryUsage.rss() / 1e6).toFixed(0));
rss('imports');
if (mode !== 'none') {
  const s = await openSandbox(f.dir, mode === 'http' ? 0 : null);
  const c = await connect(s);
  await new Promise((r) => setTimeout(r, 3000));
  rss('idle ' + mode);
  if (mode === 'load') {
    const { newCast, payment } = await import('./integration/chain/fixture.ts');
    const cast = await newCast(s);
    for (let k = 0; k < 5; k++) {
      for (let i = 0; i < 1000; i++)
        await c.send(await payment(cast, { lifetime: await c.recentBlockhash(), amount: 1n }));
      rss('after ' + (k + 1) * 1000);
      console.log(JSON.stringify(process.memoryUsage()));
    }
    await new Promise((r) => setTimeout(r, 3000));
    rss('rest');
  }
  await c.stop();
  await s.stop();
} else {
  await new Promise((r) => setTimeout(r, 1000));
  rss('idle none');
}
f.remove();
