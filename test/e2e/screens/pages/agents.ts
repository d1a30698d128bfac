import type { Locator, Page } from '@playwright/test';

/** Everybody who may spend. */
export interface AgentsPage {
  row(agent: string): Locator;
  /** Fills the form in and adds the agent; answers its proxy URL, which is then on the screen. */
  add(name: string, limits?: NewLimits): Promise<string>;
  /** Where the new credential stands, until it is closed. */
  readonly made: Locator;
  close(): Promise<void>;
  pause(agent: string): Locator;
  resume(agent: string): Locator;
  readonly showRemoved: Locator;
}

/** As they are typed. */
export interface NewLimits {
  readonly perPayment?: string;
  readonly perDay?: string;
}

/** One agent. */
export interface AgentPage {
  readonly limits: Locator;
  /** A field of the limits, as in "One payment". */
  limit(label: string): Locator;
  /** What saving would do. */
  readonly preview: Locator;
  readonly save: Locator;
  /** Hands a part on; answers the new agent's proxy URL. */
  handOn(name: string, limits: NewLimits): Promise<string>;
  readonly parts: Locator;
  readonly credential: Locator;
  /** Makes a new credential; answers its proxy URL. */
  renew(): Promise<string>;
  readonly remove: Locator;
  readonly removing: Locator;
  readonly refusals: Locator;
  readonly payments: Locator;
}

export function agentsPage(page: Page): AgentsPage {
  const button = (name: string) => page.getByRole('button', { name, exact: true });
  const made = page.getByRole('dialog', { name: /can pay now$/ });
  return {
    row: (agent) =>
      page
        .getByRole('main')
        .getByRole('listitem')
        .filter({ has: page.getByRole('link', { name: agent, exact: true }) }),
    async add(name, limits = {}) {
      await button('Add an agent').click();
      await fillIn(page.getByRole('dialog', { name: 'Add an agent' }), name, limits, 'Add it');
      return proxyUrlIn(made);
    },
    made,
    close: () => made.getByRole('button', { name: 'I have copied it' }).click(),
    pause: (agent) => button(`Pause ${agent}`),
    resume: (agent) => button(`Resume ${agent}`),
    showRemoved: page.getByRole('switch', { name: /^Show removed ones/ }),
  };
}

export function agentPage(page: Page): AgentPage {
  const section = (name: string) => page.getByRole('region', { name, exact: true });
  const [limits, credential] = [section('Limits'), section('Credential')];
  return {
    limits,
    limit: (label) => limits.getByLabel(label, { exact: true }),
    preview: limits.getByRole('group', { name: 'What saving changes' }),
    save: limits.getByRole('button', { name: 'Save the limits' }),
    async handOn(name, typed) {
      await page.getByRole('button', { name: 'Hand a part on' }).click();
      await fillIn(page.getByRole('dialog', { name: /^Hand a part of/ }), name, typed, 'Hand it on');
      return proxyUrlIn(page.getByRole('dialog', { name: /can pay now$/ }));
    },
    parts: section('Parts handed on').getByRole('listitem'),
    credential,
    async renew() {
      await credential.getByRole('button', { name: 'Make a new one' }).click();
      const asked = page.getByRole('dialog', { name: /^A new credential for/ });
      await asked.getByRole('button', { name: 'Make a new one' }).click();
      return proxyUrlIn(credential);
    },
    remove: page.getByRole('button', { name: 'Remove', exact: true }),
    removing: page.getByRole('dialog', { name: /^Remove/ }),
    refusals: section('Not paid at once'),
    payments: section('Last payments'),
  };
}

async function fillIn(form: Locator, name: string, { perPayment, perDay }: NewLimits, yes: string): Promise<void> {
  await form.getByLabel('Name').fill(name);
  if (perPayment !== undefined) await form.getByLabel('One payment, at most').fill(perPayment);
  if (perDay !== undefined) await form.getByLabel('In 24 hours, at most').fill(perDay);
  await form.getByRole('button', { name: yes }).click();
}

const proxyUrlIn = (shown: Locator): Promise<string> => shown.getByRole('textbox', { name: 'Proxy URL' }).innerText();
