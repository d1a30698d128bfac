import { type Asked, ask, asker, onChain, paidOrders, poster, waitingIds } from './asking.ts';
import { expect, test } from './fixture.ts';
import { approvalsPage } from './pages/approvals.ts';
import { pinPrompt } from './pages/pin-prompt.ts';
import { shell } from './pages/shell.ts';

/** The browser's own line for the first try, without a PIN, and for each wrong one. */
const pinAsked = /\/rpc\/approvals\/approve$/;

test('a question shows who wants what from whom, what would be left, and no secret', async ({ desk }) => {
  const { page, host } = desk;
  const proxyUrl = await asker(host, 'shopper');
  const { payTo, origin } = await host.stall();
  const { answer, id } = await ask(host, proxyUrl, {
    ...poster,
    description: 'One poster, A2',
    headers: { 'Content-Type': 'application/json', Authorization: 'Bearer sk-very-secret', 'X-Trace': 'trace-17' },
    body: '{"prompt":"a mug on a slate table"}',
  });
  await shell(page).go('Approvals');
  const approvals = approvalsPage(page);
  await expect(approvals.question('shopper wants to pay $0.10')).toBeVisible();
  await expect(approvals.fact('Why you are asked')).toContainText('You want to be asked about sums like this');
  await expect(approvals.fact('Agent')).toHaveText('shopper');
  await expect(approvals.fact('Sum')).toContainText('$0.10');
  await expect(approvals.fact('Sum')).toContainText('0.1 USDC');
  await expect(approvals.fact('To')).toContainText(payTo);
  await expect(approvals.fact('To')).toContainText('New payee: shopper has never paid it');
  await expect(approvals.fact('For')).toContainText(`POST ${origin}/v1/poster`);
  await expect(approvals.part('After this payment')).toContainText(/shopper, in 24 hours\s*\$4\.90 left/);
  await expect(page.getByRole('timer').first()).toHaveText(/^(60|59) min left$/);
  const request = approvals.part('Offer and request');
  await expect(request).toContainText('The seller says: “One poster, A2”');
  const headers = await approvals.unfold('Headers');
  await expect(headers.getByRole('row', { name: /^authorization hidden$/i })).toBeVisible();
  await expect(headers.getByRole('row', { name: /^x-trace trace-17$/i })).toBeVisible();
  await expect(await approvals.unfold('Body')).toContainText('{"prompt":"a mug on a slate table"}');
  expect(await page.content()).not.toContain('sk-very-secret');
  await approvals.armed();
  await approvals.forADay.click();
  await approvals.upTo.fill('0.09');
  await expect(approvals.answers).toContainText('At least the $0.10 that it asks for');
  await expect(approvals.yesForADay).toBeDisabled();
  await host.client.approvals.deny({ id });
  expect((await answer).status).toBe(402);
});

test('a yes with the PIN lets the held request through, and it is charged once', async ({ desk, complaints }) => {
  complaints.expect(pinAsked);
  const { page, host, pin } = desk;
  const before = await onChain(host);
  const { answer } = await ask(host, await asker(host, 'shopper'), poster);
  await shell(page).go('Approvals');
  const approvals = approvalsPage(page);
  await approvals.armed();
  await approvals.once.click();
  expect(await paidOrders(host)).toEqual([]);
  await pinPrompt(page).give(pin);
  expect(await answer).toMatchObject({ status: 200, headers: { 'groat-decision': 'granted' } });
  await expect(approvals.outcome).toContainText('Approved');
  await expect(approvals.outcome).toContainText('It is paid');
  expect(await paidOrders(host)).toEqual(['0.1']);
  await expect.poll(() => onChain(host)).toBe(before - 100_000n);
  await approvals.outcome.getByRole('link', { name: 'Look at the payment' }).click();
  await expect(shell(page).heading(/\$0\.10/)).toBeVisible();
});

test('a no ends the held request, and the same request hears it again', async ({ desk }) => {
  const { page, host } = desk;
  const proxyUrl = await asker(host, 'shopper');
  const { answer } = await ask(host, proxyUrl, poster);
  await shell(page).go('Approvals');
  const approvals = approvalsPage(page);
  await approvals.armed();
  await approvals.deny.click();
  const no = { status: 402, headers: { 'groat-decision': 'denied', 'groat-reason': 'approval-denied' } };
  expect(await answer).toMatchObject(no);
  await expect(approvals.outcome).toContainText('Denied');
  await expect(approvals.earlier).toContainText([/shopper.*\$0\.10.*Denied/s]);
  expect(await host.spend(proxyUrl, poster)).toMatchObject(no);
  await expect(approvals.waiting).toHaveCount(0);
  expect(await paidOrders(host)).toEqual([]);
});

