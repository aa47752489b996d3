import {
  FIELDS, add, alive, button, entryRow, expectCount, expectEntryBlank, expectMarked, expectRight, expectRow, expectRows,
  expectSaid, expectTyped, field, numbered, open, query, row, search, searchBox, table, tryAdd, type,
} from '../support/console.ts';
import { expect, needsJavaScript, scripted, test } from '../support/test.ts';

test('the first route takes the place of the empty list', async ({ page }) => {
  await open(page);
  await expect(page.getByText('No routes yet')).toBeVisible();
  await expectCount(page, '0 routes');
  await expectTyped(entryRow(page), { domain: '', host: '', port: '25', comment: '', scope: 'This domain' });
  await tryAdd(page, { domain: 'example.com', host: 'mail.example.net' });
  await expectSaid(page, 'Added example.com: mail goes to mail.example.net, port 25.');
  await expectRow(page, 'example.com', { domain: 'example.com', host: 'mail.example.net', port: '25' });
  await expectCount(page, '1 route');
  await expect(page.getByText('No routes yet')).toBeHidden();
  await expectEntryBlank(page);
});

// Not in Applies to: there, Enter is the browser's own, and opens the choices.
for (const name of ['domain', 'host', 'port', 'comment'] as const) {
  test(`Enter in ${FIELDS[name]} adds`, async ({ page, server }) => {
    await open(page);
    await type(entryRow(page), {
      domain: 'example.com', host: 'mail.example.net', port: '587', comment: 'by Enter',
    });
    await field(entryRow(page), name).press('Enter');
    await expectSaid(page, 'Added example.com');
    await expectRow(page, 'example.com', { domain: 'example.com by Enter', host: 'mail.example.net', port: '587' });
    await expectEntryBlank(page);
    if (scripted()) await expect(field(entryRow(page), 'domain')).toBeFocused();
    expect(await server.routes()).toMatchObject([
      { domain: 'example.com', host: 'mail.example.net', port: 587, scope: 'domain', comment: 'by Enter' },
    ]);
  });
}

test('one route after another, without touching the mouse', async ({ page }) => {
  needsJavaScript('without it, each addition is a page of its own');
  await open(page);
  await field(entryRow(page), 'domain').focus();
  for (const name of ['one', 'two', 'three']) {
    await page.keyboard.type(`${name}.example.com`);
    await field(entryRow(page), 'host').focus();
    await page.keyboard.type(`${name}.example.net`);
    await page.keyboard.press('Enter');
    await expect(field(entryRow(page), 'domain')).toBeFocused();
    await expect(field(entryRow(page), 'domain')).toHaveValue('');
  }
  await expectRows(page, ['one.example.com', 'three.example.com', 'two.example.com']);
});

test('a new row is shown and marked although it belongs on another page', async ({ page, server }) => {
  await server.seed('smart-hosts', numbered(60));
  await open(page);
  await expect(row(page, 'd000.example.net')).toBeVisible();
  await tryAdd(page, { domain: 'zzz.example.com', host: 'mail.example.net' });
  await expectSaid(page, 'Added zzz.example.com');
  await expect(row(page, 'zzz.example.com')).toBeInViewport();
  await expect(row(page, 'd000.example.net')).toBeHidden();
  await expectMarked(page, 'zzz.example.com', 'd059.example.net');
  await expectCount(page, '61 routes');
  // The address leads there, too.
  await page.reload();
  await alive(page);
  await expect(row(page, 'zzz.example.com')).toBeVisible();
});

test('a new row is shown although the search does not find it', async ({ page, server }) => {
  await server.seed('smart-hosts', numbered(5));
  await open(page);
  await search(page, 'd003');
  await expectRows(page, ['d003.example.net']);
  await tryAdd(page, { domain: 'other.example.com', host: 'mail.example.net' });
  await expectSaid(page, 'Added other.example.com');
  await expect(row(page, 'other.example.com')).toBeVisible();
  await expect(searchBox(page)).toHaveValue('');
  expect(query(page).get('q')).toBeNull();
});

