/** `node buyer.ts FOLDER RPC_URL SECRET URL`: x402-fetch 1.2.0 pays the URL; prints what it got as one line of JSON. */
import { createRequire } from 'node:module';

const [folder = '', rpcUrl = '', secret = '', url = ''] = process.argv.slice(2);
const legacy = createRequire(`${folder}/package.json`);
const { createSigner, wrapFetchWithPayment, decodeXPaymentResponse } = legacy('x402-fetch');

const pay = wrapFetchWithPayment(fetch, await createSigner('solana-devnet', secret), undefined, undefined, {
  svmConfig: { rpcUrl },
});
const response: Response = await pay(url);
const receipt = response.headers.get('x-payment-response');
console.log(
  JSON.stringify({
    status: response.status,
    body: await response.text(),
    receipt: receipt === null ? null : decodeXPaymentResponse(receipt),
  }),
);
