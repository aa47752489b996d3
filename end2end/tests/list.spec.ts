// Sorting, searching and paging, and that the address says what is shown.
import {
  MANAGED_DOMAINS, SMART_HOSTS, alive, button, expectAlert, expectCount, expectRows, link, numbered, numberedNames, open,
  query, row, search, searchBox, table, tick,
} from '../support/console.ts';
import { FIRST } from '../support/server.ts';
import { expect, needsJavaScript, scripted, test } from '../support/test.ts';

const rows = [
  { domain: 'b.example.com', host: 'c.example.net', port: 587 },
  { domain: 'c.example.com', host: 'a.example.net', port: 2525 },
  { domain: 'a.example.com', host: 'b.example.net', port: 25 },
];

for (const path of [SMART_HOSTS, MANAGED_DOMAINS]) {
  test(`each column sorts both ways: ${path}`, async ({ page, server }) => {
    await server.seed(path === SMART_HOSTS ? 'smart-hosts' : 'managed-domains', rows);
    await open(page, path);
    const heading = (name: string) => table(page).getByRole('columnheader', { name, exact: true });
    await expect(heading('Domain Name')).toHaveAttribute('aria-sort', 'ascending');
    await expectRows(page, ['a.example.com', 'b.example.com', 'c.example.com']);
    const steps: [string, string, string[]][] = [
      ['Domain Name', 'descending', ['c', 'b', 'a']],
      ['Host Name or IP Address', 'ascending', ['c', 'a', 'b']],
      ['Host Name or IP Address', 'descending', ['b', 'a', 'c']],
      ['Port', 'ascending', ['a', 'b', 'c']],
      ['Port', 'descending', ['c', 'b', 'a']],
      ['Domain Name', 'ascending', ['a', 'b', 'c']],
    ];
    for (const [name, order, names] of steps) {
      await link(heading(name), name).click();
      await expect(heading(name)).toHaveAttribute('aria-sort', order);
      await expectRows(page, names.map((first) => `${first}.example.com`));
    }
    await expect(heading('Port')).not.toHaveAttribute('aria-sort', /./);
    await page.goBack();
    await expect(heading('Port')).toHaveAttribute('aria-sort', 'descending');
    await expectRows(page, ['c.example.com', 'b.example.com', 'a.example.com']);
  });
}

test('the search looks at any part of domain, host and comment, in any case and form', async ({ page, server }) => {
  await server.seed('smart-hosts', [
    { domain: 'bücher.example.com', host: 'one.example.net' },
    { domain: 'other.example.org', host: 'straße.example.net' },
    { domain: '.sub.example.org', host: '2001:db8::25', comment: 'Für Zoë, Ticket #4711 (100%)' },
  ]);
  await open(page);
  const found: [string, string[]][] = [
    ['büch', ['bücher.example.com']],
    ['BÜCH', ['bücher.example.com']],
    ['xn--bch', ['bücher.example.com']],
    ['ple.or', ['other.example.org', '.sub.example.org']],
    ['STRASSE', []],
    ['straße', ['other.example.org']],
    ['db8::2', ['.sub.example.org']],
    ['zoë', ['.sub.example.org']],
    ['#4711', ['.sub.example.org']],
    ['100%', ['.sub.example.org']],
    ['*.sub', ['.sub.example.org']],
    ['_', []],
  ];
  for (const [text, names] of found) {
    await search(page, text);
    await expectRows(page, names);
  }
});

test('typing in the search is enough', async ({ page, server }) => {
  needsJavaScript('without it, Enter or the button sends the search');
  await server.seed('smart-hosts', numbered(30));
  await open(page);
  await searchBox(page).pressSequentially('d00');
  await expectCount(page, '10 of 30 routes');
  await searchBox(page).pressSequentially('7');
  await expectRows(page, ['d007.example.net']);
  await expect(page).toHaveURL(/\?q=d007$/);
  // The letters of one search are one step.
  await page.goBack();
  await expectCount(page, '30 routes');
  await expect(searchBox(page)).toHaveValue('');
});

test('the Search button searches', async ({ page, server }) => {
  await server.seed('smart-hosts', numbered(3));
  await open(page);
  await searchBox(page).fill('d001');
  if (!scripted()) await button(page, 'Search').click();
  await expectRows(page, ['d001.example.net']);
});

test('where nothing matches, the page says so and leads back', async ({ page, server }) => {
  await server.seed('smart-hosts', rows);
  await open(page, `${SMART_HOSTS}?sort=-port`);
  await search(page, 'nothing <like> this');
  await expect(page.getByText('No route matches “nothing <like> this”')).toBeVisible();
  await expectCount(page, '0 of 3 routes');
  await link(page, 'Clear the search').click();
  await expectRows(page, ['c.example.com', 'b.example.com', 'a.example.com']);
  await expect(searchBox(page)).toHaveValue('');
});

test('a search keeps the order and the page size', async ({ page, server }) => {
  await server.seed('smart-hosts', numbered(40));
  await open(page, `${SMART_HOSTS}?sort=-domain&size=25`);
  await search(page, 'd0');
  await expect(row(page, 'd039.example.net')).toBeVisible();
  await expect(row(page, 'd014.example.net')).toBeHidden();
  expect(Object.fromEntries(query(page))).toEqual({ q: 'd0', sort: '-domain', size: '25' });
});

