// How long a person with a slow machine waits: until the page is alive, and until it answers.
import { appendFile } from 'node:fs/promises';
import type { Locator, Page } from '@playwright/test';
import {
  SMART_HOSTS, alive, button, dialog, editor, entryRow, link, numbered, open, row, searchBox, tick, type,
} from '../support/console.ts';
import { ADMIN } from '../support/server.ts';
import { expect, test } from '../support/test.ts';

/** The processor is slowed down so many times. */
const SLOWER = 4;
const VISITS = 7;
/** Milliseconds that a hand rests on a button before it presses. */
const HAND = 300;

declare global {
  interface Window {
    aliveAt?: number;
    waited: number[];
    watching: PerformanceObserver;
  }
}

/** Hands a figure to whoever collects them, else shows it. `most` is its goal, if it has one. */
async function report(figure: string, value: number, most?: number): Promise<void> {
  const goal = most === undefined ? undefined : { at_most: most };
  const line = JSON.stringify({ figure, value, unit: 'ms', goal });
  const file = process.env.SMART_HOSTS_FIGURES;
  if (file === undefined) console.log(`      ${line}`);
  else await appendFile(file, `${line}\n`);
}

async function slow(page: Page): Promise<void> {
  const browser = await page.context().newCDPSession(page);
  await browser.send('Emulation.setCPUThrottlingRate', { rate: SLOWER });
}

/** The moment, in milliseconds since the page was asked for, at which it was alive. */
async function aliveAt(page: Page): Promise<number> {
  await page.addInitScript(() => {
    new MutationObserver(() => {
      if (document.documentElement.dataset.alive) window.aliveAt ??= performance.now();
    }).observe(document, { attributes: true, childList: true, subtree: true });
  });
  await open(page);
  return page.evaluate(() => window.aliveAt ?? NaN);
}

/** Clicks as a hand does, which gets there a moment before it presses, without the looks that Playwright else takes:
 *  they would be measured, too. */
async function click(target: Locator): Promise<void> {
  await expect(target).toBeEnabled();
  await target.hover({ force: true });
  await target.page().waitForTimeout(HAND);
  await target.click({ force: true, delay: 80 });
}

/** From the end of a click until the page shows what it led to, in milliseconds. */
async function seenAfter(target: Locator, selector: string): Promise<number> {
  const page = target.page();
  const seen = page.evaluate((what) => new Promise<number>((resolve) => {
    addEventListener('click', ({ timeStamp }) => {
      const look = () => {
        // The frame that is about to be drawn shows it.
        if (document.querySelector(what)) setTimeout(() => resolve(performance.now() - timeStamp));
        else requestAnimationFrame(look);
      };
      requestAnimationFrame(look);
    }, { capture: true, once: true });
  }), selector);
  await click(target);
  return seen;
}

function median(values: number[]): number {
  return values.toSorted((one, two) => one - two)[Math.floor(values.length / 2)] ?? NaN;
}

test('until a page is alive', async ({ browser, server }) => {
  await server.seed('smart-hosts', numbered(60));
  const state = await server.storageState(ADMIN);
  const [first, again]: [number[], number[]] = [[], []];
  for (let visit = 0; visit < VISITS; visit += 1) {
    const context = await browser.newContext({ baseURL: server.url, storageState: state });
    const page = await context.newPage();
    await slow(page);
    first.push(await aliveAt(page));
    again.push(await aliveAt(page));
    await context.close();
  }
  await report('alive, nothing kept, 4 times slower, p50', median(first), 1000);
  await report('alive, files kept, 4 times slower, p50', median(again), 1000);
});

/** How long a person waits, in milliseconds: for the worst answer to a click or key, for an editor and for a dialog. */
async function waits(page: Page, domain: string): Promise<[worst: number, editor: number, dialog: number]> {
  await page.addInitScript(() => {
    window.waited = [];
    window.watching = new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) {
        if ('interactionId' in entry && entry.interactionId) window.waited.push(entry.duration);
      }
    });
    window.watching.observe({ type: 'event', durationThreshold: 16, buffered: true } as PerformanceObserverInit);
  });
  await open(page);
  await slow(page);
  await click(tick(page, 'd000.example.net'));
  await click(page.getByRole('checkbox', { name: 'Select all routes on this page' }));
  await click(button(page, 'Clear selection'));
  const untilEditor = await seenAfter(button(page, 'Edit d001.example.net'), '.row-editing');
  await expect(editor(page)).toBeVisible();
  await page.keyboard.type('abc', { delay: 80 });
  await page.keyboard.press('Escape');
  const untilDialog = await seenAfter(button(page, 'Delete d002.example.net'), 'dialog:modal');
  await click(button(dialog(page, 'Confirmation'), 'Cancel'));
  await expect(dialog(page, 'Confirmation')).toBeHidden();
  await type(entryRow(page), { domain, host: 'mail.example.net' });
  await click(button(page, 'Add'));
  await expect(row(page, domain)).toBeVisible();
  await click(link(page, 'Domain Name'));
  await expect(row(page, domain)).toBeVisible();
  await click(link(page, 'Next page'));
  await expect(row(page, 'd000.example.net')).toBeHidden();
  await click(searchBox(page));
  await page.keyboard.type('d01', { delay: 80 });
  await expect(row(page, 'd010.example.net')).toBeVisible();
  await expect(row(page, 'd050.example.net')).toBeHidden();
  await alive(page);
  // Told in steps of 8 ms, and only from 16 ms on.
  const waited = await page.evaluate(() => {
    const last = window.watching.takeRecords().map((entry) => entry.duration);
    return [...window.waited, ...last];
  });
  expect(waited.length).toBeGreaterThan(10);
  return [Math.max(...waited), untilEditor, untilDialog];
}

test('until it answers', async ({ browser, server }) => {
  await server.seed('smart-hosts', numbered(160));
  const state = await server.storageState(ADMIN);
  const found: [number, number, number][] = [];
  for (let visit = 0; visit < VISITS; visit += 1) {
    const context = await browser.newContext({ baseURL: server.url, storageState: state });
    const page = await context.newPage();
    found.push(await waits(page, `new${visit}.example.net`));
    await expect(page).toHaveURL(new RegExp(`^${server.url}${SMART_HOSTS}`));
    await context.close();
  }
  const middle = (which: 0 | 1 | 2): number => median(found.map((each) => each[which]));
  await report('worst answer to a click or key, 4 times slower, p50', middle(0), 100);
  await report('editor after a click, 4 times slower, p50', middle(1));
  await report('dialog after a click, 4 times slower, p50', middle(2));
});
