import { startTestProxy } from './proxy-fakes.ts';

/** A proxy alone in its process, so that its memory can be told from the test's. Sends `{port}`, and `{rss}` (bytes, the highest since the last time) for each message. */
const proxy = await startTestProxy({
  payer: { mayPay: () => null, refused: () => undefined, pay: () => Promise.reject(new Error('unasked')) },
});
let highest = 0;
setInterval(() => {
  highest = Math.max(highest, process.memoryUsage.rss());
}, 10).unref();
process.on('message', () => {
  process.send?.({ rss: Math.max(highest, process.memoryUsage.rss()) });
  highest = 0;
});
process.on('disconnect', () => process.exit(0));
process.send?.({ port: proxy.port });
