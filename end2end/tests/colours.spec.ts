import type { Page } from '@playwright/test';
import { MANAGED_DOMAINS, SMART_HOSTS, alive, button, link, open, row, table } from '../support/console.ts';
import { expect, test } from '../support/test.ts';

/** How light the page's background is, from 0 (black) to 255. */
async function lightness(page: Page): Promise<number> {
  return page.evaluate(() => {
    // A canvas turns any notation of a colour into bytes.
    const canvas = document.createElement('canvas').getContext('2d');
    if (!canvas) throw new Error('there is no canvas');
    for (const element of [document.documentElement, document.body]) {
      canvas.fillStyle = getComputedStyle(element).backgroundColor;
      canvas.fillRect(0, 0, 1, 1);
    }
    const [red = 0, green = 0, blue = 0] = canvas.getImageData(0, 0, 1, 1).data;
    return (red + green + blue) / 3;
  });
}

const dark = (page: Page) => expect.poll(() => lightness(page)).toBeLessThan(80);
const light = (page: Page) => expect.poll(() => lightness(page)).toBeGreaterThan(175);

test('the page follows the system until a choice is made', async ({ page }) => {
  await page.emulateMedia({ colorScheme: 'light' });
  await open(page);
  await light(page);
  await page.emulateMedia({ colorScheme: 'dark' });
  await dark(page);
  await expect(button(page, 'System colours')).toHaveAttribute('aria-pressed', 'true');
});

for (const [system, choice, seen] of [['light', 'Dark', dark], ['dark', 'Light', light]] as const) {
  test(`${choice} colours stay, whatever the system wants`, async ({ page }) => {
    await page.emulateMedia({ colorScheme: system });
    await open(page, `${SMART_HOSTS}?q=b%C3%BCcher&sort=-port`);
    await button(page, `${choice} colours`).click();
    await seen(page);
    await expect(button(page, `${choice} colours`)).toHaveAttribute('aria-pressed', 'true');
    await expect(button(page, 'System colours')).toHaveAttribute('aria-pressed', 'false');
    // The list is where it was.
    await expect(page).toHaveURL(`${SMART_HOSTS}?q=b%C3%BCcher&sort=-port`);
    await page.reload();
    await alive(page);
    await seen(page);
    await expect(button(page, `${choice} colours`)).toHaveAttribute('aria-pressed', 'true');
    await link(page, 'Managed Domains').first().click();
    await expect(table(page, 'Managed Domains')).toBeVisible();
    await seen(page);
    await open(page, MANAGED_DOMAINS);
    await seen(page);
    await button(page, 'System colours').click();
    await (system === 'dark' ? dark(page) : light(page));
  });
}

test('no page flashes in the wrong colours', async ({ page }) => {
  await page.emulateMedia({ colorScheme: 'light' });
  await open(page);
  await button(page, 'Dark colours').click();
  await dark(page);
  await page.goto(SMART_HOSTS, { waitUntil: 'commit' });
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
});

test('in the colours of the system icons are seen, and which routes are enabled', async ({ page, server }) => {
  await server.run('route', 'add', 'off.example', 'mail.example.net', '25', '--disabled');
  await server.run('route', 'add', 'on.example', 'mail.example.net', '25');
  await page.emulateMedia({ forcedColors: 'active' });
  await open(page);
  const track = (name: string) => row(page, name).getByRole('switch')
    .evaluate((control) => getComputedStyle(control, '::before').backgroundColor);
  expect(await track('on.example')).not.toBe(await track('off.example'));
  const [icon, ground] = await button(page, 'Edit on.example').locator('.icon')
    .evaluate((drawn) => [drawn, document.documentElement].map((of) => getComputedStyle(of).backgroundColor));
  expect(icon).not.toBe(ground);
});
