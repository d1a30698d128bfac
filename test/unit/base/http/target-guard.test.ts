import { networkInterfaces } from 'node:os';
import { describe, expect, test } from 'vitest';
import { targetGuard } from '../../../../src-main/base/http/target-guard.ts';

const ownPort = 14020;
const otherPort = 8080;
const guard = targetGuard({ ownPorts: () => [ownPort] });

describe('on every address of this machine', () => {
  const interfaces = Object.values(networkInterfaces()).flatMap((infos) => infos?.map(({ address }) => address) ?? []);
  test.each([
    '127.0.0.1',
    '127.255.255.254',
    '0.0.0.0',
    '0.1.2.3',
    '::1',
    '::',
    '::127.0.0.1',
    '::ffff:127.0.0.1',
    '::ffff:7f00:1',
    '0:0:0:0:0:0:0:1',
    '::ffff:0.0.0.0',
  ])("%s, Groat's own port is forbidden", (address) => {
    expect(guard.forbids(address, ownPort)).toContain('14020');
  });

  test.each(interfaces)('%s, an address of an interface, it is forbidden too', (address) => {
    expect(guard.forbids(address, ownPort)).not.toBeNull();
  });

  test.each(['127.0.0.1', '0.0.0.0', '::1', '::ffff:127.0.0.1'])('%s, any other port is not', (address) => {
    expect(guard.forbids(address, otherPort)).toBeNull();
  });
});

test.each([
  '169.254.0.1',
  '169.254.169.254',
  '::ffff:169.254.169.254',
  '::ffff:a9fe:a9fe',
  '64:ff9b::a9fe:a9fe',
  '64:ff9b::169.254.169.254',
  'fe80::1',
  'febf::1',
  'fe80::1%lo',
  'fd00:ec2::254',
  'FD00:EC2:0:0:0:0:0:254',
  'fd20:ce::254',
  '100.100.100.200',
  '::ffff:100.100.100.200',
  '168.63.129.16',
  '224.0.0.1',
  '239.255.255.250',
  '::ffff:224.0.0.1',
  'ff02::1',
  '255.255.255.255',
])('%s is forbidden on any port', (address) => {
  expect(guard.forbids(address, otherPort)).not.toBeNull();
});

test.each([
  '1.1.1.1',
  '10.0.0.1',
  '192.168.1.1',
  '100.100.100.201',
  '169.253.255.255',
  '169.255.0.0',
  '223.255.255.255',
  'fd00:ec2::253',
  'fec0::1',
  '2606:4700::1111',
])('%s is allowed, on any port', (address) => {
  expect(guard.forbids(address, otherPort)).toBeNull();
  expect(guard.forbids(address, ownPort)).toBeNull();
});

test('asks for the own ports each time', () => {
  const ports: number[] = [];
  const changing = targetGuard({ ownPorts: () => ports });
  expect(changing.forbids('127.0.0.1', 9999)).toBeNull();
  ports.push(9999);
  expect(changing.forbids('127.0.0.1', 9999)).not.toBeNull();
});

test('judges a name by what it resolves to, and hands out the very addresses', async () => {
  expect(await guard.resolve('localhost', ownPort)).toMatchObject({ kind: 'forbidden' });
  expect(await guard.resolve('0x7f.1', ownPort)).toMatchObject({ kind: 'forbidden' });
  const open = await guard.resolve('localhost', otherPort);
  expect(open.kind).toBe('allowed');
  if (open.kind === 'allowed') {
    for (const { address } of open.addresses) expect(['127.0.0.1', '::1']).toContain(address);
  }
  expect(await guard.resolve('nowhere.invalid', otherPort)).toMatchObject({ kind: 'unresolved' });
});
