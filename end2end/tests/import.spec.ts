// Importing a file: choosing or pasting it, what would change, doing it, and taking it back.
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import type { Page } from '@playwright/test';
import { expectAccessible } from '../support/accessible.ts';
import { MANAGED_DOMAINS, SMART_HOSTS, button, link, open } from '../support/console.ts';
import { expect, needsDesktop, needsJavaScript, scripted, test } from '../support/test.ts';

const FORM = `${SMART_HOSTS}/import`;

/** Chooses a file and sends it. */
async function send(page: Page, name: string, text: string): Promise<void> {
  await page.getByLabel('File').setInputFiles({ name, mimeType: 'text/plain', buffer: Buffer.from(text) });
  await button(page, 'Check').click();
}

/** What would change, as the page asks it. */
function question(page: Page, words: string) {
  return page.getByText(words, { exact: true });
}

test('a file is imported, opened in Activity and undone', async ({ page, server }) => {
  await server.seed('smart-hosts', [{ domain: 'changed.example', host: 'one.example.net' }]);
  await open(page);
  await link(page, 'Import').click();
  await expect(page.getByRole('heading', { name: 'Import', level: 1 })).toBeVisible();
  await send(page, 'routes.csv', 'domain,host,port\na.example,mail.example.net,25\nchanged.example,two.example.net,25\n');
  await expect(question(page, 'Add 1 route and change 1 route?')).toBeVisible();
  await expect(page.getByText('CSV (recognised). Other routes stay.')).toBeVisible();
  await expect(page.getByRole('listitem').filter({ hasText: 'a.example' })).toContainText('mail.example.net');
  await link(page, 'Changed 1').click();
  await expect(page.getByRole('listitem').filter({ hasText: 'changed.example' })).toContainText(
    'before: one.example.net → after: two.example.net',
  );
  expect(await server.routes()).toHaveLength(1);
  await button(page, 'Import').click();
  await expect(page.getByRole('status')).toContainText('Imported routes.csv: 1 added, 1 changed.');
  expect(await server.routes()).toHaveLength(2);

  await link(page, 'Show its lines in Activity').click();
  await expect(page.getByRole('main').getByRole('heading', { level: 2 })).toHaveText('Imported routes from routes.csv: 1 added, 1 changed');
  await expect(page.getByText('Changed route changed.example')).toBeVisible();
  await page.goBack();
  await button(page, 'Undo').click();
  await expect(page.getByRole('status')).toContainText('Undone.');
  const routes = await server.routes();
  expect(routes.map((route) => route.host)).toEqual(['one.example.net']);
});

test('pasted lines are imported into managed domains', async ({ page, server }) => {
  await page.goto(`${MANAGED_DOMAINS}/import`);
  await page.getByLabel('Or paste the lines').fill('own.example\nother.example,mail.example.net,25\n');
  await page.getByLabel('Format').selectOption('Text');
  await button(page, 'Check').click();
  await expect(question(page, 'Add 2 managed domains?')).toBeVisible();
  await button(page, 'Import').click();
  await expect(page.getByRole('status')).toContainText('Imported the pasted text: 2 added.');
  expect(await server.managedDomains()).toHaveLength(2);
});

test('lines that are refused are shown, found and downloaded', async ({ page, server }) => {
  await server.seed('smart-hosts', [{ domain: 'old.example' }]);
  await page.goto(FORM);
  await page.getByLabel('Mode').selectOption({ label: 'Replace: other routes are removed' });
  await send(page, 'routes.txt', 'a.example,mail.example.net,25\nb.example,mail.example.net,99999\nc.example\n');
  await expect(question(page, 'Add 1 route and remove 1 route? 2 lines are left out.')).toBeVisible();
  await link(page, 'Refused 2').click();
  const line = page.getByRole('listitem').filter({ hasText: 'Line 2, port' });
  await expect(line).toContainText('b.example,mail.example.net,99999');
  await page.getByRole('searchbox').fill('c.example');
  await button(page, 'Search').click();
  await expect(line).toBeHidden();
  await expect(page.getByText('Line 3')).toBeVisible();
  const [download] = await Promise.all([page.waitForEvent('download'), link(page, 'Download refused lines').click()]);
  expect(download.suggestedFilename()).toBe('refused.txt');
  // What they may have named goes only if that is ticked.
  await page.getByLabel('Remove also what the refused lines may have named').check();
  await button(page, 'Import').click();
  await expect(page.getByRole('status')).toContainText('Imported routes.txt: 1 added, 1 removed, 2 refused.');
});

