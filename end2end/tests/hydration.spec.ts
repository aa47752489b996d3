// The page comes whole from the server and is brought to life afterwards.
import type { Page } from '@playwright/test';
import {
  DEFAULT_ROUTING, MANAGED_DOMAINS, SMART_HOSTS, alive, button, dialog, editor, entryRow, expectRow, expectRows,
  expectTyped, expectWrong, field, gate, numbered, open, row, searchBox, tick, tryAdd, type,
} from '../support/console.ts';
import { FIRST } from '../support/server.ts';
import { expect, test } from '../support/test.ts';

/** Opens a page whose module does not arrive before the gate is opened. */
async function asleep(page: Page, path: string): Promise<() => Promise<void>> {
  const { opened, open: release } = gate();
  await page.route('**/*.wasm', async (route) => {
    await opened;
    await route.continue();
  });
  await page.goto(path, { waitUntil: 'commit' });
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  return async () => {
    release();
    await alive(page);
  };
}

test('what is typed before the page is alive is kept', async ({ page, server }) => {
  await server.route('other.example.com');
  const wake = await asleep(page, SMART_HOSTS);
  const typed = {
    domain: 'example.com', host: 'mail.example.net', port: '587', comment: 'typed early',
    scope: 'Domain and subdomains',
  } as const;
  await type(entryRow(page), typed);
  await wake();
  await expectTyped(entryRow(page), typed);
  await button(page, 'Add').click();
  await expectRow(page, 'example.com', {
    domain: 'example.com and subdomains typed early', host: 'mail.example.net', port: '587',
  });
});

test('the focus stays where it is', async ({ page }) => {
  const wake = await asleep(page, SMART_HOSTS);
  await field(entryRow(page), 'host').focus();
  await page.keyboard.type('mail');
  await wake();
  await expect(field(entryRow(page), 'host')).toBeFocused();
  await page.keyboard.type('.example.net');
  await expectTyped(entryRow(page), { host: 'mail.example.net' });
});

test('what is typed into an editor before the page is alive is kept', async ({ page, server }) => {
  await server.route('example.com');
  const wake = await asleep(page, `${SMART_HOSTS}?edit=${FIRST}`);
  await type(editor(page), { host: 'new.example.net', port: '26' });
  await wake();
  await expectTyped(editor(page), { domain: 'example.com', host: 'new.example.net', port: '26' });
  await button(page, 'Save').click();
  await expectRow(page, 'example.com', { domain: 'example.com', host: 'new.example.net', port: '26' });
});

test('a search typed before the page is alive is kept', async ({ page, server }) => {
  await server.seed('smart-hosts', numbered(3));
  const wake = await asleep(page, SMART_HOSTS);
  await searchBox(page).fill('d002');
  await wake();
  await expect(searchBox(page)).toHaveValue('d002');
  await searchBox(page).press('Enter');
  await expectRows(page, ['d002.example.net']);
});

test('a row that is opened before the page is alive stays open', async ({ page, server }) => {
  await server.run('route', 'add', 'example.com', 'one.example.net:587', 'two.example.net:587');
  const wake = await asleep(page, SMART_HOSTS);
  await row(page, 'example.com').getByText('+1').click();
  await wake();
  await expect(row(page, 'example.com').getByText('two.example.net')).toBeVisible();
});

test('what is ticked before the page is alive is what Delete asks about', async ({ page, server }) => {
  await server.seed('smart-hosts', numbered(3));
  const wake = await asleep(page, SMART_HOSTS);
  await tick(page, 'd001.example.net').check();
  await wake();
  await expect(tick(page, 'd001.example.net')).toBeChecked();
  await button(page, 'Delete').click();
  await expect(dialog(page, 'Confirmation').getByText('Delete route d001.example.net?')).toBeVisible();
});

test('a default typed before the page is alive is kept', async ({ page }) => {
  const wake = await asleep(page, DEFAULT_ROUTING);
  await type(page.getByRole('main'), { host: 'mail.example.net', port: '2525' });
  await wake();
  await expectTyped(page.getByRole('main'), { host: 'mail.example.net', port: '2525' });
});

test('a page that is not alive yet works as one without JavaScript', async ({ page, server, faults }) => {
  faults.expectStatus(422);
  await server.route('other.example.com');
  const wake = await asleep(page, SMART_HOSTS);
  await tryAdd(page, { domain: 'not a domain', host: 'mail.example.net', comment: 'kept' });
  await expectWrong(entryRow(page), 'domain', 'has a space in it');
  await expectTyped(entryRow(page), { domain: 'not a domain', host: 'mail.example.net', comment: 'kept' });
  // It is put right before the page is alive, and that counts.
  await type(entryRow(page), { domain: 'example.com' });
  await wake();
  await expectTyped(entryRow(page), { domain: 'example.com', host: 'mail.example.net', comment: 'kept' });
  await button(page, 'Add').click();
  await expectRow(page, 'example.com', { domain: 'example.com kept', host: 'mail.example.net' });
});

test('dialogs that come open from the server become modal', async ({ page, server }) => {
  await server.route('example.com');
  for (const query of [`?delete=${FIRST}:${FIRST}`, '?ask=export']) {
    await open(page, SMART_HOSTS + query);
    const box = page.getByRole('dialog');
    await expect(box).toBeVisible();
    expect(await box.evaluate((element) => element.matches(':modal'))).toBe(true);
    await page.keyboard.press('Escape');
    await expect(box).toBeHidden();
    await expect(page).toHaveURL(SMART_HOSTS);
    await expect(row(page, 'example.com')).toBeVisible();
  }
});

declare global {
  interface Window {
    /** How much has moved since it was first asked. */
    shift: number;
  }
}

for (const path of [SMART_HOSTS, `${SMART_HOSTS}?edit=${FIRST + 2}`, `${SMART_HOSTS}?q=zzz`, MANAGED_DOMAINS, DEFAULT_ROUTING]) {
  test(`nothing moves when the page comes to life: ${path}`, async ({ page, server }) => {
    await server.seed('smart-hosts', numbered(30));
    await server.seed('managed-domains', [{ domain: 'a.example.com' }, { domain: 'b.example.com', host: 'own.example.net' }]);
    const wake = await asleep(page, path);
    // The style sheet is there: nothing is drawn without it.
    await page.waitForFunction(() => document.readyState !== 'loading');
    const places = () =>
      page.evaluate(() =>
        [...document.querySelectorAll('main *, header *, nav *')].map((element) => {
          const { x, y, width, height } = element.getBoundingClientRect();
          return `${element.tagName} ${[x, y, width, height].map(Math.round).join(' ')}`;
        }),
      );
    const before = await places();
    expect(before.length).toBeGreaterThan(30);
    // From here on: while a page arrives, its table may still find its widths.
    await page.evaluate(() => {
      window.shift = 0;
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) window.shift += (entry as PerformanceEntry & { value: number }).value;
      }).observe({ type: 'layout-shift' });
    });
    await wake();
    expect(await places()).toEqual(before);
    const shift = await page.evaluate(
      () =>
        new Promise<number>((resolve) => {
          requestAnimationFrame(() => requestAnimationFrame(() => resolve(window.shift)));
        }),
    );
    expect(shift).toBe(0);
  });
}
