import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** The files of a folder whose names match; none if there is no such folder. */
export async function glob(folder: string, name: RegExp): Promise<string[]> {
  const entries = await readdir(folder).catch(() => []);
  return entries.filter((entry) => name.test(entry)).map((entry) => join(folder, entry));
}
