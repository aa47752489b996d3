// A phone: things big enough for a finger, nothing beside the screen, a menu.
import type { Page } from '@playwright/test';
import {
  DEFAULT_ROUTING, MANAGED_DOMAINS, SMART_HOSTS, askDelete, askExport, button, edit, link, numbered, open,
} from '../support/console.ts';
import { FIRST } from '../support/server.ts';
import { expect, test } from '../support/test.ts';

/** Controls that a finger could miss: fewer than 44 px in either direction. */
async function small(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const controls = [...document.querySelectorAll<HTMLElement>('a[href], a[role=link], button, input, select, summary')];
    const seen = controls.filter((control) => {
      const modal = document.querySelector('dialog:modal');
      return (
        control.checkVisibility({ checkOpacity: true, checkVisibilityCSS: true }) &&
        control.getAttribute('type') !== 'hidden' &&
        (!modal || modal.contains(control)) &&
        // The skip link is for keyboards. A link within a sentence is exempt (WCAG 2.5.8).
        control.getAttribute('href') !== '#content' &&
        !(control.matches('a') && control.closest('p') && control.parentElement?.textContent !== control.textContent)
      );
    });
    if (seen.length < 5) throw new Error('no control is to be seen');
    return seen.flatMap((control) => {
      control.scrollIntoView({ block: 'center' });
      // A label is part of its control's target.
      const label = control.closest('label');
      const boxes = [control, ...(label ? [label] : [])].map((part) => part.getBoundingClientRect());
      const width = Math.max(...boxes.map((box) => box.width));
      const height = Math.max(...boxes.map((box) => box.height));
      if (width >= 43.5 && height >= 43.5) return [];
      return [`${Math.round(width)} x ${Math.round(height)}: ${control.outerHTML.slice(0, 140)}`];
    });
  });
}

test('every control is big enough for a finger', async ({ page, server }) => {
  await server.seed('smart-hosts', numbered(30));
  await open(page, `${SMART_HOSTS}?size=25`);
  expect(await small(page)).toEqual([]);
  await page.getByRole('checkbox', { name: 'Select all routes on this page' }).check();
  await expect(page.getByText('25 selected')).toBeVisible();
  expect(await small(page)).toEqual([]);
  await button(page, 'Menu').click();
  expect(await small(page)).toEqual([]);
  await page.keyboard.press('Escape');
  await edit(page, 'd000.example.net');
  expect(await small(page)).toEqual([]);
  await askExport(page);
  expect(await small(page)).toEqual([]);
  await open(page, DEFAULT_ROUTING);
  expect(await small(page)).toEqual([]);
});

test('no page is wider than the screen', async ({ page, server }) => {
  const long = `${'very-long-name-'.repeat(4)}x.${'another-long-name-'.repeat(3)}y.example.com`;
  await server.seed('smart-hosts', [
    { domain: long, host: `mail.${long}`, port: 65535, comment: 'A comment that goes on and on, '.repeat(8) },
  ]);
  await server.seed('managed-domains', [{ domain: `m.${long}`, host: `mail.${long}` }]);
  const wide = () => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  for (const path of [SMART_HOSTS, MANAGED_DOMAINS, DEFAULT_ROUTING, '/smtp/domains/smart-hosts?q=zzz', `${SMART_HOSTS}?edit=${FIRST}`]) {
    await open(page, path);
    expect(await wide(), path).toBe(0);
  }
  await open(page);
  await askDelete(page, long);
  expect(await wide()).toBe(0);
});

test('the menu opens, leads and closes', async ({ page }) => {
  await open(page, DEFAULT_ROUTING);
  await expect(link(page, 'Domains')).toBeHidden();
  await button(page, 'Menu').click();
  await link(page, 'Domains').click();
  await expect(page).toHaveURL(SMART_HOSTS);
  await expect(page.getByRole('heading', { name: 'Smart Hosts', level: 1 })).toBeVisible();
  await expect(link(page, 'Domains')).toBeHidden();
});
