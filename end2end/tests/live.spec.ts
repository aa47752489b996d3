// What others change reaches an open page by itself, and nothing moves under the hand.
import type { Page } from '@playwright/test';
import {
  add, button, edit, editor, entryRow, expectCount, expectRow, expectRows, expectTyped, field, numbered, open, row,
  search, tick, type,
} from '../support/console.ts';
import type { Server } from '../support/server.ts';
import { expect, test } from '../support/test.ts';

/** Within a second, as promised; the machine that tests may have more to do. */
const SOON = { timeout: 3_000 };

function news(page: Page) {
  return page.locator('.news [role=status]');
}

/** Opens the list and waits until the page listens. */
async function listen(page: Page): Promise<void> {
  const listens = page.waitForResponse('**/api/changes');
  await open(page);
  await listens;
}

/** Sends a route to another host, as another person's browser does. */
async function change(server: Server, domain: string, host: string): Promise<void> {
  const ask = async (path: string, asked: object) => {
    const headers = { ...(await server.headers()), 'content-type': 'application/json' };
    const body = JSON.stringify({ listing: 'smart-hosts', ...asked });
    const answer = await fetch(`${server.url}/api/list/${path}`, { method: 'POST', headers, body });
    expect(answer.ok).toBe(true);
    return answer.json();
  };
  const state = {
    search: domain, sort: { by: 'domain', descending: false }, size: 50, place: 'first', open: 'nothing', done: null,
  };
  const { rows: [now] } = await ask('page', { state });
  const input = { domain, scope: 'domain', relay_host: host, relay_port: '25', comment: '' };
  await ask('save', { key: now.key, input, state });
}

test('a row that another changes changes where it stands', async ({ page, colleague, server }) => {
  await server.route('a.example.com', 'one.example.net');
  await server.route('b.example.com', 'one.example.net');
  await listen(page);
  await open(colleague);
  const same = await row(page, 'b.example.com').elementHandle();
  await edit(colleague, 'a.example.com');
  await type(editor(colleague), { host: 'two.example.net', port: '587' });
  await button(colleague, 'Save').click();
  await expect(row(page, 'a.example.com')).toContainText('two.example.net', SOON);
  await expectRow(page, 'a.example.com', { domain: 'a.example.com', host: 'two.example.net', port: '587' });
  await expect(news(page)).toHaveText('1 changed');
  await expect(row(page, 'a.example.com')).toHaveClass(/row-marked/);
  await expect(row(page, 'b.example.com')).not.toHaveClass(/row-marked/);
  expect(await same?.evaluate((line) => line.isConnected)).toBe(true);
  // The one who did it is told of it in another way.
  await expect(news(colleague)).toHaveText('');
});

test('new rows are announced and shown when they are asked for', async ({ page, server }) => {
  await server.route('b.example.com');
  await listen(page);
  await server.route('a.example.com');
  await expect(news(page)).toHaveText('1 new route', SOON);
  await server.run('route', 'add', 'c.example.com', 'mail.example.net');
  await server.run('route', 'add', 'd.example.com', 'mail.example.net');
  await expect(news(page)).toHaveText('3 new routes', SOON);
  await expectRows(page, ['b.example.com']);
  await expectCount(page, '4 routes');
  await button(page, 'Show').click();
  await expectRows(page, ['a.example.com', 'b.example.com', 'c.example.com', 'd.example.com']);
  await expect(news(page)).toHaveText('');
  for (const name of ['a.example.com', 'c.example.com', 'd.example.com']) {
    await expect(row(page, name)).toHaveClass(/row-marked/);
  }
  await expect(row(page, 'b.example.com')).not.toHaveClass(/row-marked/);
});

test('the way leads to a row that has changed', async ({ page, server }) => {
  await server.seed('smart-hosts', numbered(60));
  await listen(page);
  const last = numbered(60).map(({ domain }) => domain).sort()[49] as string;
  await change(server, last, 'other.example.net');
  await expect(news(page)).toHaveText('1 changed', SOON);
  await expect(row(page, last)).not.toBeInViewport();
  await button(page, 'Show').click();
  await expect(row(page, last)).toBeInViewport();
  await expect(button(page, `Edit ${last}`)).toBeFocused();
  await expect(news(page)).toHaveText('');
});

test('a row that another deletes stays in its place, and says so', async ({ page, server }) => {
  await server.route('a.example.com');
  await server.route('b.example.com');
  await listen(page);
  const below = await row(page, 'b.example.com').boundingBox();
  await server.run('route', 'delete', 'a.example.com');
  await expect(page.locator('.row-gone')).toHaveText(/a\.example\.com.*Deleted/, SOON);
  await expect(news(page)).toHaveText('1 deleted');
  await expect(page.locator('.row-gone')).toHaveAttribute('inert');
  expect((await row(page, 'b.example.com').boundingBox())?.y).toBe(below?.y);
  await expectCount(page, '1 route');
  await search(page, 'b.example');
  await expectRows(page, ['b.example.com']);
});

