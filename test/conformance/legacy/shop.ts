/** `node shop.ts FOLDER FACILITATOR PAY_TO`: an express shop with x402-express 1.2.0; `/weather` costs one cent. Prints its port. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';

const [folder = '', facilitator = '', payTo = ''] = process.argv.slice(2);
const legacy = createRequire(`${folder}/package.json`);
const { paymentMiddleware } = legacy('x402-express');

const app = legacy('express')();
app.use(paymentMiddleware(payTo, { '/weather': { price: '$0.01', network: 'solana-devnet' } }, { url: facilitator }));
app.all('/weather', (_request: unknown, response: { json(body: unknown): void }) => response.json({ weather: 'fine' }));
const server = createServer(app).listen(0, '127.0.0.1');
await once(server, 'listening');
const address = server.address();
console.log(typeof address === 'object' ? address?.port : null);
