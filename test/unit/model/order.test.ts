import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isGroatError } from '../../../src-shared/errors/index.ts';
import { isClosed, type OrderEvent, type OrderLife, transition } from '../../../src-shared/model/index.ts';

const payment = { messageHash: 'aa', ownSignature: 'sig', lastValidBlockHeight: 7n };
const signed: OrderEvent = { kind: 'signed', payment };
const sent: OrderEvent = { kind: 'sent' };
const ok: OrderEvent = { kind: 'answered', httpStatus: 200, why: '' };
const refused: OrderEvent = { kind: 'answered', httpStatus: 500, why: 'the seller answered 500' };
const delivered: OrderEvent = { kind: 'delivered' };
const lost: OrderEvent = { kind: 'lost', why: 'broke off' };
const landed: OrderEvent = { kind: 'landed', signature: 'tx' };
const expired: OrderEvent = { kind: 'expired', why: 'too late' };
const redelivered: OrderEvent = { kind: 'redelivered' };
const abandoned: OrderEvent = { kind: 'abandoned', why: 'not sent' };

const walk = (...events: readonly OrderEvent[]): OrderLife =>
  events.reduce<OrderLife>((life, event) => transition('o', life, event), { state: 'reserved' });

describe('an order ends as what happened', () => {
  const table: readonly [string, readonly OrderEvent[], OrderLife['state']][] = [
    ['given up before signing', [abandoned], 'released'],
    ['given up before a byte left', [signed, abandoned], 'released'],
    ['paid and delivered', [signed, sent, ok, delivered, landed], 'settled'],
    ['paid, seen on the chain before the answer was through', [signed, sent, ok, landed, delivered], 'settled'],
    ['seen on the chain before the answer came at all', [signed, sent, landed, ok, delivered], 'settled'],
    ['answered, delivered, not seen on the chain yet', [signed, sent, ok, delivered], 'delivering'],
    ['delivered, never seen, then seen', [signed, sent, ok, delivered, lost, landed], 'settled'],
    ['delivered, never seen, expired: it cost nothing', [signed, sent, ok, delivered, expired], 'released'],
    ['refused after payment', [signed, sent, refused, landed], 'failed'],
    ['refused, its error handed on in full: still no delivery', [signed, sent, refused, delivered, landed], 'failed'],
    ['refused, seen before the refusal', [signed, sent, landed, refused], 'failed'],
    ['refused and never landed', [signed, sent, refused, expired], 'released'],
    ['no answer', [signed, sent, lost], 'unknown'],
    ['no answer, landed', [signed, sent, lost, landed], 'failed'],
    ['no answer, landed, and had after all', [signed, sent, lost, landed, redelivered], 'settled'],
    ['released, whatever is said of it later', [signed, sent, lost, expired, redelivered], 'released'],
    ['cut in the middle of the answer, landed', [signed, sent, ok, lost, landed], 'failed'],
    ['interrupted while submitting, expired', [signed, lost, expired], 'released'],
  ];
  for (const [name, events, state] of table) {
    test(name, () => expect(walk(...events).state).toBe(state));
  }
});

test('money that landed is never released', () => {
  expect(() => walk(signed, sent, landed, expired)).toThrowError(expect.objectContaining({ code: 'order-transition' }));
});

test('a payment cannot be signed twice, nor sent or delivered before it is signed', () => {
  for (const events of [[signed, signed], [sent], [ok], [delivered], [landed], [expired], [signed, sent, abandoned]]) {
    expect(() => walk(...events)).toThrowError(expect.objectContaining({ code: 'order-transition' }));
  }
});

test('whatever comes after the end changes nothing, and released and landed exclude each other', () => {
  const event = fc.constantFrom(signed, sent, ok, refused, delivered, lost, landed, expired, abandoned);
  fc.assert(
    fc.property(fc.array(event, { maxLength: 12 }), (events) => {
      let life: OrderLife = { state: 'reserved' };
      let everLanded = false;
      for (const next of events) {
        let after: OrderLife;
        try {
          after = transition('o', life, next);
        } catch (error) {
          if (isGroatError(error, 'order-transition')) continue;
          throw error;
        }
        if (isClosed(life)) expect(after).toBe(life);
        else everLanded ||= next.kind === 'landed';
        if (after.state === 'released') expect(everLanded).toBe(false);
        if (after.state === 'settled' || after.state === 'failed') expect(everLanded).toBe(true);
        life = after;
      }
    }),
    { numRuns: 2_000 },
  );
});