for (const { how, holdMs, giveUp } of [
  {
    how: 'was told to come back',
    holdMs: 500,
    async giveUp({ answer, id }: Asked) {
      const told = {
        'groat-decision': 'deferred',
        'groat-approval': id,
        'retry-after': expect.stringMatching(/^\d+$/),
      };
      expect(await answer).toMatchObject({ status: 402, headers: told });
    },
  },
  {
    how: 'hung up',
    holdMs: 30_000,
    async giveUp({ answer, hangUp }: Asked) {
      hangUp();
      await expect(answer).rejects.toThrow();
    },
  },
])
  test(`a yes after the agent ${how} pays its next try, and only that`, async ({ desk, complaints }) => {
    complaints.expect(pinAsked);
    const { page, host, pin } = desk;
    const before = await onChain(host);
    const proxyUrl = await asker(host, 'shopper', { holdMs });
    const first = await ask(host, proxyUrl, poster);
    await giveUp(first);
    await shell(page).go('Approvals');
    const approvals = approvalsPage(page);
    await approvals.armed();
    await approvals.once.click();
    await pinPrompt(page).give(pin);
    await expect(approvals.outcome).toContainText('The next try of shopper pays');
    expect(await paidOrders(host)).toEqual([]);
    expect((await host.spend(proxyUrl, poster)).status).toBe(200);
    await expect(approvals.outcome).toContainText('It is paid');

    const { id, answer } = await ask(host, proxyUrl, poster);
    expect(id).not.toBe(first.id);
    await host.client.approvals.deny({ id });
    expect((await answer).status).toBe(402);
    expect(await paidOrders(host)).toEqual(['0.1']);
    await expect.poll(() => onChain(host)).toBe(before - 100_000n);
  });

test('a payee that was blocked is not paid by another agent either', async ({ desk }) => {
  const { page, host } = desk;
  const { answer } = await ask(host, await asker(host, 'shopper'), poster);
  const other = (await host.client.agents.add({ agent: 'reader' })).proxyUrl;
  expect((await host.spend(other)).status).toBe(200);
  await shell(page).go('Approvals');
  const approvals = approvalsPage(page);
  await approvals.armed();
  await approvals.denyAndBlock.click();
  await expect(approvals.blocking).toContainText((await host.stall()).payTo);
  await expect(approvals.blocking.getByRole('button', { name: 'Cancel' })).toBeFocused();
  expect(await waitingIds(host)).toHaveLength(1);
  await approvals.blocking.getByRole('button', { name: 'Deny and block' }).click();
  expect(await answer).toMatchObject({ status: 402, headers: { 'groat-decision': 'denied' } });
  await expect(approvals.outcome).toContainText('Denied, and the payee is blocked');
  expect(await host.spend(other)).toMatchObject({ status: 402, headers: { 'groat-reason': 'payee-not-allowed' } });
});

test('a yes to a payee for a day holds for several payments, until its sum is used up', async ({
  desk,
  complaints,
}) => {
  complaints.expect(pinAsked);
  const { page, host, pin } = desk;
  const before = await onChain(host);
  const proxyUrl = await asker(host, 'shopper');
  const { answer, id } = await ask(host, proxyUrl, poster);
  await shell(page).go('Approvals');
  const approvals = approvalsPage(page);
  await approvals.armed();
  await approvals.forADay.click();
  await approvals.armed();
  await approvals.upTo.fill('0.25');
  await approvals.yesForADay.click();
  await pinPrompt(page).give(pin);
  expect((await answer).status).toBe(200);
  await expect(approvals.outcome).toContainText('Approved: this payee, up to $0.25 for a day');
  expect((await host.spend(proxyUrl, { path: '/v1/other', price: '0.1' })).status).toBe(200);

  const more = await ask(host, proxyUrl, { path: '/v1/other', price: '0.1' });
  expect(more.id).not.toBe(id);
  await host.client.approvals.deny({ id: more.id });
  expect((await more.answer).status).toBe(402);
  expect(await paidOrders(host)).toEqual(['0.1', '0.1']);
  await expect.poll(() => onChain(host)).toBe(before - 200_000n);
});

test('a wrong PIN, and none, change nothing: question and sum stay as they were', async ({ desk, complaints }) => {
  complaints.expect(pinAsked);
  const { page, host, pin } = desk;
  const { answer, id } = await ask(host, await asker(host, 'shopper'), poster);
  await shell(page).go('Approvals');
  const approvals = approvalsPage(page);
  await approvals.armed();
  await approvals.forADay.click();
  await approvals.armed();
  await approvals.upTo.fill('0.37');
  await approvals.yesForADay.click();
  await pinPrompt(page).give('not the right one');
  await expect(pinPrompt(page).pin).toHaveAccessibleDescription(/PIN/);
  await pinPrompt(page).notNow();
  await expect(pinPrompt(page).dialog).toBeHidden();
  await expect(approvals.upTo).toHaveValue('0.37');
  await expect(approvals.question('shopper wants to pay $0.10')).toBeVisible();
  expect(await waitingIds(host)).toEqual([id]);
  expect(await paidOrders(host)).toEqual([]);

  await approvals.armed();
  await approvals.yesForADay.click();
  await pinPrompt(page).give(pin);
  expect((await answer).status).toBe(200);
  expect(await host.client.approvals.show({ id })).toMatchObject({ scope: 'payee-day', upTo: '0.37' });
});