test('120 rows on three pages: next, last, previous, first', async ({ page, server }) => {
  await server.seed('smart-hosts', numbered(120));
  await open(page);
  const pages = page.getByRole('navigation', { name: 'Pages' });
  await expectCount(page, '120 routes');
  await expectRows(page, numberedNames(0, 50));
  await expect(link(pages, 'First page')).toBeDisabled();
  await expect(link(pages, 'Previous page')).toBeDisabled();
  await link(pages, 'Next page').click();
  await expectRows(page, numberedNames(50, 100));
  await link(pages, 'Next page').click();
  await expectRows(page, numberedNames(100, 120));
  await expect(link(pages, 'Next page')).toBeDisabled();
  await expect(link(pages, 'Last page')).toBeDisabled();
  await link(pages, 'Previous page').click();
  await expectRows(page, numberedNames(50, 100));
  await link(pages, 'First page').click();
  await expectRows(page, numberedNames(0, 50));
  await link(pages, 'Last page').click();
  await expect(row(page, 'd119.example.net')).toBeVisible();
  await expect(row(page, 'd000.example.net')).toBeHidden();
  await link(pages, 'First page').click();
  await expectRows(page, numberedNames(0, 50));
});

test('pages follow any order', async ({ page, server }) => {
  const seeds = numbered(60);
  await server.seed('smart-hosts', seeds);
  await open(page, `${SMART_HOSTS}?sort=-port&size=25`);
  const byPort = [...seeds].sort((a, b) => b.port - a.port).map((seed) => seed.domain);
  await expectRows(page, byPort.slice(0, 25));
  await link(page, 'Next page').click();
  await expectRows(page, byPort.slice(25, 50));
  await link(page, 'Next page').click();
  await expectRows(page, byPort.slice(50));
  await link(page, 'Previous page').click();
  await expectRows(page, byPort.slice(25, 50));
});

test('the page size can be chosen', async ({ page, server }) => {
  await server.seed('smart-hosts', numbered(120));
  await open(page);
  const size = page.getByRole('combobox', { name: 'Rows per page' });
  await expect(size).toHaveValue('50');
  await expect(size.getByRole('option')).toHaveText(['25', '50', '100', '500']);
  for (const choice of ['25', '100', '500']) {
    await size.selectOption(choice);
    if (!scripted()) await button(page, 'Show').click();
    await expect.poll(() => query(page).get('size')).toBe(choice);
    await expectRows(page, numberedNames(0, Math.min(120, Number(choice))));
  }
  await expect(page.getByRole('navigation', { name: 'Pages' })).toBeHidden();
  await page.goBack();
  await expectRows(page, numberedNames(0, 100));
  await expect(size).toHaveValue('100');
});

test('reload, back, forward and a shared link show the same list', async ({ page, server, colleague }) => {
  await server.seed('smart-hosts', numbered(120));
  await open(page);
  await search(page, 'd0');
  await link(page, 'Domain Name').click();
  await link(page, 'Next page').click();
  const shown = numberedNames(0, 50).reverse();
  await expectRows(page, shown);
  const address = page.url();

  await page.reload();
  await alive(page);
  await expectRows(page, shown);
  await expect(searchBox(page)).toHaveValue('d0');

  await page.goBack();
  await expectRows(page, numberedNames(50, 100).reverse());
  await page.goBack();
  await expectRows(page, numberedNames(0, 50));
  await page.goForward();
  await page.goForward();
  await expectRows(page, shown);
  expect(page.url()).toBe(address);

  await open(colleague, address);
  await expectRows(colleague, shown);
  await expect(searchBox(colleague)).toHaveValue('d0');
});

test('an address of a row that the search would hide shows the row without the search', async ({ page, server }) => {
  await server.seed('smart-hosts', numbered(60));
  await open(page, `${SMART_HOSTS}?q=d001&at=${FIRST + 58}`);
  await expect(row(page, 'd058.example.net')).toBeVisible();
  await expect(searchBox(page)).toHaveValue('');
  await expectCount(page, '60 routes');
  expect(query(page).has('q')).toBe(false);
});

test('an address of a row that is gone says so', async ({ page, server, faults }) => {
  faults.expectStatus(404);
  await server.seed('smart-hosts', numbered(3));
  await open(page, `${SMART_HOSTS}?at=99`);
  await expectAlert(page, 'That route is no longer there.');
  await expectCount(page, '3 routes');
});

test('an address that cannot be read shows the list all the same', async ({ page, server }) => {
  await server.seed('smart-hosts', rows);
  for (const bad of ['?sort=colour&size=7', '?after=%00', '?at=x', '?edit=x&delete=y']) {
    await open(page, SMART_HOSTS + bad);
    await expectRows(page, ['a.example.com', 'b.example.com', 'c.example.com']);
  }
});

test('what a search, an order, a page and a tick bring is said', async ({ page, server }) => {
  needsJavaScript('without it, each is a page of its own, which is read from its top');
  await server.seed('smart-hosts', numbered(60));
  await open(page);
  // A place that is to speak must be there before it does.
  await expect(page.getByRole('status')).toHaveCount(4);
  const said = page.getByRole('status').filter({ hasText: 'routes' });
  await expect(said).toHaveText('60 routes, from d000.example.net to d049.example.net');
  await link(page, 'Next page').click();
  await expect(said).toHaveText('60 routes, from d050.example.net to d059.example.net');
  await link(page, 'Domain Name').click();
  await expect(said).toHaveText('60 routes, from d059.example.net to d010.example.net');
  await search(page, 'd00');
  await expect(said).toHaveText('10 of 60 routes, from d009.example.net to d000.example.net');
  await search(page, 'nothing');
  await expect(said).toHaveText('0 of 60 routes');
  await search(page, 'd007');
  await tick(page, 'd007.example.net').check();
  await expect(page.getByRole('status').filter({ hasText: '1 selected' })).toBeVisible();
});
