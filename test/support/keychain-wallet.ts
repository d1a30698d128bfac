/**
 * `node keychain-wallet.ts DIR NETWORK SETTING`: one start of a wallet with the system's keychain and its sealed keys in
 * DIR/keys.json. Prints one line of JSON: how it is sealed and its addresses, or the error's code.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { silentLog } from '../../src-main/base/log-sink.ts';
import { systemRandom } from '../../src-main/base/random.ts';
import { systemKeychain } from '../../src-main/wallet/keys/keychain.ts';
import { openWallet } from '../../src-main/wallet/keys/open-wallet.ts';
import { type SealedKeys, sealedKey } from '../../src-main/wallet/keys/ports.ts';
import { asGroatError } from '../../src-shared/errors/index.ts';

const [dir, network, setting] = z
  .tuple([z.string(), z.enum(['sandbox', 'devnet']), z.enum(['auto', 'keychain'])])
  .parse(process.argv.slice(2));
const file = path.join(dir, 'keys.json');
const keys: SealedKeys = {
  load: () => (existsSync(file) ? z.array(sealedKey).parse(JSON.parse(readFileSync(file, 'utf8'))) : []),
  save: (saved) => writeFileSync(file, JSON.stringify(saved), { flag: 'wx' }),
};

try {
  const sealing = { setting, passphraseFile: null, prompt: null, keychain: systemKeychain() };
  const { signer } = await openWallet({ network, dir, keys, sealing, log: silentLog, random: systemRandom });
  console.log(JSON.stringify({ sealedBy: keys.load()[0]?.sealing.kind, addresses: signer.addresses }));
  await signer.stop();
} catch (error) {
  console.log(JSON.stringify({ code: asGroatError(error).code }));
}
