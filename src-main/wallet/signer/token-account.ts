import { createHash } from 'node:crypto';
import { createRecent } from '../../base/recent.ts';
import { programs } from './programs.ts';
import { type Address, getAddressDecoder, getAddressEncoder, isOffCurveAddress } from './solana-codecs.ts';

const derived = createRecent<Address>(1024);

/**
 * The associated token account of (owner, token program, mint): a program-derived address, the first one off the curve
 * counting the bump seed down from 255. Kit derives it too, but asynchronously; here a payment is checked in one go.
 * The last 1024 answers are remembered.
 */
export function tokenAccountOf(owner: Address, tokenProgram: Address, mint: Address): Address {
  const name = `${owner} ${tokenProgram} ${mint}`;
  const known = derived.get(name);
  if (known !== undefined) return known;
  const found = derive(owner, tokenProgram, mint);
  derived.set(name, found);
  return found;
}

function derive(owner: Address, tokenProgram: Address, mint: Address): Address {
  const bytes = (address: Address) => Uint8Array.from(getAddressEncoder().encode(address));
  const seeds = Buffer.concat([bytes(owner), bytes(tokenProgram), bytes(mint)]);
  const tail = Buffer.concat([bytes(programs.associatedToken), Buffer.from('ProgramDerivedAddress')]);
  for (let bump = 255; ; bump -= 1) {
    const hash = createHash('sha256').update(seeds).update(Uint8Array.of(bump)).update(tail).digest();
    const candidate = getAddressDecoder().decode(hash);
    // One candidate in two is off the curve: running out of bumps would take a broken hash.
    if (isOffCurveAddress(candidate)) return candidate;
  }
}
