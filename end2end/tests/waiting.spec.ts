// What the page does while the server is slow. Without JavaScript the browser itself shows that it waits.
import type { Page } from '@playwright/test';
import {
  SMART_HOSTS, add, askDelete, button, edit, editor, entryRow, expectAlert, expectEntryBlank, expectRow, expectRows,
  expectSaid, expectTyped, expectWrong, field, gate, link, numbered, open, row, searchBox, table, tryAdd, type,
} from '../support/console.ts';
import { FIRST, type Server } from '../support/server.ts';
import { expect, test } from '../support/test.ts';

/** Holds answers of one of the console's functions back until the gate is opened. */
async function hold(page: Page, what: 'save' | 'delete'): Promise<() => void> {
  const { opened, open: release } = gate();
  await page.route(`**/api/list/${what}`, async (route) => {
    await opened;
    await route.continue();
  });
  return release;
}

const underway = (page: Page, doing: string) => table(page).getByRole('row').filter({ hasText: doing });

test('an addition shows at once, and for good when the server has it', async ({ page, server }) => {
  await server.route('other.example.com');
  await open(page);
  const release = await hold(page, 'save');
  await tryAdd(page, { domain: 'example.com', host: 'mail.example.net', port: '587', comment: 'soon' });
  const pending = underway(page, 'Adding…');
  await expect(pending).toBeVisible();
  await expect(pending.getByRole('cell').nth(1)).toContainText('example.com');
  await expect(pending.getByRole('cell').nth(2)).toHaveText('mail.example.net');
  await expect(pending.getByRole('cell').nth(3)).toHaveText('587');
  await expect(pending).toHaveAttribute('aria-busy', 'true');
  await expectEntryBlank(page);
  await expect(field(entryRow(page), 'domain')).toBeFocused();
  await expect(row(page, 'other.example.com')).toBeVisible();
  release();
  await expectSaid(page, 'Added example.com');
  await expect(pending).toHaveCount(0);
  await expectRows(page, ['example.com', 'other.example.com']);
});

test('a refused addition goes back to where it was typed', async ({ page, server, faults }) => {
  faults.expectStatus(409);
  await server.managedDomain('example.com');
  await open(page);
  const release = await hold(page, 'save');
  const typed = { domain: 'Example.com', host: 'mail.example.net', port: '587', comment: 'kept' };
  await tryAdd(page, { ...typed, scope: 'Domain and subdomains' });
  await expect(underway(page, 'Adding…')).toBeVisible();
  release();
  await expectWrong(entryRow(page), 'domain', 'example.com is a managed domain');
  await expect(underway(page, 'Adding…')).toHaveCount(0);
  await expectTyped(entryRow(page), { ...typed, scope: 'Domain and subdomains' });
  await expect(field(entryRow(page), 'domain')).toBeFocused();
  await expectRows(page, []);
});

test('typing on while the first entry is refused loses neither', async ({ page, server, faults }) => {
  faults.expectStatus(409);
  await server.managedDomain('one.example.com');
  await open(page);
  const release = await hold(page, 'save');
  await tryAdd(page, { domain: 'one.example.com', host: 'one.example.net', port: '587', comment: 'first' });
  await type(entryRow(page), { domain: 'two.example.com', host: 'two.example.net' });
  release();
  await expectAlert(page, /one\.example\.com\s*was not added\. one\.example\.com is a managed domain/);
  await expectTyped(entryRow(page), { domain: 'two.example.com', host: 'two.example.net', port: '25' });
  await button(page, 'Add').click();
  await expectRow(page, 'two.example.com', { domain: 'two.example.com', host: 'two.example.net', port: '25' });
  await button(page, 'Correct').click();
  await expectTyped(entryRow(page), { domain: 'one.example.com', host: 'one.example.net', port: '587', comment: 'first' });
  await expectWrong(entryRow(page), 'domain', 'one.example.com is a managed domain');
  await type(entryRow(page), { domain: 'three.example.com' });
  await button(page, 'Add').click();
  await expectRow(page, 'three.example.com', { domain: 'three.example.com first', host: 'one.example.net', port: '587' });
});

test('correcting a refused entry does not throw away the one that is half typed', async ({ page, server, faults }) => {
  faults.expectStatus(409);
  await server.managedDomain('one.example.com');
  await open(page);
  const release = await hold(page, 'save');
  await tryAdd(page, { domain: 'one.example.com', host: 'one.example.net' });
  await type(entryRow(page), { domain: 'two.example.com', host: 'two.example.net' });
  release();
  await expectAlert(page, /was not added/);
  await button(page, 'Correct').click();
  await expectTyped(entryRow(page), { domain: 'one.example.com', host: 'one.example.net' });
  // What was typed meanwhile waits in its place.
  await expect(table(page).getByText('two.example.com')).toBeVisible();
  await type(entryRow(page), { domain: 'three.example.com' });
  await button(page, 'Add').click();
  await expectSaid(page, 'Added three.example.com');
  await button(page, 'Correct').click();
  await expectTyped(entryRow(page), { domain: 'two.example.com', host: 'two.example.net' });
});

test('a refused entry can be discarded', async ({ page, server, faults }) => {
  faults.expectStatus(409);
  await server.managedDomain('one.example.com');
  await open(page);
  const release = await hold(page, 'save');
  await tryAdd(page, { domain: 'one.example.com', host: 'one.example.net' });
  await type(entryRow(page), { domain: 'two.example.com' });
  release();
  await expectAlert(page, /was not added/);
  await button(page, 'Discard').click();
  await expect(page.getByText('was not added')).toHaveCount(0);
  await expectTyped(entryRow(page), { domain: 'two.example.com' });
});

