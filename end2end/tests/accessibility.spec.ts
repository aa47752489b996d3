// WCAG 2.2 A and AA, touch targets, reduced motion.
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import {
  DEFAULT_ROUTING, MANAGED_DOMAINS, SMART_HOSTS, add, askDelete, askDeleteTicked, askExport, button, edit, editor,
  entryRow, expectAlert, expectWrong, field, link, numbered, open, search, tick, tryAdd, type,
} from '../support/console.ts';
import type { Server } from '../support/server.ts';
import { expect, needsJavaScript, needsPhone, onPhone, scripted, test } from '../support/test.ts';

/** Checks the page as it is now, in both colour schemes. */
async function expectAccessible(page: Page): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
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

async function fill(server: Server): Promise<void> {
  await server.seed('smart-hosts', [
    { domain: 'a.example.com', comment: 'Ticket 4711' },
    { domain: 'bücher.example.com', host: 'straße.example.net', scope: 'both' },
    { domain: '.c.example.com', host: '2001:db8::1', port: 2525 },
  ]);
  await server.seed('managed-domains', [
    { domain: 'd.example.com' },
    { domain: 'e.example.com', host: 'own.example.net', comment: 'Berlin' },
  ]);
}

const states: Record<string, (page: Page, server: Server) => Promise<void>> = {
  'an empty list': (page) => open(page),
  'a list with rows': async (page, server) => {
    await fill(server);
    await open(page);
  },
  'a list of several pages': async (page, server) => {
    await server.seed('smart-hosts', numbered(30));
    await open(page, `${SMART_HOSTS}?size=25`);
  },
  'managed domains without a default': async (page, server) => {
    await fill(server);
    await open(page, MANAGED_DOMAINS);
  },
  'default domain routing': async (page, server) => {
    await fill(server);
    await open(page, DEFAULT_ROUTING);
  },
  'an address without a page': (page) => open(page, '/nowhere'),
  'a search without a match': async (page, server) => {
    await fill(server);
    await open(page);
    await search(page, 'nothing');
  },
  'an addition and what is said of it': async (page, server) => {
    await server.managedDomain('managed.example.com');
    await open(page);
    await add(page, { domain: '.managed.example.com', host: 'relay' });
  },
  'refusals': async (page, server) => {
    await server.managedDomain('managed.example.com');
    await open(page);
    await tryAdd(page, { domain: 'not a domain', host: '0.0.0.0', port: 'x' });
    await expectWrong(entryRow(page), 'port', 'is no port');
    await tryAdd(page, { domain: 'managed.example.com', host: 'mail.example.net', port: '25' });
    await expectWrong(entryRow(page), 'domain', 'is a managed domain');
  },
  'an editor with refusals': async (page, server) => {
    await fill(server);
    await open(page);
    await edit(page, 'a.example.com');
    await type(editor(page), { host: '::' });
    await button(page, 'Save').click();
    await expectWrong(editor(page), 'host', ':: stands for no particular host');
  },
  'the confirmation for one': async (page, server) => {
    await fill(server);
    await open(page);
    await askDelete(page, 'a.example.com');
  },
  'the confirmation for several': async (page, server) => {
    await fill(server);
    await open(page);
    await tick(page, 'a.example.com').check();
    await tick(page, '.c.example.com').check();
    await askDeleteTicked(page);
  },
  'the export dialog': async (page, server) => {
    await fill(server);
    await open(page);
    await search(page, 'a.');
    await askExport(page);
  },
  'an alert': async (page, server) => {
    await fill(server);
    await open(page);
    await button(page, 'Delete').click();
    await expectAlert(page, 'Nothing is ticked');
  },
  'a default that is refused': async (page) => {
    await open(page, DEFAULT_ROUTING);
    await type(page.getByRole('main'), { host: '::', port: 'x' });
    await button(page, 'Save').click();
    await expectWrong(page.getByRole('main'), 'port', 'is no port');
  },
};

for (const [name, reach] of Object.entries(states)) {
  test(`axe has nothing to say about ${name}`, async ({ page, server, faults }) => {
    needsJavaScript('axe is a script itself');
    faults.expectStatus(404, 409, 422);
    await reach(page, server);
    await expectAccessible(page);
  });
}

test('axe has nothing to say about a selection', async ({ page, server }) => {
  needsJavaScript('the bar that says how many are selected needs a script');
  await server.seed('smart-hosts', numbered(30));
  await open(page, `${SMART_HOSTS}?size=25`);
  await page.getByRole('checkbox', { name: 'Select all routes on this page' }).check();
  await expect(page.getByText('25 selected')).toBeVisible();
  await expectAccessible(page);
});

test('axe has nothing to say about rows on their way and refused', async ({ page, server, faults }) => {
  needsJavaScript('without it, there are none');
  faults.expectStatus(409);
  await server.managedDomain('one.example.com');
  await open(page);
  let release = (): void => undefined;
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  await page.route('**/api/list/add', async (route) => {
    await released;
    await route.continue();
  });
  await tryAdd(page, { domain: 'one.example.com', host: 'mail.example.net' });
  await type(entryRow(page), { domain: 'two.example.com' });
  await expect(page.getByText('Adding…')).toBeVisible();
  await expectAccessible(page);
  release();
  await expectAlert(page, /was not added/);
  await expectAccessible(page);
});

test('axe has nothing to say about the open menu', async ({ page }) => {
  needsPhone('elsewhere the navigation is always there');
  await open(page);
  await button(page, 'Menu').click();
  await expect(link(page, 'Domains')).toBeInViewport();
  await expectAccessible(page);
});

test.describe('on a phone', () => {
  test.beforeEach(() => needsPhone('a mouse hits smaller things'));

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
    for (const path of [SMART_HOSTS, MANAGED_DOMAINS, DEFAULT_ROUTING, '/smtp/domains/smart-hosts?q=zzz', `${SMART_HOSTS}?edit=1`]) {
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
});

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

test('the text can be twice as large without anything being cut off', async ({ page, server }) => {
  test.skip(onPhone(), 'a phone zooms');
  await server.seed('smart-hosts', numbered(3));
  // WCAG 1.4.10: 400 % on a screen of 1280 px is a width of 320 px.
  await page.setViewportSize({ width: 320, height: 640 });
  await open(page);
  expect(
    await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth),
  ).toBe(0);
  await expect(field(entryRow(page), 'domain')).toBeVisible();
  if (scripted()) await expect(button(page, 'Delete')).toBeVisible();
});
