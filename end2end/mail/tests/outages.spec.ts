// Whatever happens to the look-up service or to the database: mail waits, and none is lost,
// bounces, is sent twice, goes out in clear or without the login, or to anybody else.
import { join } from 'node:path';
import type { Gateway } from '../support/gateway.ts';
import { Load } from '../support/load.ts';
import { eventually } from '../support/run.ts';
import { expect, measured, test } from '../support/test.ts';
import { Nonsense, lock, moveAway } from '../support/trouble.ts';

const ACCOUNT = { user: 'gateway', password: 'secret' };
const MESSAGES = 500;
const RESTARTS = 8;
/** How long the service hangs: far longer than an answer takes, and less than the 100 s after which
 * Postfix gives up. */
const HANG_MS = 15_000;
/** What docs/postfix.md promises: from the repair to the next message that is taken, and to the end of
 * the queue. Both take a fraction of a second here; a machine that is busy with other things may
 * need more. */
const NEXT_MS = 30_000;
const ALL_MS = 60_000;

interface Outage {
  name: string;
  /** Whether mail is put off meanwhile; if not, none may be. */
  hinders: boolean;
  /** Brings it about and takes it back. */
  happen: (gateway: Gateway, load: Load) => Promise<void>;
}

const OUTAGES: Outage[] = [
  {
    name: 'the look-up service is not there',
    hinders: true,
    happen: async ({ lookup }, load) => {
      await lookup.stop();
      await load.hindrance(20);
      await lookup.start();
    },
  },
  {
    name: 'it is killed',
    hinders: false,
    happen: async ({ lookup }, load) => {
      await lookup.restart('SIGKILL');
      await load.progress(20);
    },
  },
  {
    name: 'it hangs',
    hinders: false,
    happen: async ({ lookup }, load) => {
      lookup.signal('SIGSTOP');
      await load.standstill();
      await new Promise((resolve) => setTimeout(resolve, HANG_MS));
      lookup.signal('SIGCONT');
      await load.progress(20);
    },
  },
  {
    name: `it is restarted ${RESTARTS} times`,
    hinders: false,
    happen: async ({ lookup }, load) => {
      for (let times = 0; times < RESTARTS; times += 1) {
        await lookup.restart('SIGTERM');
        await load.progress(5);
      }
    },
  },
  {
    name: 'somebody else answers nonsense',
    hinders: true,
    happen: async ({ lookup }, load) => {
      await lookup.stop();
      const nonsense = await Nonsense.listen(lookup.socket);
      await load.hindrance(20);
      expect(nonsense.asked).toBeGreaterThan(20);
      await nonsense.stop();
      await lookup.start();
    },
  },
  {
    name: 'the database is locked',
    hinders: false,
    happen: async (gateway, load) => {
      const unlock = await lock(database(gateway));
      await load.progress(40);
      await unlock();
    },
  },
  {
    name: 'the database is moved away',
    hinders: false,
    happen: async (gateway, load) => {
      const back = await moveAway(databaseFiles(gateway));
      await load.progress(40);
      await back();
    },
  },
  {
    name: 'the service starts again without its database',
    hinders: true,
    happen: async (gateway, load) => {
      const back = await moveAway(databaseFiles(gateway));
      await gateway.lookup.restart('SIGKILL');
      await load.hindrance(10);
      await back();
      await gateway.lookup.answers();
    },
  },
];

test(`${MESSAGES} messages in the middle of everything that can happen: all arrive, once`, async ({ gateway }) => {
  test.slow();
  const host = await gateway.smartHost('one.test', { accounts: { [ACCOUNT.user]: ACCOUNT.password } });
  await gateway.settings(host, { tls: 'verified', ...ACCOUNT });
  await gateway.console.route('example.org', host.name, String(host.port));
  const ids = Array.from({ length: MESSAGES }, (_, index) => `m${index}`);
  const load = new Load(gateway.postfix.port, 'example.org', 4);
  load.start();

  for (const [index, outage] of OUTAGES.entries()) {
    await test.step(outage.name, async () => {
      const [from, to] = [index, index + 1].map((part) => Math.floor((part * MESSAGES) / OUTAGES.length));
      const putOff = load.putOff.length;
      load.add(ids.slice(from, to));
      // Some are on their way already when it happens.
      await load.progress(10);
      await outage.happen(gateway, load);
      const mended = performance.now();
      await load.progress(1);
      const next = measured(`${outage.name}: from the repair to the next message`, mended);
      expect.soft(next, outage.name).toBeLessThan(NEXT_MS);
      // Postfix goes on to put off an address that it has put off once, until that process ends;
      // this is how to hurry. Where nothing was to be put off, there is nothing to hurry.
      if (outage.hinders) await gateway.postfix.reload();
      await load.reaches(to ?? 0);
      const late = load.putOff.slice(putOff);
      // The other outages are worth seeing even so.
      if (!outage.hinders) expect.soft(late, outage.name).toEqual([]);
      await everythingDelivered(gateway, host, to ?? 0);
      const all = measured(`${outage.name}: from the repair to all delivered`, mended);
      expect.soft(all, outage.name).toBeLessThan(ALL_MS);
    });
  }
  await load.stop();

  expect(load.refused).toEqual([]);
  expect([...load.accepted].sort()).toEqual([...ids].sort());
  expect(host.messages.map((message) => message.id).sort()).toEqual([...ids].sort());
  for (const message of host.messages) {
    expect(message).toMatchObject({ user: ACCOUNT.user, tls: 'TLSv1.3' });
  }
  expect(gateway.postfix.attempts.filter((attempt) => attempt.status === 'bounced')).toEqual([]);
  expect(gateway.astray).toEqual([]);
});

/** What Postfix took over and could not look up waits in its queue: it is told to try again. */
async function everythingDelivered(gateway: Gateway, host: { messages: unknown[] }, total: number): Promise<void> {
  await eventually('the queue was empty', async () => {
    if ((await gateway.postfix.queued()).length === 0) return true;
    await gateway.postfix.flush();
    return false;
  }, 200);
  await eventually('the smart host had noted all', () => host.messages.length >= total);
}

function database(gateway: Gateway): string {
  return join(gateway.console.dataDir, 'smart-hosts.db');
}

function databaseFiles(gateway: Gateway): string[] {
  return ['', '-wal', '-shm'].map((end) => database(gateway) + end);
}
