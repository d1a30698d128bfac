import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { moneyText } from '../../../src-main/app/money-text.ts';
import { overlayImage, trayImage } from '../../../src-main/app/tray-images.ts';
import { type MenuLine, type TrayLook, trayLooks, trayState } from '../../../src-main/app/tray-state.ts';
import { picture } from './desk-pictures.ts';

const money = moneyText('en-US');
const open = [{ scope: 'bot', state: 'open' as const }];
const all = { all: true, agents: [] };

describe('the look of the tray', () => {
  test.each<[TrayLook, string, Parameters<typeof picture>]>([
    ['idle', 'a quiet desk', [{}]],
    ['idle', 'a breaker that is trying again', [{ breakers: [{ scope: 'bot', state: 'half-open' }] }]],
    ['idle', 'one agent paused', [{ paused: { all: false, agents: ['bot'] } }]],
    ['idle', 'a desk not seen yet', [null, { phase: 'starting' }]],
    ['paying', 'money under way', [{ underWay: 1 }, { paying: true }]],
    ['breaker', 'a breaker open while paying', [{ breakers: open }, { paying: true }]],
    ['waiting', 'a question and a breaker', [{ waiting: 1, breakers: open }, { paying: true }]],
    ['paused', 'a pause and a question', [{ paused: all, waiting: 2, breakers: open }]],
    ['problem', 'a problem above everything', [{ problem: 'the books', paused: all, waiting: 2, breakers: open }]],
    ['problem', 'no host any more', [null, { phase: 'stopped' }]],
  ])('is %s with %s', (look, _what, of) => {
    expect(trayState(picture(...of), money).look).toBe(look);
  });

  test('every look has its picture in both inks, for sharp screens too, and every count', () => {
    const resources = join(import.meta.dirname, '..', '..', '..', 'resources');
    const paths = new Set<string>();
    for (const platform of ['darwin', 'win32', 'linux'] as const)
      for (const look of trayLooks)
        for (const onDark of [true, false])
          for (let count = 0; count <= 12; count++) paths.add(trayImage(resources, { look, count }, platform, onDark));
    for (let count = 1; count <= 12; count++) paths.add(overlayImage(resources, count));
    expect(paths.size).toBe(6 + 2 * 2 * (6 + 10) + 10);
    for (const path of paths) {
      expect(existsSync(path), path).toBe(true);
      expect(existsSync(path.replace('.png', '@2x.png')), path).toBe(true);
    }
  });
});

describe('the tooltip', () => {
  test('says network, what waits, balance and spent of limit', () => {
    expect(trayState(picture({ waiting: 2, unknown: 1 }), money).tooltip).toBe(
      'Groat (sandbox) · 2 requests wait for you · balance $12.50 · today $0.425 of $20.00 · 1 of unknown fate',
    );
    expect(
      trayState(picture({ network: 'mainnet', limits: { perDay: 'none', perMonth: 'none' } }), money).tooltip,
    ).toBe('Groat · balance $12.50 · today $0.425');
  });
});

describe('the menu', () => {
  const labels = (menu: readonly MenuLine[]) => menu.flatMap((line) => ('label' in line ? [line.label] : []));
  const menuOf = (...of: Parameters<typeof picture>) => trayState(picture(...of), money).menu;

  test('offers to resume what is paused, and to see what waits', () => {
    expect(menuOf({ paused: all, waiting: 1 })).toContainEqual({
      kind: 'act',
      label: 'Resume all',
      act: { act: 'resume-all' },
    });
    expect(menuOf({ waiting: 1 })).toContainEqual({
      kind: 'act',
      label: '1 request waits for you …',
      act: { act: 'open', route: '/approvals' },
    });
  });

  test('says what is wrong, on one line that cannot be made to lie', () => {
    const menu = menuOf({ problem: 'first\nsecond \u202Egnp.exe <b>&', breakers: open, unknown: 2 });
    expect(labels(menu).slice(2, 5)).toEqual([
      'Nothing is paid: first second gnp.exe ‹b›+',
      'A breaker is open',
      '2 payments of unknown fate',
    ]);
  });

  test('has a switch for each agent up to twenty, and the way to all of them', () => {
    const agents = Array.from({ length: 21 }, (_, index) => `bot-${index}`);
    const group = menuOf({ paused: { all: false, agents: ['bot-1'] } }, { agents }).find(
      ({ kind }) => kind === 'group',
    );
    const lines = group?.kind === 'group' ? group.lines : [];
    expect(lines[0]).toEqual({ kind: 'check', label: 'bot-0', checked: false, act: { act: 'pause', agent: 'bot-0' } });
    expect(lines[1]).toEqual({ kind: 'check', label: 'bot-1', checked: true, act: { act: 'resume', agent: 'bot-1' } });
    expect(lines).toHaveLength(22);
    expect(lines.at(-1)).toMatchObject({ label: 'All agents …' });
  });

  test('can always quit', () => {
    for (const phase of ['starting', 'stopping', 'stopped', 'running'] as const)
      expect(labels(menuOf(null, { phase })).at(-1)).toBe('Quit Groat');
  });
});
