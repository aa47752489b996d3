// The server goes away in the middle of something and comes back. Without JavaScript the browser
// shows a page of its own then.
import {
  DEFAULT_ROUTING, askDelete, askExport, button, edit, editor, entryRow, expectAlert, expectRow, expectRows, expectSaid,
  expectTyped, link, numbered, numberedNames, open, row, searchBox, tryAdd, type,
} from '../support/console.ts';
import { expect, test } from '../support/test.ts';

const GONE = 'The server does not answer. What you typed is kept; try again when it is back.';

test.beforeEach(({ faults }) => {
  faults.expectNoAnswer();
});

test('in the middle of an edit', async ({ page, server }) => {
  await server.route('example.com', 'one.example.net');
  await open(page);
  await edit(page, 'example.com');
  const typed = { domain: 'example.com', host: 'two.example.net', port: '587', comment: 'typed before' };
  await type(editor(page), typed);
  await server.kill();
  await button(page, 'Save').click();
  await expectAlert(page, GONE);
  await expectTyped(editor(page), typed);
  await button(page, 'Save').click();
  await expectAlert(page, GONE);
  await expectTyped(editor(page), typed);
  await server.startAgain();
  await button(page, 'Save').click();
  await expectSaid(page, 'Saved example.com: mail goes to two.example.net, port 587.');
  await expectRow(page, 'example.com', { domain: 'example.com typed before', host: 'two.example.net', port: '587' });
  await expect(page.getByText(GONE)).toHaveCount(0);
  expect(await server.routes()).toMatchObject([{ host: 'two.example.net', port: 587 }]);
});

test('in the middle of an addition', async ({ page, server }) => {
  await server.route('other.example.com');
  await open(page);
  const typed = { domain: 'example.com', host: 'mail.example.net', port: '587', comment: 'kept' };
  await type(entryRow(page), typed);
  await server.kill();
  await button(page, 'Add').click();
  await expectAlert(page, GONE);
  await expectTyped(entryRow(page), typed);
  await expectRows(page, ['other.example.com']);
  await server.startAgain();
  await button(page, 'Add').click();
  await expectSaid(page, 'Added example.com');
  await expect(page.getByText(GONE)).toHaveCount(0);
  await expectRows(page, ['example.com', 'other.example.com']);
});

test('before a deletion', async ({ page, server }) => {
  await server.route('example.com');
  await open(page);
  const box = await askDelete(page, 'example.com');
  await server.kill();
  await button(box, 'OK').click();
  await expectAlert(page, 'The server does not answer.');
  await expectRows(page, ['example.com']);
  await server.startAgain();
  await button(await askDelete(page, 'example.com'), 'OK').click();
  await expectSaid(page, 'Deleted 1 route.');
  await expect(page.getByText('No routes yet')).toBeVisible();
});

test('while looking at another page of the list', async ({ page, server }) => {
  await server.seed('smart-hosts', numbered(60));
  await open(page);
  await server.kill();
  await link(page, 'Next page').click();
  await expectAlert(page, 'The server does not answer.');
  await server.startAgain();
  await searchBox(page).fill('d05');
  await expectRows(page, numbered(60).slice(50).map((seed) => seed.domain));
  await expect(page.getByText('The server does not answer.')).toHaveCount(0);
});

test('the page that could not be read is asked for again by the same click', async ({ page, server }) => {
  await server.seed('smart-hosts', numbered(60));
  await open(page);
  await server.kill();
  await link(page, 'Next page').click();
  await expectAlert(page, GONE);
  await server.startAgain();
  await link(page, 'Next page').click();
  await expectRows(page, numberedNames(50, 60));
  await expect(page.getByText(GONE)).toHaveCount(0);
});

test('and by Try again', async ({ page, server }) => {
  await server.seed('smart-hosts', numbered(60));
  await open(page);
  await server.kill();
  await link(page, 'Port').click();
  await expectAlert(page, GONE);
  await button(page, 'Try again').click();
  await expectAlert(page, GONE);
  await server.startAgain();
  await button(page, 'Try again').click();
  await expect(page.getByRole('columnheader', { name: 'Port', exact: true })).toHaveAttribute('aria-sort', 'ascending');
  await expect(row(page, 'd000.example.net')).toBeVisible();
  await expect(page.getByText(GONE)).toHaveCount(0);
  await expect(page.getByRole('main')).toBeFocused();
});

test('and by Enter in the search', async ({ page, server }) => {
  await server.seed('smart-hosts', numbered(60));
  await open(page);
  await server.kill();
  await searchBox(page).fill('d05');
  await expectAlert(page, GONE);
  await server.startAgain();
  await searchBox(page).press('Enter');
  await expectRows(page, numberedNames(50, 60));
  await expect(page.getByText(GONE)).toHaveCount(0);
});

test('going back to what is still shown takes the alert away', async ({ page, server }) => {
  await server.seed('smart-hosts', numbered(60));
  await open(page);
  await server.kill();
  await link(page, 'Next page').click();
  await expectAlert(page, GONE);
  await page.goBack();
  await expect(page.getByText(GONE)).toHaveCount(0);
  await expectRows(page, numberedNames(0, 50));
  await server.startAgain();
});

test('before an export', async ({ page, server }) => {
  await server.route('example.com');
  await open(page);
  await type(entryRow(page), { domain: 'other.example.com', host: 'mail.example.net' });
  const box = await askExport(page);
  await server.kill();
  const opening = page.context().waitForEvent('page');
  await button(box, 'OK').click();
  await (await opening).close();
  await expectTyped(entryRow(page), { domain: 'other.example.com', host: 'mail.example.net' });
  await expectRows(page, ['example.com']);
  await server.startAgain();
});

test('on the way to another list', async ({ page, server }) => {
  await server.managedDomain('example.com');
  await open(page);
  await server.kill();
  // The browser says so itself.
  const failed = page.waitForEvent('requestfailed', (request) => request.isNavigationRequest());
  await link(page, 'Managed Domains').first().click();
  await failed;
  await server.startAgain();
  await page.reload();
  await expectRows(page, ['example.com']);
});

test('before default domain routing is saved', async ({ page, server }) => {
  await open(page, DEFAULT_ROUTING);
  const form = page.getByRole('main');
  await type(form, { host: 'mail.example.net', port: '2525' });
  await server.kill();
  await button(page, 'Save').click();
  await expectAlert(page, GONE);
  await expectTyped(form, { host: 'mail.example.net', port: '2525' });
  await server.startAgain();
  await button(page, 'Save').click();
  await expectSaid(page, 'Saved: the default is mail.example.net, port 2525.');
});

test('nothing acknowledged is lost when the power goes', async ({ page, server }) => {
  await open(page);
  await tryAdd(page, { domain: 'example.com', host: 'mail.example.net' });
  await expectSaid(page, 'Added example.com');
  await server.kill();
  await server.startAgain();
  await page.reload();
  await expectRows(page, ['example.com']);
});
