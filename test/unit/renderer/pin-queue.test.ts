import { describe, expect, test, vi } from 'vitest';
import { createPinQueue } from '../../../src-renderer/shell/pin-queue.ts';

const question = (does: string) => ({ action: { does, to: null }, problem: null });

describe('questions for the PIN', () => {
  test('the second waits for the first, and each gets its own answer', async () => {
    const queue = createPinQueue();
    const pause = queue.ask(question('resume'));
    const key = queue.ask(question('take out the key'));
    const first = queue.current();
    expect(first?.action.does).toBe('resume');
    queue.answer(first?.id ?? 0, 'secret for the first');
    expect(await pause).toBe('secret for the first');
    const second = queue.current();
    expect(second?.action.does).toBe('take out the key');
    expect(second?.id).not.toBe(first?.id);
    queue.answer(second?.id ?? 0, null);
    expect(await key).toBeNull();
    expect(queue.current()).toBeNull();
  });

  test('an answer that comes late is none to the question that came after', async () => {
    const queue = createPinQueue();
    const first = queue.ask(question('resume'));
    const second = queue.ask(question('take out the key'));
    const id = queue.current()?.id ?? 0;
    queue.answer(id, 'a PIN');
    queue.answer(id, 'the same PIN, pressed twice');
    expect(await first).toBe('a PIN');
    expect(queue.current()?.action.does).toBe('take out the key');
    queue.answer(queue.current()?.id ?? 0, null);
    expect(await second).toBeNull();
  });

  test('what is asked stays the same object until it is answered, and every change is told', () => {
    const queue = createPinQueue();
    const listener = vi.fn();
    const leave = queue.subscribe(listener);
    void queue.ask(question('resume'));
    const shown = queue.current();
    void queue.ask(question('another'));
    expect(queue.current()).toBe(shown);
    expect(listener).toHaveBeenCalledTimes(2);
    leave();
    queue.answer(shown?.id ?? 0, null);
    expect(listener).toHaveBeenCalledTimes(2);
  });
});
