// For people who want less motion or larger text.
import { add, askDelete, button, entryRow, field, numbered, open } from '../support/console.ts';
import { expect, needsDesktop, test } from '../support/test.ts';

test('nothing moves where a person wants it still', async ({ page, server }) => {
  await server.seed('smart-hosts', numbered(3));
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await open(page);
  const moving = () =>
    page.evaluate(() => {
      const seconds = (list: string) => Math.max(...list.split(',').map((time) => parseFloat(time) * (time.includes('ms') ? 0.001 : 1)));
      return [...document.querySelectorAll('*')]
        .filter((element) => {
          const style = getComputedStyle(element);
          return (
            seconds(style.transitionDuration) > 0.001 ||
            (style.animationName !== 'none' && seconds(style.animationDuration) > 0.001)
          );
        })
        .map((element) => element.outerHTML.slice(0, 80));
    });
  expect(await moving()).toEqual([]);
  await add(page, { domain: 'new.example.com', host: 'mail.example.net' });
  expect(await moving()).toEqual([]);
  await askDelete(page, 'new.example.com');
  expect(await moving()).toEqual([]);
});

test('nothing is cut off when the text is so large that the screen has 320 px', async ({ page, server }) => {
  needsDesktop('a phone zooms');
  await server.seed('smart-hosts', numbered(3));
  // WCAG 1.4.10: 400 % on a screen of 1280 px is a width of 320 px.
  await page.setViewportSize({ width: 320, height: 640 });
  await open(page);
  expect(
    await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth),
  ).toBe(0);
  await expect(field(entryRow(page), 'domain')).toBeVisible();
  await expect(button(page, 'Delete')).toBeVisible();
});