test('a file is read otherwise, and given up', async ({ page, server, faults }) => {
  faults.expectStatus(404);
  await page.goto(FORM);
  await send(page, 'odd.dat', '?\n');
  await expect(page.getByRole('heading', { name: 'In which format is odd.dat?' })).toBeVisible();
  await page.getByLabel('Format').selectOption('Text');
  await button(page, 'Check again').click();
  await expect(question(page, 'Nothing would change: 0 routes are already there. 1 line is left out.')).toBeVisible();
  await expect(button(page, 'Import')).toBeDisabled();
  const address = page.url();
  await page.goto(FORM);
  await expect(page.getByRole('heading', { name: 'You have an import that is not finished' })).toBeVisible();
  await button(page, 'Cancel').click();
  await expect(page.getByRole('status')).toHaveText('Cancelled. Nothing was imported.');
  await page.goto(address);
  await expect(page.getByRole('heading', { name: 'There is no such import' })).toBeVisible();
  expect(await server.routes()).toHaveLength(0);
});

test('a preview that is outdated is shown anew', async ({ page, server }) => {
  await page.goto(FORM);
  await send(page, 'a.txt', 'a.example,one.example,25\n');
  await expect(question(page, 'Add 1 route?')).toBeVisible();
  await server.route('a.example', 'two.example');
  await button(page, 'Import').click();
  await expect(page.getByRole('alert')).toContainText('The list has changed since the check');
  await expect(question(page, 'Change 1 route?')).toBeVisible();
  await button(page, 'Import').click();
  await expect(page.getByRole('status')).toContainText('1 changed');
});

test('what is wrong with the form is said', async ({ page, faults }) => {
  faults.expectStatus(422);
  await page.goto(FORM);
  await button(page, 'Check').click();
  await expect(page.getByRole('alert')).toHaveText('Choose a file, or paste some lines.');
  await send(page, 'a.txt', 'a.example,one.example,25\n');
  await expect(question(page, 'Add 1 route?')).toBeVisible();
});

test('every page is accessible', async ({ page, faults }) => {
  needsJavaScript('axe is a script');
  faults.expectStatus(404, 422);
  await page.goto(FORM);
  await expectAccessible(page);
  await button(page, 'Check').click();
  await expect(page.getByRole('alert')).toBeVisible();
  await expectAccessible(page);
  await send(page, 'a.txt', 'a.example,one.example,25\nnonsense\n');
  await expect(question(page, 'Add 1 route? 1 line is left out.')).toBeVisible();
  await page.getByText('Read it otherwise').click();
  await expectAccessible(page);
  await link(page, 'Refused 1').click();
  await expectAccessible(page);
  await link(page, 'Changed 0').click();
  await expectAccessible(page);
  await button(page, 'Import').click();
  await expect(page.getByRole('status')).toContainText('1 added');
  await expectAccessible(page);
  await link(page, 'Show its lines in Activity').click();
  await expectAccessible(page);
  await page.goto(`${FORM.replace('/smart-hosts', '')}?id=none`);
  await expectAccessible(page);
});