test('an open editor, and what is typed in it, is left alone', async ({ page, server, faults }) => {
  faults.expectStatus(409);
  await server.route('a.example.com', 'one.example.net');
  await server.route('b.example.com', 'one.example.net');
  await listen(page);
  await edit(page, 'a.example.com');
  await field(editor(page), 'host').fill('mine.example.net');
  await change(server, 'a.example.com', 'other.example.net');
  await change(server, 'b.example.com', 'other.example.net');
  await expect(row(page, 'b.example.com')).toContainText('other.example.net', SOON);
  await expect(field(editor(page), 'host')).toBeFocused();
  await expectTyped(editor(page), { host: 'mine.example.net' });
  // The other's change is not overwritten unseen.
  await button(page, 'Save').click();
  await expect(editor(page)).toContainText('changed the route a.example.com meanwhile');
  await button(page, 'Cancel').click();
  await expectRow(page, 'a.example.com', { domain: 'a.example.com', host: 'other.example.net', port: '25' });
});

test('an editor that is closed shows what was changed meanwhile', async ({ page, server }) => {
  await server.route('a.example.com', 'one.example.net');
  await server.route('b.example.com', 'one.example.net');
  await listen(page);
  await edit(page, 'a.example.com');
  await change(server, 'a.example.com', 'other.example.net');
  await change(server, 'b.example.com', 'other.example.net');
  await expect(row(page, 'b.example.com')).toContainText('other.example.net', SOON);
  await button(page, 'Cancel').click();
  await expectRow(page, 'a.example.com', { domain: 'a.example.com', host: 'other.example.net', port: '25' });
});

test('the focus stays on the row that changes under it', async ({ page, server }) => {
  await server.route('a.example.com', 'one.example.net');
  await listen(page);
  await button(page, 'Edit a.example.com').focus();
  await change(server, 'a.example.com', 'other.example.net');
  await expect(row(page, 'a.example.com')).toContainText('other.example.net', SOON);
  await expect(button(page, 'Edit a.example.com')).toBeFocused();
});

test('what one does oneself is no news', async ({ page }) => {
  await listen(page);
  for (const { domain, host } of numbered(3)) await add(page, { domain, host });
  await type(entryRow(page), { domain: 'typed' });
  await expect(news(page)).toHaveText('');
});

test('it goes on after the server was away', async ({ page, server, faults }) => {
  faults.expectNoAnswer();
  await server.route('a.example.com', 'one.example.net');
  await listen(page);
  await server.kill();
  await server.run('route', 'delete', 'a.example.com');
  const again = page.waitForResponse((answer) => answer.url().endsWith('/api/changes') && answer.ok());
  await server.startAgain();
  await again;
  await expect(page.locator('.row-gone')).toHaveText(/a\.example\.com.*Deleted/, SOON);
  await server.route('b.example.com');
  await expect(news(page)).toHaveText('1 deleted, 1 new route', SOON);
});

test('a page that is not seen hears nothing, and all once it is', async ({ page, server }) => {
  await server.route('a.example.com', 'one.example.net');
  await listen(page);
  const see = (hidden: boolean) =>
    page.evaluate((hidden) => {
      Object.defineProperty(document, 'hidden', { value: hidden, configurable: true });
      document.dispatchEvent(new Event('visibilitychange'));
    }, hidden);
  await see(true);
  await change(server, 'a.example.com', 'other.example.net');
  await page.waitForTimeout(1_000);
  await expectRow(page, 'a.example.com', { domain: 'a.example.com', host: 'one.example.net', port: '25' });
  await see(false);
  await expect(row(page, 'a.example.com')).toContainText('other.example.net', SOON);
});

test('what others change leaves ticks, the focus and what is open alone', async ({ page, server }) => {
  await server.run('route', 'add', 'a.example.com', 'one.example.net', 'two.example.net');
  await server.route('b.example.com');
  await listen(page);
  const further = row(page, 'a.example.com').getByText('two.example.net');
  await row(page, 'a.example.com').getByText('+1').click();
  await expect(further).toBeVisible();
  await tick(page, 'a.example.com').focus();
  await page.keyboard.press('Space');
  const undisturbed = async (): Promise<void> => {
    await expect(tick(page, 'a.example.com')).toBeChecked();
    await expect(tick(page, 'a.example.com')).toBeFocused();
    await expect(further).toBeVisible();
  };
  await server.run('route', 'add', 'c.example.com', 'mail.example.net');
  await expect(news(page)).toHaveText(/1 new/, SOON);
  await undisturbed();
  await server.run('route', 'disable', 'b.example.com');
  await expect(row(page, 'b.example.com')).toContainText('Disabled', SOON);
  await undisturbed();
});

test('a row that another changes keeps the focus', async ({ page, server }) => {
  await server.route('a.example.com');
  await listen(page);
  const details = row(page, 'a.example.com').getByRole('link', { name: /Details of/ });
  await details.focus();
  await server.run('route', 'disable', 'a.example.com');
  await expect(row(page, 'a.example.com')).toContainText('Disabled', SOON);
  await expect(details).toBeFocused();
});
