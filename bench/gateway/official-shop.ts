import { createKeyPairSignerFromPrivateKeyBytes } from '@solana/kit';
import { startOfficialShop } from '../../test/support/official-x402.ts';

/** `official-shop.ts RPC_URL FEE_PAYER_SEED PAY_TO`: @x402/express with its facilitator in one process. Prints its port. */
const [rpcUrl = '', seed = '', payTo = ''] = process.argv.slice(2);
const feePayer = await createKeyPairSignerFromPrivateKeyBytes(Buffer.from(seed, 'hex'));
const url = await startOfficialShop(rpcUrl, feePayer, payTo, () => undefined, {
  offersBlockhash: false,
});
console.log(JSON.stringify({ port: Number(new URL(url).port) }));
process.on('SIGTERM', () => process.exit(0));