test('an addition stays where it is when the row belongs on the page', async ({ page, server }) => {
  await server.seed('smart-hosts', numbered(3));
  await open(page, '/smtp/domains/smart-hosts?sort=-domain');
  await add(page, { domain: 'd0015.example.net', host: 'mail.example.net' });
  await expectRows(page, ['d002.example.net', 'd0015.example.net', 'd001.example.net', 'd000.example.net']);
  expect(query(page).get('sort')).toBe('-domain');
});

const spellings = [
  { what: 'capitals and a trailing dot', typed: ' Example.COM. ', host: 'Mail.Example.NET.', domain: 'example.com', stored: 'mail.example.net' },
  { what: 'an IPv4 address', typed: 'example.com', host: '192.0.2.1', domain: 'example.com', stored: '192.0.2.1' },
  { what: 'an IPv6 address', typed: 'example.com', host: '2001:DB8:0:0::1', domain: 'example.com', stored: '2001:db8::1' },
  { what: 'an IPv6 address in brackets', typed: 'example.com', host: '[2001:db8::1]', domain: 'example.com', stored: '2001:db8::1' },
];
for (const { what, typed, host, domain, stored } of spellings) {
  test(`${what} is stored canonical`, async ({ page, server }) => {
    await open(page);
    await tryAdd(page, { domain: typed, host });
    await expectRow(page, domain, { domain, host: stored, port: '25' });
    expect(await server.routes()).toMatchObject([{ domain, host: stored, port: 25 }]);
  });
}

test('an international name is shown as it is read and as it is sent', async ({ page, server }) => {
  await open(page);
  await tryAdd(page, { domain: 'Bücher.example.com', host: 'Straße.example.net' });
  await expectSaid(page, 'Added bücher.example.com');
  await expectRow(page, 'bücher.example.com', {
    domain: 'bücher.example.com xn--bcher-kva.example.com',
    host: 'straße.example.net xn--strae-oqa.example.net',
    port: '25',
  });
  expect(await server.routes()).toMatchObject([
    { domain: 'xn--bcher-kva.example.com', host: 'xn--strae-oqa.example.net' },
  ]);
});

test('a pasted host:port becomes host and port', async ({ page, server }) => {
  await open(page);
  await type(entryRow(page), { domain: 'example.com', host: 'mail.example.net:2525' });
  if (scripted()) {
    await field(entryRow(page), 'host').blur();
    await expectTyped(entryRow(page), { host: 'mail.example.net', port: '2525' });
  }
  await button(page, 'Add').click();
  await expectRow(page, 'example.com', { domain: 'example.com', host: 'mail.example.net', port: '2525' });
  await tryAdd(page, { domain: 'six.example.com', host: '[2001:db8::1]:587' });
  await expectRow(page, 'six.example.com', { domain: 'six.example.com', host: '2001:db8::1', port: '587' });
  expect(await server.routes()).toHaveLength(2);
});

test('a pasted host:port counts even when Enter follows at once', async ({ page }) => {
  await open(page);
  await type(entryRow(page), { domain: 'example.com', host: 'mail.example.net:2525' });
  await field(entryRow(page), 'host').press('Enter');
  await expectRow(page, 'example.com', { domain: 'example.com', host: 'mail.example.net', port: '2525' });
});

test('a route is for a domain, its subdomains, or both', async ({ page, server }) => {
  await open(page);
  await expect(field(entryRow(page), 'scope').getByRole('option')).toHaveText([
    'This domain', 'Subdomains only', 'Domain and subdomains',
  ]);
  await add(page, { domain: 'a.example.com', host: 'mail.example.net' });
  await add(page, { domain: 'b.example.com', host: 'mail.example.net', scope: 'Subdomains only' }, '.b.example.com');
  await add(page, { domain: 'c.example.com', host: 'mail.example.net', scope: 'Domain and subdomains' });
  await add(page, { domain: '.d.example.com', host: 'mail.example.net', scope: 'This domain' });
  await add(page, { domain: '*.e.example.com', host: 'mail.example.net' }, '.e.example.com');
  await expectRow(page, 'a.example.com', { domain: 'a.example.com' });
  await expectRow(page, '.b.example.com', { domain: '.b.example.com subdomains only' });
  await expectRow(page, 'c.example.com', { domain: 'c.example.com and subdomains' });
  await expectRow(page, '.d.example.com', { domain: '.d.example.com subdomains only' });
  await expectRow(page, '.e.example.com', { domain: '.e.example.com subdomains only' });
  expect((await server.routes()).map((route) => route.scope)).toEqual([
    'domain', 'subdomains', 'both', 'subdomains', 'subdomains',
  ]);
});

