import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Postfix } from './postfix.ts';

/** What stands in the four tables, key by key. */
export type Tables = Record<'relay' | 'transport' | 'sasl' | 'tls', Record<string, string>>;

/**
 * Puts files of type `texthash:` with the same contents in the place of the look-up service: what
 * Postfix does without us, to compare with. Postfix reads them when it starts.
 */
export async function withoutService(postfix: Postfix, tables: Tables): Promise<void> {
  for (const [name, entries] of Object.entries(tables)) {
    const lines = Object.entries(entries).map(([key, value]) => `${key} ${value}\n`);
    await writeFile(join(postfix.config, name), lines.join(''));
  }
  for (const file of ['main.cf', 'master.cf']) {
    const path = join(postfix.config, file);
    const text = await readFile(path, 'utf8');
    const table = /socketmap:unix:smart-hosts\/lookup\.sock:(\w+)/g;
    await writeFile(path, text.replace(table, (_, name: string) => `texthash:${join(postfix.config, name)}`));
  }
}
