import {
  MANAGED_DOMAINS, add, alive, button, entryRow, expectRows, expectWrong, link, open, row, table, type,
} from '../support/console.ts';
import { expect, test } from '../support/test.ts';

test('of two who claim a domain at once, as a route and as a managed domain, exactly one wins', async ({
  page, colleague, server, faults,
}) => {
  faults.expectStatus(409);
  await open(page);
  await open(colleague, MANAGED_DOMAINS);
  for (let round = 0; round < 3; round++) {
    const name = `race${round}.example.com`;
    await type(entryRow(page), { domain: name, host: 'mail.example.net', scope: 'Domain and subdomains' });
    await type(entryRow(colleague), { domain: name.toUpperCase(), host: 'own.example.net' });
    await Promise.all([button(page, 'Add').click(), button(colleague, 'Add').click()]);

    const settled = async () => {
      const routes = (await server.routes()).filter((route) => route.domain === name).length;
      const managed = (await server.managedDomains()).filter((domain) => domain.domain === name).length;
      return { routes, managed };
    };
    await expect.poll(async () => { const { routes, managed } = await settled(); return routes + managed; }).toBe(1);
    const { routes } = await settled();
    const [winner, loser] = routes === 1 ? [page, colleague] : [colleague, page];
    await expect(row(winner, name)).toBeVisible();
    await expectWrong(entryRow(loser), 'domain', routes === 1 ? /is a smart host route/ : /is a managed domain/);
    await expect(row(loser, name)).toHaveCount(0);
    expect(await settled()).toEqual({ routes, managed: 1 - routes });
  }
});

test('of two who add the same route at once, one wins and the other is shown it', async ({
  page, colleague, server, faults,
}) => {
  faults.expectStatus(409);
  await open(page);
  await open(colleague);
  await type(entryRow(page), { domain: 'example.com', host: 'one.example.net' });
  await type(entryRow(colleague), { domain: 'EXAMPLE.com.', host: 'two.example.net' });
  await Promise.all([button(page, 'Add').click(), button(colleague, 'Add').click()]);
  await expect.poll(async () => (await server.routes()).length).toBe(1);
  const [route] = await server.routes();
  const [winner, loser] = route?.host === 'one.example.net' ? [page, colleague] : [colleague, page];
  await expect(row(winner, 'example.com')).toBeVisible();
  await expectWrong(entryRow(loser), 'domain', /There is already a route for example\.com/);
  await link(entryRow(loser), 'Show example.com').click();
  await expect(row(loser, 'example.com')).toBeVisible();
});

test('what one adds the other sees on the next look', async ({ page, colleague, server }) => {
  await open(page);
  await open(colleague);
  await add(page, { domain: 'example.com', host: 'mail.example.net' });
  await server.route('cli.example.com');
  await colleague.reload();
  await alive(colleague);
  await expect(table(colleague, 'Smart Hosts')).toBeVisible();
  await expectRows(colleague, ['cli.example.com', 'example.com']);
});
