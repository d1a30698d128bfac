import { type LookupAddress, lookup } from 'node:dns';
import { BlockList, isIP } from 'node:net';
import { networkInterfaces } from 'node:os';

/** What a name turned out to be. `allowed` carries the very addresses to dial: nothing may resolve the name again. */
export type Resolved =
  | { readonly kind: 'allowed'; readonly addresses: readonly LookupAddress[] }
  | { readonly kind: 'forbidden'; readonly why: string }
  | { readonly kind: 'unresolved'; readonly why: string };

/**
 * Keeps agents' requests away from Groat's own ports and from addresses that answer with a machine's secrets.
 * Judged on the resolved address, so that no name leads around it; one forbidden address forbids the name.
 */
export interface TargetGuard {
  resolve(hostname: string, port: number): Promise<Resolved>;
  /** Why this address may not be dialled; null when it may. `address` is an IP literal without brackets. */
  forbids(address: string, port: number): string | null;
}

/** `ownPorts` are refused on every address of this machine; asked at each dial, because ports come and go. */
export function targetGuard(options: { readonly ownPorts: () => readonly number[] }): TargetGuard {
  const always = forbiddenAddresses();
  const loopback = loopbackAddresses();

  const forbids = (literal: string, port: number): string | null => {
    // A zone ("%eth0") says through which interface, not where to.
    const address = literal.replace(/%.*$/, '');
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    if (always.check(address, family)) return 'link-local, metadata and multicast addresses are never a target';
    if (!options.ownPorts().includes(port)) return null;
    if (!loopback.check(address, family) && !interfaceAddresses().check(address, family)) return null;
    return `port ${port} of this machine is Groat's own`;
  };

  const resolve = async (hostname: string, port: number): Promise<Resolved> => {
    const addresses = await addressesOf(hostname);
    if (typeof addresses === 'string') return { kind: 'unresolved', why: addresses };
    for (const { address } of addresses) {
      const why = forbids(address, port);
      if (why !== null) return { kind: 'forbidden', why };
    }
    return { kind: 'allowed', addresses };
  };

  return { resolve, forbids };
}

function addressesOf(hostname: string): Promise<readonly LookupAddress[] | string> {
  const family = isIP(hostname);
  if (family !== 0) return Promise.resolve([{ address: hostname, family }]);
  return new Promise((resolve) => {
    lookup(hostname, { all: true }, (error, addresses) => {
      if (error !== null) resolve(`its name could not be resolved (${error.code ?? error.message})`);
      else resolve(addresses.length === 0 ? 'its name has no address' : addresses);
    });
  });
}

/**
 * IPv4 rules hold for IPv4-mapped IPv6 too: `BlockList` looks through `::ffff:`. The NAT64 prefix (RFC 6052) is spelled
 * out where it would lead to the same place.
 */
function forbiddenAddresses(): BlockList {
  const list = new BlockList();
  list.addSubnet('169.254.0.0', 16, 'ipv4');
  list.addSubnet('64:ff9b::a9fe:0', 112, 'ipv6');
  list.addSubnet('fe80::', 10, 'ipv6');
  list.addSubnet('224.0.0.0', 4, 'ipv4');
  list.addSubnet('ff00::', 8, 'ipv6');
  list.addAddress('255.255.255.255', 'ipv4');
  // Metadata services outside the link-local range: Alibaba, Azure, AWS over IPv6, Google over IPv6.
  list.addAddress('100.100.100.200', 'ipv4');
  list.addAddress('64:ff9b::6464:64c8', 'ipv6');
  list.addAddress('168.63.129.16', 'ipv4');
  list.addAddress('fd00:ec2::254', 'ipv6');
  list.addAddress('fd20:ce::254', 'ipv6');
  return list;
}

/** 0.0.0.0 and :: reach this machine as well, and so do the old IPv4-compatible forms below `::`. */
function loopbackAddresses(): BlockList {
  const list = new BlockList();
  list.addSubnet('127.0.0.0', 8, 'ipv4');
  list.addSubnet('0.0.0.0', 8, 'ipv4');
  list.addSubnet('::', 96, 'ipv6');
  return list;
}

/** Read afresh each time: interfaces come and go, and this is asked only for our own ports. */
function interfaceAddresses(): BlockList {
  const list = new BlockList();
  for (const addresses of Object.values(networkInterfaces())) {
    for (const { address, family } of addresses ?? []) list.addAddress(address, family === 'IPv6' ? 'ipv6' : 'ipv4');
  }
  return list;
}
