import type { Locator, Page } from '@playwright/test';
import { expect, scripted } from './test.ts';

export const SMART_HOSTS = '/smtp/domains/smart-hosts';
export const MANAGED_DOMAINS = '/smtp/domains/managed-domains';
export const DEFAULT_ROUTING = '/smtp/domains/default-domain-routing';

export type ListName = 'Smart Hosts' | 'Managed Domains';
export type ScopeLabel = 'This domain' | 'Subdomains only' | 'Domain and subdomains';

/** What a person types into the entry row or the editor; what is left out stays as it is. */
export interface Typed {
  domain?: string;
  scope?: ScopeLabel;
  host?: string;
  port?: string;
  comment?: string;
}

/** What a row shows. */
export interface Shown {
  domain: string | RegExp;
  host?: string | RegExp;
  port?: string;
}

export const FIELDS = {
  domain: 'Domain Name',
  scope: 'Applies to',
  host: 'Host Name or IP Address',
  port: 'Port',
  comment: 'Comment',
} as const;

/** Opens a page and waits until it is alive. */
export async function open(page: Page, path: string = SMART_HOSTS): Promise<void> {
  await page.goto(path);
  await alive(page);
}

/** Waits until the page that came from the server is alive; without JavaScript it is at once. */
export async function alive(page: Page): Promise<void> {
  if (scripted()) await expect(page.locator('html')).toHaveAttribute('data-alive', 'true');
}

export function table(page: Page, name?: ListName): Locator {
  return name ? page.getByRole('table', { name, exact: true }) : page.getByRole('table');
}

/** The row on top of the table. */
export function entryRow(page: Page): Locator {
  return table(page).getByRole('row').filter({ has: button(page, 'Add') });
}

/** The row that is being edited. */
export function editor(page: Page): Locator {
  return table(page).getByRole('row').filter({ has: button(page, 'Save') });
}

/** The row of a domain, named as the screen names it: `.example.com` where subdomains are meant. */
export function row(page: Page, name: string): Locator {
  return table(page).getByRole('row').filter({ has: tick(page, name) });
}

export function tick(page: Page, name: string): Locator {
  return page.getByRole('checkbox', { name: `Select ${name}`, exact: true });
}

export function button(page: Page | Locator, name: string): Locator {
  return page.getByRole('button', { name, exact: true });
}

export function link(page: Page | Locator, name: string): Locator {
  return page.getByRole('link', { name, exact: true });
}

export function field(within: Locator | Page, name: keyof typeof FIELDS): Locator {
  const role = name === 'scope' ? 'combobox' : 'textbox';
  return within.getByRole(role, { name: FIELDS[name], exact: true });
}

export function searchBox(page: Page): Locator {
  return page.getByRole('searchbox');
}

export function dialog(page: Page, name: 'Confirmation' | 'Export'): Locator {
  return page.getByRole('dialog', { name, exact: true });
}

/** Types into the fields of a row. */
export async function type(within: Locator, typed: Typed): Promise<void> {
  const { scope, ...texts } = typed;
  for (const [name, text] of Object.entries(texts)) {
    await field(within, name as keyof typeof texts).fill(text);
  }
  if (scope) await field(within, 'scope').selectOption({ label: scope });
}

/** Types into the entry row and presses Add, whatever comes of it. */
export async function tryAdd(page: Page, typed: Typed): Promise<void> {
  await type(entryRow(page), typed);
  await button(page, 'Add').click();
}

/** Adds a row and waits until it is there. */
export async function add(page: Page, typed: Typed, named = typed.domain ?? ''): Promise<void> {
  await tryAdd(page, typed);
  await expectSaid(page, `Added ${named}`);
  await expect(row(page, named)).toBeVisible();
}

/** Opens the editor of a row. */
export async function edit(page: Page, name: string): Promise<Locator> {
  await button(page, `Edit ${name}`).click();
  await expect(editor(page)).toBeVisible();
  return editor(page);
}

/** Presses a row's delete button and returns the dialog. */
export async function askDelete(page: Page, name: string): Promise<Locator> {
  await button(page, `Delete ${name}`).click();
  return opened(page, 'Confirmation');
}

/** Presses the Delete button below the table and returns the dialog. */
export async function askDeleteTicked(page: Page): Promise<Locator> {
  await button(page, 'Delete').click();
  return opened(page, 'Confirmation');
}

/** Opens the export dialog. */
export async function askExport(page: Page): Promise<Locator> {
  await link(page, 'Export').click();
  return opened(page, 'Export');
}

async function opened(page: Page, name: 'Confirmation' | 'Export'): Promise<Locator> {
  const box = dialog(page, name);
  await expect(box).toBeVisible();
  return box;
}

/** Searches, and waits until the address says so. */
export async function search(page: Page, text: string): Promise<void> {
  await searchBox(page).fill(text);
  await searchBox(page).press('Enter');
  await expect.poll(() => query(page).get('q') ?? '').toBe(text);
}