test('several additions on their way all arrive', async ({ page }) => {
  await open(page);
  const release = await hold(page, 'save');
  const names = ['a.example.com', 'b.example.com', 'c.example.com'];
  for (const domain of names) await tryAdd(page, { domain, host: 'mail.example.net' });
  await expect(underway(page, 'Adding…')).toHaveCount(3);
  release();
  await expectRows(page, names);
  await expect(underway(page, 'Adding…')).toHaveCount(0);
});

test('an edit shows at once, and is taken back when it is refused', async ({ page, server, faults }) => {
  faults.expectStatus(409);
  await server.route('one.example.com');
  await server.managedDomain('two.example.com');
  await open(page);
  const release = await hold(page, 'save');
  await edit(page, 'one.example.com');
  await type(editor(page), { domain: 'two.example.com', port: '26', comment: 'kept' });
  await button(page, 'Save').click();
  await expect(underway(page, 'Saving…').getByRole('cell').nth(1)).toContainText('two.example.com');
  release();
  await expectWrong(editor(page), 'domain', 'two.example.com is a managed domain');
  await expectTyped(editor(page), { domain: 'two.example.com', port: '26', comment: 'kept' });
  await button(page, 'Cancel').click();
  await expectRow(page, 'one.example.com', { domain: 'one.example.com', port: '25' });
});

test('a deletion shows at once, and is taken back when it is refused', async ({ page, server, faults }) => {
  faults.expectStatus(409);
  await server.route('example.com');
  await server.route('other.example.com');
  await open(page);
  const release = await hold(page, 'delete');
  await button(await askDelete(page, 'example.com'), 'OK').click();
  await expect(underway(page, 'Deleting…')).toBeVisible();
  await fetchEdit(server);
  release();
  await expectAlert(page, /changed the route example\.com meanwhile/);
  await expectRow(page, 'example.com', { domain: 'example.com', port: '26' });
});

/** Someone else's edit of the first row. */
async function fetchEdit(server: Server): Promise<void> {
  const answer = await fetch(server.url + SMART_HOSTS, {
    method: 'POST',
    redirect: 'manual',
    headers: await server.headers(),
    body: new URLSearchParams({
      do: 'save', row: `${FIRST}:${FIRST}`, domain: 'example.com', relay_host: 'mail.example.net', relay_port: '26',
    }),
  });
  expect(answer.status).toBe(303);
}

test('an answer that was overtaken never replaces a newer one', async ({ page, server }) => {
  await server.seed('smart-hosts', numbered(30));
  await open(page);
  const { opened, open: release } = gate();
  let held = 0;
  await page.route('**/api/list/page', async (route) => {
    const first = held++ === 0;
    const answer = await route.fetch();
    if (first) await opened;
    await route.fulfill({ response: answer });
  });
  await searchBox(page).fill('d00');
  await expect.poll(() => held).toBe(1);
  // The old rows stay, and the list says that it is busy.
  await expect(row(page, 'd020.example.net')).toBeVisible();
  await expect(table(page)).toHaveAttribute('aria-busy', 'true');
  await searchBox(page).fill('d007');
  await expectRows(page, ['d007.example.net']);
  const late = page.waitForResponse((response) => response.url().endsWith('/api/list/page'));
  release();
  await late;
  await expect(table(page)).not.toHaveAttribute('aria-busy', 'true');
  await expectRows(page, ['d007.example.net']);
  // Another question is answered after the late one was dealt with.
  await searchBox(page).fill('d008');
  await expectRows(page, ['d008.example.net']);
  expect(held).toBe(3);
});

test('no page leads on while the list comes in another order', async ({ page, server }) => {
  await server.seed('smart-hosts', numbered(60));
  await open(page);
  const { opened, open: release } = gate();
  await page.route('**/api/list/page', async (route) => {
    await opened;
    await route.continue();
  });
  await link(page, 'Port').click();
  await expect(link(page, 'Next page')).toBeDisabled();
  release();
  await expect(link(page, 'Next page')).toBeEnabled();
  await link(page, 'Next page').click();
  await expect(page).toHaveURL(/sort=port&after=/);
  await expect(link(page, 'Next page')).toBeDisabled();
});

test('what is typed in the search while its answer is on the way stays', async ({ page, server }) => {
  await server.seed('smart-hosts', numbered(30));
  await open(page);
  const { opened, open: release } = gate();
  let asked = 0;
  await page.route('**/api/list/page', async (route) => {
    asked++;
    await opened;
    await route.continue();
  });
  await searchBox(page).pressSequentially('d0');
  await expect.poll(() => asked).toBe(1);
  await searchBox(page).pressSequentially('07');
  release();
  await expectRows(page, ['d007.example.net']);
  await expect(searchBox(page)).toHaveValue('d007');
});

test('adding goes on while a search is on the way', async ({ page, server }) => {
  await server.seed('smart-hosts', numbered(3));
  await open(page);
  const { opened, open: release } = gate();
  await page.route('**/api/list/page', async (route) => {
    await opened;
    await route.continue();
  });
  await searchBox(page).fill('example');
  await expect(page).toHaveURL(/q=example/);
  await tryAdd(page, { domain: 'new.example.com', host: 'mail.example.net' });
  await expectSaid(page, 'Added new.example.com');
  release();
  await expectRows(page, ['d000.example.net', 'd001.example.net', 'd002.example.net', 'new.example.com']);
  await add(page, { domain: 'newer.example.com', host: 'mail.example.net' });
});