test('an upload shows how far it is, and is cancelled', async ({ page }) => {
  needsJavaScript('the bar of an upload is a script');
  const session = await page.context().newCDPSession(page);
  await page.goto(FORM);
  await session.send('Network.enable');
  const slow = { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: 64 * 1024 };
  await session.send('Network.emulateNetworkConditions', slow);
  // Ten minutes of it, however slow the machine is.
  await send(page, 'slow.txt', 'a.example,one.example,25\n'.repeat(1_600_000));
  const bar = page.getByRole('progressbar', { name: 'Upload' });
  await expect(page.getByRole('heading', { name: 'Sending slow.txt' })).toBeVisible();
  await expect.poll(async () => Number(await bar.getAttribute('value'))).toBeGreaterThan(0);
  await expect(page.getByText(/ MB a second, about .* left/)).toBeVisible();
  await expectAccessible(page);
  await button(page, 'Cancel').click();
  await expect(page.getByRole('alert')).toHaveText('Cancelled. Nothing was changed.');
  await session.send('Network.emulateNetworkConditions', { ...slow, uploadThroughput: -1 });
  await send(page, 'b.txt', 'b.example,one.example,25\n');
  await expect(question(page, 'Add 1 route?')).toBeVisible();
});

test('a file is dropped', async ({ page }) => {
  needsJavaScript('dropping is a script');
  needsDesktop('a finger drops nothing');
  await page.goto(FORM);
  const files = await page.evaluateHandle(() => {
    const data = new DataTransfer();
    data.items.add(new File(['a.example,one.example,25\n'], 'dropped.txt'));
    return data;
  });
  const zone = page.getByText('You can also drop it here.');
  await zone.dispatchEvent('dragover', { dataTransfer: files });
  await zone.dispatchEvent('drop', { dataTransfer: files });
  await button(page, 'Check').click();
  await expect(page.getByRole('heading', { name: 'dropped.txt' })).toBeVisible();
});

test('a million lines, of which a thousand are refused', async ({ page }) => {
  test.skip(!scripted(), 'once is enough');
  needsDesktop('once is enough');
  test.setTimeout(600_000);
  const folder = await mkdtemp(join(tmpdir(), 'import-'));
  try {
    const file = join(folder, 'million.txt');
    const out = createWriteStream(file);
    for (let thousand = 0; thousand < 1_000; thousand += 1) {
      const lines = Array.from({ length: 999 }, (_, n) => `d${thousand}-${n}.example.com,mail${n % 9}.example.net,25\n`);
      out.write(`${lines.join('')}bad${thousand}.example.com,mail.example.net,99999\n`);
    }
    out.end();
    await finished(out);
    await page.goto(FORM);
    await page.getByLabel('File').setInputFiles(file);
    await button(page, 'Check').click();
    const bar = page.getByRole('progressbar', { name: 'Reading million.txt' });
    await expect.poll(async () => Number(await bar.getAttribute('value').catch(() => '0')), { timeout: 120_000 }).toBeGreaterThan(0);
    await expect(page.getByText(/ lines, .* a second/)).toBeVisible();
    await expectAccessible(page);
    await expect(question(page, 'Add 999,000 routes? 1,000 lines are left out.')).toBeVisible({ timeout: 300_000 });
    await link(page, 'Refused 1,000').click();
    await expect(page.getByText('Line 1,000, port')).toBeVisible();
    await button(page, 'Import').click();
    await expect(page.getByRole('heading', { name: 'Writing million.txt' })).toBeVisible();
    await expect(page.getByRole('status')).toContainText('999,000 added, 1,000 refused.', { timeout: 300_000 });
  } finally {
    await rm(folder, { recursive: true });
  }
});

test.describe('a viewer', () => {
  test.use({ visitor: 'viewer' });

  test('imports nothing', async ({ page, faults }) => {
    faults.expectStatus(403);
    await open(page);
    const control = link(page, 'Import');
    await expect(control).toBeDisabled();
    await expect(control).toHaveAccessibleDescription(/You are a viewer here/);
    await page.goto(FORM);
    await expect(page.getByRole('heading', { name: 'Not permitted' })).toBeVisible();
  });
});
