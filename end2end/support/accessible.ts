// What axe says about a page: WCAG 2.2 A and AA.
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect } from './test.ts';

/** Checks the page as it is now, in both colour schemes. */
export async function expectAccessible(page: Page): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    // What has been scrolled below the bar is not too small to be touched: it is elsewhere.
    await page.evaluate(() => scrollTo(0, 0));
    const { violations } = await new AxeBuilder({ page })
      // Style sheets need not be fetched again: no rule that is used reads them.
      .options({ preload: false })
      .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
      .analyze();
    const found = violations.flatMap(({ id, nodes }) =>
      nodes.map((node) => `${colorScheme} ${id}: ${node.html.slice(0, 120)} ${node.failureSummary ?? ''}`),
    );
    expect(found).toEqual([]);
  }
}