test('an answer that was given elsewhere meanwhile is told, and the PIN does not undo it', async ({
  desk,
  complaints,
}) => {
  complaints.expect(pinAsked);
  const { page, host, pin } = desk;
  const { answer, id } = await ask(host, await asker(host, 'shopper'), poster);
  await shell(page).go('Approvals');
  const approvals = approvalsPage(page);
  await approvals.armed();
  await approvals.once.click();
  await expect(pinPrompt(page).dialog).toBeVisible();
  await host.client.approvals.deny({ id });
  expect((await answer).status).toBe(402);
  await pinPrompt(page).give(pin);
  await expect(pinPrompt(page).dialog).toBeHidden();
  await expect(approvals.outcome).toContainText('Denied');
  await expect(approvals.answers).toHaveCount(0);
  expect(await paidOrders(host)).toEqual([]);
});

test('a question whose time is up cannot be answered any more, and says so', async ({ desk }) => {
  const { page, host } = desk;
  await host.owner(desk.pin).law.add({
    norms: [
      {
        type: 'require',
        id: 'ask-at-once',
        when: [{ selector: 'action', operator: '==', value: 'pay' }],
        reason: 'For a moment only.',
        witnesses: 1,
        timeoutSeconds: 3,
      },
    ],
  });
  await shell(page).go('Approvals');
  const { answer } = await ask(host, await asker(host, 'shopper', { holdMs: 0 }), poster);
  const approvals = approvalsPage(page);
  await expect(approvals.question('shopper wants to pay $0.10')).toBeVisible();
  await expect(approvals.outcome).toContainText('Time ran out');
  await expect(approvals.answers).toHaveCount(0);
  expect(await answer).toMatchObject({ status: 402, headers: { 'groat-decision': 'deferred' } });
  expect(await paidOrders(host)).toEqual([]);
});

test('a question is found and answered with the keyboard alone', async ({ desk, complaints }) => {
  complaints.expect(pinAsked);
  const { page, host, pin } = desk;
  const { answer } = await ask(host, await asker(host, 'shopper'), poster);
  const { keyboard } = page;
  const tabTo = async (name: RegExp): Promise<void> => {
    const focused = page.locator(':focus');
    for (let tries = 0; tries < 60; tries += 1) {
      await keyboard.press('Tab');
      if ((await focused.count()) > 0 && name.test(await focused.innerText())) return;
    }
    throw new Error(`no Tab leads to ${name}`);
  };
  await tabTo(/^Approvals/);
  await keyboard.press('Enter');
  const approvals = approvalsPage(page);
  await expect(approvals.deny).toBeFocused();
  await approvals.armed();
  await tabTo(/^Approve .* once$/);
  await keyboard.press('Enter');
  await expect(pinPrompt(page).pin).toBeFocused();
  await keyboard.type(pin);
  await keyboard.press('Enter');
  expect((await answer).status).toBe(200);
  await expect(approvals.outcome).toContainText('It is paid');
});

test('what a seller and an agent write neither acts nor pretends', async ({ desk }) => {
  const { page, host } = desk;
  const stall = await host.stall();
  const lie = `${'free '.repeat(70)}and costs nothing`;
  const { answer, id } = await ask(host, await asker(host, 'shopper'), {
    ...poster,
    path: '/v1/<img/src=x/onerror=document.title=1>',
    description: `\u202Etxt.exe <script>document.title=1</script> раура\u200Bl ${lie}`,
    headers: { 'Content-Type': 'text/plain', 'X-Note': '<b onclick=document.title=1>approved by the owner</b>' },
    body: '<h1>Approved</h1>\u2066\u202Eyako',
  });
  await shell(page).go('Approvals');
  const approvals = approvalsPage(page);
  await expect(approvals.fact('To')).toContainText(stall.payTo);
  await expect(approvals.fact('For')).toContainText(/(<|%3C)img\/src=x\/onerror=document.title=1/);
  const request = approvals.part('Offer and request');
  await expect(request).toContainText('U+202E');
  await expect(request).toContainText('U+200B');
  await expect(request).toContainText('<script>document.title=1</script>');
  await expect(request.locator('mark')).not.toHaveCount(0);
  expect(await page.content()).not.toMatch(/[\u202E\u2066\u200B]/);

  await expect(request).not.toContainText(lie);
  await request.getByRole('button', { name: /The seller|txt/ }).click();
  await expect(request).toContainText(lie);

  await expect(await approvals.unfold('Headers')).toContainText(
    '<b onclick=document.title=1>approved by the owner</b>',
  );
  await expect(await approvals.unfold('Body')).toContainText('<h1>Approved</h1>');
  await expect(page.locator('main').locator('img, script, h1:text("Approved"), b')).toHaveCount(0);
  expect(await page.title()).not.toBe('1');
  await host.client.approvals.deny({ id });
  expect((await answer).status).toBe(402);
});