test('the domain itself and its subdomains can go different ways', async ({ page }) => {
  await open(page);
  await add(page, { domain: 'example.com', host: 'one.example.net' });
  await add(page, { domain: '.example.com', host: 'two.example.net' });
  await expectRow(page, 'example.com', { domain: 'example.com', host: 'one.example.net' });
  await expectRow(page, '.example.com', { domain: /^\.example\.com/, host: 'two.example.net' });
});

test('what is odd but allowed is said with the addition', async ({ page }) => {
  await open(page);
  await tryAdd(page, { domain: 'mail.test', host: 'relay' });
  await expectSaid(page, 'Added mail.test');
  await expectSaid(page, 'mail.test ends in .test');
  await expectSaid(page, 'relay is one word');
});

test('what was said can be dismissed', async ({ page }) => {
  needsJavaScript('without it, the next page says something else');
  await open(page);
  await add(page, { domain: 'example.com', host: 'mail.example.net' });
  await button(page, 'Dismiss').click();
  await expect(page.getByText('Added example.com')).toBeHidden();
  await expect(page.getByRole('main')).toBeFocused();
});

test('a double click on Add adds once and complains of nothing', async ({ page, server }) => {
  needsJavaScript('without it, the browser leaves the page at the first click');
  await open(page);
  await type(entryRow(page), { domain: 'example.com', host: 'mail.example.net' });
  await button(page, 'Add').dblclick();
  await expectSaid(page, 'Added example.com');
  await expectRight(entryRow(page), 'domain');
  expect(await server.routes()).toHaveLength(1);
});

test('letters that follow Enter at once belong to the next row', async ({ page }) => {
  needsJavaScript('without it, each addition is a page of its own');
  await open(page);
  await type(entryRow(page), { domain: 'one.example.com', host: 'mail.example.net' });
  await field(entryRow(page), 'host').focus();
  await Promise.all([page.keyboard.press('Enter'), page.keyboard.type('two')]);
  await expectSaid(page, 'Added one.example.com');
  await expectTyped(entryRow(page), { domain: 'two', host: '' });
  await expectRows(page, ['one.example.com']);
});

test('markup in a comment is text', async ({ page }) => {
  await open(page);
  await add(page, { domain: 'example.com', host: 'mail.example.net', comment: '<img src=x onerror=alert(1)> & "more"' });
  await expectRow(page, 'example.com', { domain: 'example.com <img src=x onerror=alert(1)> & "more"' });
  await expect(table(page).getByRole('img')).toHaveCount(0);
});

test('what was added is on its way before the page is left', async ({ page, server }) => {
  needsJavaScript('without it, the browser sends the form');
  await open(page);
  await type(entryRow(page), { domain: 'example.com', host: 'mail.example.net' });
  const sent = await page.evaluate(async () => {
    let sent = 0;
    const { fetch } = window;
    window.fetch = (...request) => {
      sent += 1;
      return fetch(...request);
    };
    document.querySelector<HTMLFormElement>('form#entry')?.requestSubmit();
    dispatchEvent(new Event('pagehide'));
    // No frame is shown meanwhile.
    for (let task = 0; task < 100; task += 1) await null;
    return sent;
  });
  expect(sent).toBe(1);
  await expectSaid(page, 'Added example.com');
  expect(await server.routes()).toHaveLength(1);
});
