// Each misconfiguration is found under its name, and the command that the doctor names mends it.
import { chmod, chown } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Check, Gateway } from '../support/gateway.ts';
import { run } from '../support/run.ts';
import { expect, test } from '../support/test.ts';
import { Nonsense } from '../support/trouble.ts';

interface Misconfiguration {
  name: string;
  /** The check that must fail. */
  check: string;
  /** What the fix must say, which is run unless `mend` does it. */
  fix: RegExp;
  /** Does it wrong. What it returns is undone where the fix is not one that can be run here. */
  spoil: (gateway: Gateway) => Promise<void | (() => Promise<void>)>;
}

const postconf = (...args: string[]) => async ({ postfix }: Gateway): Promise<void> => {
  await run('postconf', '-c', postfix.config, ...args);
};

const MISCONFIGURATIONS: Misconfiguration[] = [
  {
    name: 'the look-up service is not there',
    check: 'socket',
    fix: /systemctl start/,
    spoil: async ({ lookup }) => {
      await lookup.stop();
      return () => lookup.start();
    },
  },
  {
    name: 'somebody else answers nonsense',
    check: 'lookup-service',
    fix: /systemctl/,
    spoil: async ({ lookup }) => {
      await lookup.stop();
      const nonsense = await Nonsense.listen(lookup.socket);
      return async () => {
        await nonsense.stop();
        await lookup.start();
      };
    },
  },
  {
    name: 'the folder of the socket is not for Postfix',
    check: 'socket-folder',
    fix: /^install -d .*-m 2750/,
    spoil: async ({ lookup }) => {
      await chown(dirname(lookup.socket), 0, 0);
      await chmod(dirname(lookup.socket), 0o700);
    },
  },
  {
    name: 'the socket is not for Postfix',
    check: 'socket',
    fix: /^chgrp postfix .*chmod 0660/,
    spoil: async ({ lookup }) => chmod(lookup.socket, 0o600),
  },
  {
    name: 'a table has a wrong name',
    check: 'transport-maps',
    fix: /postconf .*-e '?transport_maps=socketmap:unix:smart-hosts\/lookup.sock:transport'?( |$)/,
    spoil: postconf('-e', 'transport_maps=socketmap:unix:smart-hosts/lookup.sock:transports'),
  },
  {
    name: 'a table has a path that a chroot does not know',
    check: 'relay-domains',
    fix: /postconf .*-e /,
    spoil: async (gateway) =>
      postconf('-e', `relay_domains=socketmap:unix:${gateway.lookup.socket}:relay`)(gateway),
  },
  {
    name: 'a service is missing',
    check: 'services',
    fix: /postfix config/,
    spoil: postconf('-MX', 'smarthosts/unix'),
  },
  {
    name: 'the filter is missing',
    check: 'delivery-status-filter',
    fix: /postconf .*-P /,
    spoil: postconf('-PX', 'smarthost/unix/smtp_delivery_status_filter'),
  },
  {
    name: 'accounts come from another table',
    check: 'credentials',
    fix: /postconf .*-P /,
    spoil: postconf('-P', 'smarthost/unix/smtp_sasl_password_maps=static:other:account'),
  },
  {
    name: 'connections are used again',
    check: 'connection-reuse',
    fix: /postconf .*-P /,
    spoil: postconf('-P', 'smarthost/unix/smtp_tls_connection_reuse=yes'),
  },
  {
    name: 'the whole world may relay',
    check: 'mynetworks',
    fix: /postconf .*-e '?mynetworks=/,
    spoil: postconf('-e', 'mynetworks=0.0.0.0/0'),
  },
  {
    name: 'a smart host’s domain is accepted from outside',
    check: 'open-relay',
    fix: /postconf .*-e '?relay_domains=socketmap:/,
    spoil: async ({ postfix }) => {
      const before = (await run('postconf', '-c', postfix.config, '-h', 'relay_domains')).trim();
      await postfix.set('relay_domains', `example.org, ${before}`);
    },
  },
];

test('nothing is wrong with what was set up by the book', async ({ gateway }) => {
  await aRoute(gateway);
  expect((await gateway.examine()).filter((check) => check.outcome !== 'ok')).toEqual([]);
});

test(`${MISCONFIGURATIONS.length} misconfigurations are found, named and mended`, async ({ gateway }) => {
  // The doctor starts some fifty programs each time.
  test.slow();
  await aRoute(gateway);
  for (const misconfiguration of MISCONFIGURATIONS) {
    await test.step(misconfiguration.name, async () => {
      const undo = await misconfiguration.spoil(gateway);
      const found = named(await gateway.examine(), misconfiguration.check);
      expect(found, misconfiguration.name).toMatchObject({ outcome: 'failure' });
      expect(found.fix, misconfiguration.name).toMatch(misconfiguration.fix);
      if (undo) await undo();
      else await run('sh', '-c', `PATH=${gateway.programs}:$PATH; ${found.fix}`);
      const mended = (await gateway.examine()).filter((check) => check.outcome === 'failure');
      expect(mended, misconfiguration.name).toEqual([]);
    });
  }
});

function named(checks: Check[], name: string): Check {
  const found = checks.find((check) => check.name === name);
  if (!found) throw new Error(`the doctor has no check ${name}; it has ${checks.map((check) => check.name).join(', ')}`);
  return found;
}

async function aRoute(gateway: Gateway): Promise<void> {
  const host = await gateway.smartHost('one.test', { accounts: { gateway: 'secret' } });
  await gateway.settings(host, { tls: 'verified', user: 'gateway', password: 'secret' });
  await gateway.console.route('example.org', host.name, String(host.port));
  await gateway.console.managedDomain('managed.example', host.name, '25');
}