/** What stands behind the question mark of the address. */
export function query(page: Page): URLSearchParams {
  return new URL(page.url()).searchParams;
}

/** The page says, politely, that this was done. */
export async function expectSaid(page: Page, text: string | RegExp): Promise<void> {
  await expect(page.getByRole('status').filter({ hasText: text })).toBeVisible();
}

/** The page says that this went wrong. */
export async function expectAlert(page: Page, text: string | RegExp): Promise<void> {
  await expect(page.getByRole('alert').filter({ hasText: text })).toBeVisible();
}

/** A text, and nothing after it but what has become of the row and the link that ends a route's first cell. */
function beforeDetails(text: string): RegExp {
  const words = text.split(' ').map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^\\s*${words.join('\\s+')}\\s*((Details of|Changed (?:by|on)|Saved, not|Published|Asked for|Test)\\b.*)?$`);
}

/** A row is shown with just these cells. */
export async function expectRow(page: Page, name: string, shown: Shown): Promise<void> {
  const cells = row(page, name).getByRole('cell');
  await expect(cells.nth(1)).toHaveText(typeof shown.domain === 'string' ? beforeDetails(shown.domain) : shown.domain);
  if (shown.host !== undefined) await expect(cells.nth(2)).toHaveText(shown.host);
  if (shown.port !== undefined) await expect(cells.nth(3)).toHaveText(shown.port);
}

/** These rows are shown, in this order, and no others. */
export async function expectRows(page: Page, names: string[]): Promise<void> {
  await expect.poll(() => namesOf(page)).toEqual(names);
}

async function namesOf(page: Page): Promise<string[]> {
  const labels = await table(page)
    .getByRole('checkbox', { name: /^Select (?!all )/ })
    .evaluateAll((boxes) => boxes.map((box) => box.getAttribute('aria-label') ?? ''));
  return labels.map((label) => label.replace('Select ', ''));
}

/** The line above the table that says how many rows there are. */
export async function expectCount(page: Page, text: string): Promise<void> {
  await expect(page.getByText(text, { exact: true })).toBeVisible();
}

/** A field is marked as wrong, and says so to eyes and to screen readers. */
export async function expectWrong(
  within: Locator,
  name: keyof typeof FIELDS,
  message: string | RegExp,
): Promise<void> {
  const input = field(within, name);
  const says = typeof message === 'string' ? new RegExp(message.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')) : message;
  await expect(input).toHaveAttribute('aria-invalid', 'true');
  await expect(input).toHaveAccessibleDescription(says);
  await expect(within.getByText(says)).toBeVisible();
}

export async function expectRight(within: Locator, name: keyof typeof FIELDS): Promise<void> {
  await expect(field(within, name)).not.toHaveAttribute('aria-invalid', 'true');
}

/** The fields of a row hold just this. */
export async function expectTyped(within: Locator, typed: Typed): Promise<void> {
  const { scope, ...texts } = typed;
  for (const [name, text] of Object.entries(texts)) {
    await expect(field(within, name as keyof typeof texts)).toHaveValue(text);
  }
  if (scope) {
    const value = { 'This domain': 'domain', 'Subdomains only': 'subdomains', 'Domain and subdomains': 'both' };
    await expect(field(within, 'scope')).toHaveValue(value[scope]);
  }
}

/** The entry row is as it is before anything is typed. */
export async function expectEntryBlank(page: Page): Promise<void> {
  await expectTyped(entryRow(page), { domain: '', host: '', port: '25', comment: '' });
}

/** How a row looks, so that a test can tell whether it stands out from others. */
export async function look(line: Locator): Promise<string> {
  return line.evaluate((element) =>
    [element, ...element.children]
      .slice(0, 2)
      .map((part) => {
        const style = getComputedStyle(part);
        return [style.backgroundColor, style.boxShadow, style.outlineStyle, style.borderInlineStart].join(' ');
      })
      .join('; '),
  );
}

/** The row that was just added or changed stands out from another. */
export async function expectMarked(page: Page, name: string, other: string): Promise<void> {
  await expect.poll(async () => (await look(row(page, name))) !== (await look(row(page, other)))).toBe(true);
}

/** The rows `d000.example.net` and so on. */
export function numbered(count: number): { domain: string; host: string; port: number }[] {
  return Array.from({ length: count }, (_, index) => ({
    domain: `d${String(index).padStart(3, '0')}.example.net`,
    host: `h${index % 7}.example.org`,
    port: 1000 + ((index * 37) % count),
  }));
}

export function numberedNames(from: number, to: number): string[] {
  return numbered(to).slice(from).map((seed) => seed.domain);
}

/** A gate that holds requests back until it is opened. */
export function gate(): { opened: Promise<void>; open: () => void } {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}
