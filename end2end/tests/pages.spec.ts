// What every page and dialog is to somebody who does not see it.
import {
  DEFAULT_ROUTING, MANAGED_DOMAINS, SMART_HOSTS, askDelete, askDeleteTicked, askExport, button, dialog, edit, editor,
  open, search, tick, tryAdd, type,
} from '../support/console.ts';
import type { Server } from '../support/server.ts';
import { expect, needsDesktop, test } from '../support/test.ts';

async function fill(server: Server): Promise<void> {
  await server.seed('smart-hosts', [
    { domain: 'a.example.com', comment: 'Ticket 4711' },
    { domain: 'bücher.example.com', host: '2001:db8::1', port: 2525, scope: 'both' },
  ]);
  await server.seed('managed-domains', [
    { domain: 'c.example.com' },
    { domain: 'd.example.com', host: 'own.example.net', comment: 'Berlin' },
  ]);
}

test('what stands around every page', async ({ page }) => {
  needsDesktop('there the navigation is behind a button');
  await open(page);
  await expect(page.locator('body')).toMatchAriaSnapshot(`
    - link "Skip to content":
      - /url: "#content"
    - banner:
      - link "Smart Hosts":
        - /url: /smtp/domains/smart-hosts
      - form "Colours":
        - button "System colours" [pressed]
        - button "Light colours"
        - button "Dark colours"
      - link "Your account, admin (Administrator)":
        - /url: /account
        - text: admin
      - button "Sign out"
    - navigation "Main":
      - heading "SMTP" [level=2]
      - list:
        - listitem:
          - link "Domains":
            - /url: /smtp/domains/smart-hosts
        - listitem:
          - link "Smart host settings":
            - /url: /smtp/smart-host-settings
        - listitem:
          - link "Where will mail go?":
            - /url: /smtp/explain
        - listitem:
          - link "Test connection":
            - /url: /smtp/test
        - listitem:
          - link "Held mail":
            - /url: /smtp/held
        - listitem:
          - link "Gateway health":
            - /url: /smtp/gateway
      - heading "Console" [level=2]
      - list:
        - listitem:
          - link "Activity":
            - /url: /activity
        - listitem:
          - link "People":
            - /url: /people
    - main:
      - navigation "Breadcrumb":
        - list:
          - listitem: SMTP
          - listitem: Domains
          - listitem: Smart Hosts
      - navigation "Domains":
        - link "Managed Domains":
          - /url: /smtp/domains/managed-domains
        - link "Default Domain Routing":
          - /url: /smtp/domains/default-domain-routing
        - link "Smart Hosts":
          - /url: /smtp/domains/smart-hosts
      - heading "Smart Hosts" [level=1]
      - paragraph: Mail for these domains leaves through the smart host beside them instead of going to the domain’s own mail servers.
      - region "Smart Hosts":
        - search:
          - searchbox "Search Smart Hosts"
        - status: 0 routes
        - alert
        - table "Smart Hosts":
          - rowgroup:
            - row:
              - columnheader "Domain Name":
                - link "Domain Name":
                  - /url: /smtp/domains/smart-hosts?sort=-domain
              - columnheader "Host Name or IP Address":
                - link "Host Name or IP Address":
                  - /url: /smtp/domains/smart-hosts?sort=host
              - columnheader "Port":
                - link "Port":
                  - /url: /smtp/domains/smart-hosts?sort=port
              - columnheader "Action"
          - rowgroup:
            - row:
              - cell
              - cell "Domain Name Applies to This domain":
                - textbox "Domain Name":
                  - /placeholder: example.com
                - paragraph
                - combobox "Applies to":
                  - option "This domain" [selected]
                  - option "Subdomains only"
                  - option "Domain and subdomains"
                - paragraph
              - cell "Host Name or IP Address Comment":
                - textbox "Host Name or IP Address":
                  - /placeholder: mail.example.net
                - paragraph
                - textbox "Comment":
                  - /placeholder: Comment (optional)
                - paragraph
              - cell "Port 25":
                - textbox "Port":
                  - /placeholder: "25"
                - paragraph
              - cell "Add Test the connection before adding":
                - button "Add"
                - button "Test the connection before adding"
          - rowgroup:
            - row:
              - cell "No routes yet Type a domain and its smart host in the row above and press Enter.":
                - paragraph: No routes yet
                - paragraph: Type a domain and its smart host in the row above and press Enter.
        - button "Delete"
        - button "Change…"
        - link "Export":
          - /url: /smtp/domains/smart-hosts?ask=export
        - link "Import":
          - /url: /smtp/domains/smart-hosts/import
        - combobox "Rows per page":
          - option "25"
          - option "50" [selected]
          - option "100"
          - option "500"
      - status
  `);
});

test('Smart Hosts, empty', async ({ page }) => {
  await open(page);
  await expect(page.getByRole('main')).toMatchAriaSnapshot(`
    - main:
      - navigation "Breadcrumb":
        - list:
          - listitem: SMTP
          - listitem: Domains
          - listitem: Smart Hosts
      - navigation "Domains":
        - link "Managed Domains":
          - /url: /smtp/domains/managed-domains
        - link "Default Domain Routing":
          - /url: /smtp/domains/default-domain-routing
        - link "Smart Hosts":
          - /url: /smtp/domains/smart-hosts
      - heading "Smart Hosts" [level=1]
      - paragraph: Mail for these domains leaves through the smart host beside them instead of going to the domain’s own mail servers.
      - region "Smart Hosts":
        - search:
          - searchbox "Search Smart Hosts"
        - status: 0 routes
        - alert
        - table "Smart Hosts":
          - rowgroup:
            - row:
              - columnheader "Domain Name":
                - link "Domain Name":
                  - /url: /smtp/domains/smart-hosts?sort=-domain
              - columnheader "Host Name or IP Address":
                - link "Host Name or IP Address":
                  - /url: /smtp/domains/smart-hosts?sort=host
              - columnheader "Port":
                - link "Port":
                  - /url: /smtp/domains/smart-hosts?sort=port
              - columnheader "Action"
          - rowgroup:
            - row:
              - cell
              - cell "Domain Name Applies to This domain":
                - textbox "Domain Name":
                  - /placeholder: example.com
                - paragraph
                - combobox "Applies to":
                  - option "This domain" [selected]
                  - option "Subdomains only"
                  - option "Domain and subdomains"
                - paragraph
              - cell "Host Name or IP Address Comment":
                - textbox "Host Name or IP Address":
                  - /placeholder: mail.example.net
                - paragraph
                - textbox "Comment":
                  - /placeholder: Comment (optional)
                - paragraph
              - cell "Port 25":
                - textbox "Port":
                  - /placeholder: "25"
                - paragraph
              - cell "Add Test the connection before adding":
                - button "Add"
                - button "Test the connection before adding"
          - rowgroup:
            - row:
              - cell "No routes yet Type a domain and its smart host in the row above and press Enter.":
                - paragraph: No routes yet
                - paragraph: Type a domain and its smart host in the row above and press Enter.
        - button "Delete"
        - button "Change…"
        - link "Export":
          - /url: /smtp/domains/smart-hosts?ask=export
        - link "Import":
          - /url: /smtp/domains/smart-hosts/import
        - combobox "Rows per page":
          - option "25"
          - option "50" [selected]
          - option "100"
          - option "500"
      - status
  `);
});

test('Smart Hosts with rows', async ({ page, server }) => {
  await fill(server);
  await open(page);
  await expect(page.getByRole('main')).toMatchAriaSnapshot(`
    - main:
      - navigation "Breadcrumb":
        - list:
          - listitem: SMTP
          - listitem: Domains
          - listitem: Smart Hosts
      - navigation "Domains":
        - link "Managed Domains":
          - /url: /smtp/domains/managed-domains
        - link "Default Domain Routing":
          - /url: /smtp/domains/default-domain-routing
        - link "Smart Hosts":
          - /url: /smtp/domains/smart-hosts
      - heading "Smart Hosts" [level=1]
      - paragraph: Mail for these domains leaves through the smart host beside them instead of going to the domain’s own mail servers.
      - region "Smart Hosts":
        - search:
          - searchbox "Search Smart Hosts"
        - status: 2 routes
        - alert
        - table "Smart Hosts":
          - rowgroup:
            - row:
              - columnheader "Domain Name":
                - link "Domain Name":
                  - /url: /smtp/domains/smart-hosts?sort=-domain
              - columnheader "Host Name or IP Address":
                - link "Host Name or IP Address":
                  - /url: /smtp/domains/smart-hosts?sort=host
              - columnheader "Port":
                - link "Port":
                  - /url: /smtp/domains/smart-hosts?sort=port
              - columnheader "Action"
          - rowgroup:
            - row:
              - cell
              - cell "Domain Name Applies to This domain":
                - textbox "Domain Name":
                  - /placeholder: example.com
                - paragraph
                - combobox "Applies to":
                  - option "This domain" [selected]
                  - option "Subdomains only"
                  - option "Domain and subdomains"
                - paragraph
              - cell "Host Name or IP Address Comment":
                - textbox "Host Name or IP Address":
                  - /placeholder: mail.example.net
                - paragraph
                - textbox "Comment":
                  - /placeholder: Comment (optional)
                - paragraph
              - cell "Port 25":
                - textbox "Port":
                  - /placeholder: "25"
                - paragraph
              - cell "Add Test the connection before adding":
                - button "Add"
                - button "Test the connection before adding"
          - rowgroup:
            - row:
              - cell "Select a.example.com a.example.com is enabled":
                - checkbox "Select a.example.com"
                - switch "a.example.com is enabled" [checked]
              - cell "a.example.com Ticket 4711 Details of a.example.com":
                - link "Details of a.example.com":
                  - /url: /smtp/domains/smart-hosts/route?id=3
              - cell "mail.example.net"
              - cell "25"
              - cell "Test the connection for a.example.com Where will mail go for a.example.com Edit a.example.com Delete a.example.com":
                - link "Test the connection for a.example.com":
                  - /url: /smtp/test?host=mail.example.net&port=25
                - link "Where will mail go for a.example.com":
                  - /url: /smtp/explain?address=a.example.com
                - button "Edit a.example.com"
                - button "Delete a.example.com"
            - row:
              - cell "Select bücher.example.com bücher.example.com is enabled":
                - checkbox "Select bücher.example.com"
                - switch "bücher.example.com is enabled" [checked]
              - cell "bücher.example.com and subdomains xn--bcher-kva.example.com Details of bücher.example.com":
                - link "Details of bücher.example.com":
                  - /url: /smtp/domains/smart-hosts/route?id=4
              - cell "2001:db8::1"
              - cell "2525"
              - cell "Test the connection for bücher.example.com Where will mail go for bücher.example.com Edit bücher.example.com Delete bücher.example.com":
                - link "Test the connection for bücher.example.com":
                  - /url: /smtp/test?host=2001:db8::1&port=2525
                - link "Where will mail go for bücher.example.com":
                  - /url: /smtp/explain?address=xn--bcher-kva.example.com
                - button "Edit bücher.example.com"
                - button "Delete bücher.example.com"
        - button "Delete"
        - button "Change…"
        - link "Export":
          - /url: /smtp/domains/smart-hosts?ask=export
        - link "Import":
          - /url: /smtp/domains/smart-hosts/import
        - combobox "Rows per page":
          - option "25"
          - option "50" [selected]
          - option "100"
          - option "500"
      - status
  `);
});

test('Smart Hosts, nothing found', async ({ page, server }) => {
  await fill(server);
  await open(page);
  await search(page, 'zzz');
  await expect(page.getByRole('main')).toMatchAriaSnapshot(`
    - main:
      - navigation "Breadcrumb":
        - list:
          - listitem: SMTP
          - listitem: Domains
          - listitem: Smart Hosts
      - navigation "Domains":
        - link "Managed Domains":
          - /url: /smtp/domains/managed-domains
        - link "Default Domain Routing":
          - /url: /smtp/domains/default-domain-routing
        - link "Smart Hosts":
          - /url: /smtp/domains/smart-hosts
      - heading "Smart Hosts" [level=1]
      - paragraph: Mail for these domains leaves through the smart host beside them instead of going to the domain’s own mail servers.
      - region "Smart Hosts":
        - search:
          - searchbox "Search Smart Hosts": zzz
        - status: 0 of 2 routes
        - alert
        - table "Smart Hosts":
          - rowgroup:
            - row:
              - columnheader "Domain Name":
                - link "Domain Name":
                  - /url: /smtp/domains/smart-hosts?q=zzz&sort=-domain
              - columnheader "Host Name or IP Address":
                - link "Host Name or IP Address":
                  - /url: /smtp/domains/smart-hosts?q=zzz&sort=host
              - columnheader "Port":
                - link "Port":
                  - /url: /smtp/domains/smart-hosts?q=zzz&sort=port
              - columnheader "Action"
          - rowgroup:
            - row:
              - cell
              - cell "Domain Name Applies to This domain":
                - textbox "Domain Name":
                  - /placeholder: example.com
                - paragraph
                - combobox "Applies to":
                  - option "This domain" [selected]
                  - option "Subdomains only"
                  - option "Domain and subdomains"
                - paragraph
              - cell "Host Name or IP Address Comment":
                - textbox "Host Name or IP Address":
                  - /placeholder: mail.example.net
                - paragraph
                - textbox "Comment":
                  - /placeholder: Comment (optional)
                - paragraph
              - cell "Port 25":
                - textbox "Port":
                  - /placeholder: "25"
                - paragraph
              - cell "Add Test the connection before adding":
                - button "Add"
                - button "Test the connection before adding"
          - rowgroup:
            - row:
              - cell "No route matches “zzz” The search looks at any part of domain, host and comment. Clear the search":
                - paragraph: No route matches “zzz”
                - paragraph:
                  - text: The search looks at any part of domain, host and comment.
                  - link "Clear the search":
                    - /url: /smtp/domains/smart-hosts
        - button "Delete"
        - button "Change…"
        - link "Export":
          - /url: /smtp/domains/smart-hosts?q=zzz&ask=export
        - link "Import":
          - /url: /smtp/domains/smart-hosts/import
        - combobox "Rows per page":
          - option "25"
          - option "50" [selected]
          - option "100"
          - option "500"
      - status
  `);
});

test('Smart Hosts, a row being edited', async ({ page, server }) => {
  await fill(server);
  await open(page);
  await edit(page, 'bücher.example.com');
  await expect(editor(page)).toMatchAriaSnapshot(`
    - row:
      - cell
      - cell "Domain Name bücher.example.com Applies to Domain and subdomains":
        - textbox "Domain Name":
          - /placeholder: example.com
          - text: bücher.example.com
        - paragraph
        - combobox "Applies to":
          - option "This domain"
          - option "Subdomains only"
          - option "Domain and subdomains" [selected]
        - paragraph
      - cell "Host Name or IP Address 2001:db8::1 Comment":
        - textbox "Host Name or IP Address":
          - /placeholder: mail.example.net
          - text: 2001:db8::1
        - paragraph
        - textbox "Comment":
          - /placeholder: Comment (optional)
        - paragraph
      - cell "Port 2525":
        - textbox "Port":
          - /placeholder: "25"
        - paragraph
      - cell "Save Cancel":
        - button "Save"
        - button "Cancel"
        - alert
  `);
});

test('Smart Hosts, an addition refused', async ({ page, server, faults }) => {
  faults.expectStatus(409);
  await fill(server);
  await open(page);
  await tryAdd(page, { domain: 'C.example.com', host: 'mail.example.net' });
  await expect(page.getByText('is a managed domain')).toBeVisible();
  await expect(page.getByRole('table')).toMatchAriaSnapshot(`
    - table "Smart Hosts":
      - rowgroup:
        - row:
          - columnheader "Domain Name":
            - link "Domain Name":
              - /url: /smtp/domains/smart-hosts?sort=-domain
          - columnheader "Host Name or IP Address":
            - link "Host Name or IP Address":
              - /url: /smtp/domains/smart-hosts?sort=host
          - columnheader "Port":
            - link "Port":
              - /url: /smtp/domains/smart-hosts?sort=port
          - columnheader "Action"
      - rowgroup:
        - row:
          - cell
          - cell "Domain Name C.example.com c.example.com is a managed domain, so it cannot be a smart host route. Change its routing under Managed Domains, or delete it there first. Show c.example.com (opens another page) Applies to This domain":
            - text: Domain Name
            - textbox "Domain Name" [invalid]:
              - /placeholder: example.com
              - text: C.example.com
            - paragraph:
              - text: c.example.com is a managed domain, so it cannot be a smart host route. Change its routing under Managed Domains, or delete it there first.
              - link "Show c.example.com (opens another page)":
                - /url: /smtp/domains/managed-domains?at=5#row-5
            - text: Applies to
            - combobox "Applies to":
              - option "This domain" [selected]
              - option "Subdomains only"
              - option "Domain and subdomains"
            - paragraph
          - cell "Host Name or IP Address mail.example.net Comment":
            - textbox "Host Name or IP Address":
              - /placeholder: mail.example.net
              - text: mail.example.net
            - paragraph
            - textbox "Comment":
              - /placeholder: Comment (optional)
            - paragraph
          - cell "Port 25":
            - textbox "Port":
              - /placeholder: "25"
            - paragraph
          - cell "Add Test the connection before adding":
            - button "Add"
            - button "Test the connection before adding"
      - rowgroup:
        - row:
          - cell "Select a.example.com a.example.com is enabled":
            - checkbox "Select a.example.com"
            - switch "a.example.com is enabled" [checked]
          - cell "a.example.com Ticket 4711 Details of a.example.com":
            - link "Details of a.example.com":
              - /url: /smtp/domains/smart-hosts/route?id=3
          - cell "mail.example.net"
          - cell "25"
          - cell "Test the connection for a.example.com Where will mail go for a.example.com Edit a.example.com Delete a.example.com":
            - link "Test the connection for a.example.com":
              - /url: /smtp/test?host=mail.example.net&port=25
            - link "Where will mail go for a.example.com":
              - /url: /smtp/explain?address=a.example.com
            - button "Edit a.example.com"
            - button "Delete a.example.com"
        - row:
          - cell "Select bücher.example.com bücher.example.com is enabled":
            - checkbox "Select bücher.example.com"
            - switch "bücher.example.com is enabled" [checked]
          - cell "bücher.example.com and subdomains xn--bcher-kva.example.com Details of bücher.example.com":
            - link "Details of bücher.example.com":
              - /url: /smtp/domains/smart-hosts/route?id=4
          - cell "2001:db8::1"
          - cell "2525"
          - cell "Test the connection for bücher.example.com Where will mail go for bücher.example.com Edit bücher.example.com Delete bücher.example.com":
            - link "Test the connection for bücher.example.com":
              - /url: /smtp/test?host=2001:db8::1&port=2525
            - link "Where will mail go for bücher.example.com":
              - /url: /smtp/explain?address=xn--bcher-kva.example.com
            - button "Edit bücher.example.com"
            - button "Delete bücher.example.com"
  `);
});

test('the confirmation to delete one', async ({ page, server }) => {
  await fill(server);
  await open(page);
  await expect(await askDelete(page, 'a.example.com')).toMatchAriaSnapshot(`
    - dialog "Confirmation":
      - heading "Confirmation" [level=2]
      - paragraph: Delete route a.example.com?
      - paragraph: Unless another rule applies, mail for what is deleted, new mail included, is held for 5 days, or until you release it. Then it goes to the domain’s own mail servers.
      - button "Cancel"
      - button "OK"
  `);
});

test('the confirmation to delete several', async ({ page, server }) => {
  await fill(server);
  await open(page);
  await tick(page, 'a.example.com').check();
  await tick(page, 'bücher.example.com').check();
  await expect(await askDeleteTicked(page)).toMatchAriaSnapshot(`
    - dialog "Confirmation":
      - heading "Confirmation" [level=2]
      - paragraph: Delete 2 routes?
      - list:
        - listitem: a.example.com mail.example.net, port 25
        - listitem: bücher.example.com (xn--bcher-kva.example.com) 2001:db8::1, port 2525
      - paragraph: Unless another rule applies, mail for what is deleted, new mail included, is held for 5 days, or until you release it. Then it goes to the domain’s own mail servers.
      - button "Cancel"
      - button "OK"
  `);
});

test('the export dialog', async ({ page, server }) => {
  await fill(server);
  await open(page, `${SMART_HOSTS}?q=a.`);
  await askExport(page);
  await expect(dialog(page, 'Export')).toMatchAriaSnapshot(`
    - dialog "Export":
      - heading "Export" [level=2]
      - group "Which":
        - radio "All 2 routes" [checked]
        - text: All 2 routes
        - radio "The 2 routes that match “a.”"
        - text: The 2 routes that match “a.”
      - group "Format":
        - radio "Text smart-hosts.txt" [checked]
        - text: Text smart-hosts.txt
        - radio "CSV smart-hosts.csv"
        - text: CSV smart-hosts.csv
        - radio "JSON smart-hosts.json"
        - text: JSON smart-hosts.json
        - radio "Postfix transport map smart-hosts.transport"
        - text: Postfix transport map smart-hosts.transport
        - radio "Postfix TLS policies smart-hosts.tls"
        - text: Postfix TLS policies smart-hosts.tls
        - radio "Exim lookup file smart-hosts.exim"
        - text: Exim lookup file smart-hosts.exim
        - radio "OpenSMTPD table smart-hosts.opensmtpd"
        - text: OpenSMTPD table smart-hosts.opensmtpd
      - button "Cancel"
      - button "OK"
  `);
});

test('Managed Domains, empty', async ({ page }) => {
  await open(page, MANAGED_DOMAINS);
  await expect(page.getByRole('main')).toMatchAriaSnapshot(`
    - main:
      - navigation "Breadcrumb":
        - list:
          - listitem: SMTP
          - listitem: Domains
          - listitem: Managed Domains
      - navigation "Domains":
        - link "Managed Domains":
          - /url: /smtp/domains/managed-domains
        - link "Default Domain Routing":
          - /url: /smtp/domains/default-domain-routing
        - link "Smart Hosts":
          - /url: /smtp/domains/smart-hosts
      - heading "Managed Domains" [level=1]
      - paragraph: This gateway accepts mail for these domains and hands it to their own server, or to the default where no host is given.
      - region "Managed Domains":
        - search:
          - searchbox "Search Managed Domains"
        - status: 0 managed domains
        - alert
        - table "Managed Domains":
          - rowgroup:
            - row:
              - columnheader "Domain Name":
                - link "Domain Name":
                  - /url: /smtp/domains/managed-domains?sort=-domain
              - columnheader "Host Name or IP Address":
                - link "Host Name or IP Address":
                  - /url: /smtp/domains/managed-domains?sort=host
              - columnheader "Port":
                - link "Port":
                  - /url: /smtp/domains/managed-domains?sort=port
              - columnheader "Action"
          - rowgroup:
            - row:
              - cell
              - cell "Domain Name":
                - textbox "Domain Name":
                  - /placeholder: example.com
                - paragraph
              - cell "Host Name or IP Address Comment":
                - textbox "Host Name or IP Address":
                  - /placeholder: "Empty: the default"
                - paragraph
                - textbox "Comment":
                  - /placeholder: Comment (optional)
                - paragraph
              - cell "Port 25":
                - textbox "Port":
                  - /placeholder: "25"
                - paragraph
              - cell "Add Test the connection before adding":
                - button "Add"
                - button "Test the connection before adding"
          - rowgroup:
            - row:
              - cell "No managed domains yet Type a domain in the row above and press Enter. Leave the host empty to use the default.":
                - paragraph: No managed domains yet
                - paragraph: Type a domain in the row above and press Enter. Leave the host empty to use the default.
        - button "Delete"
        - button "Change…"
        - link "Export":
          - /url: /smtp/domains/managed-domains?ask=export
        - link "Import":
          - /url: /smtp/domains/managed-domains/import
        - combobox "Rows per page":
          - option "25"
          - option "50" [selected]
          - option "100"
          - option "500"
      - status
  `);
});

test('Managed Domains with rows', async ({ page, server }) => {
  await fill(server);
  await open(page, MANAGED_DOMAINS);
  await expect(page.getByRole('main')).toMatchAriaSnapshot(`
    - main:
      - navigation "Breadcrumb":
        - list:
          - listitem: SMTP
          - listitem: Domains
          - listitem: Managed Domains
      - navigation "Domains":
        - link "Managed Domains":
          - /url: /smtp/domains/managed-domains
        - link "Default Domain Routing":
          - /url: /smtp/domains/default-domain-routing
        - link "Smart Hosts":
          - /url: /smtp/domains/smart-hosts
      - heading "Managed Domains" [level=1]
      - paragraph: This gateway accepts mail for these domains and hands it to their own server, or to the default where no host is given.
      - region "Managed Domains":
        - search:
          - searchbox "Search Managed Domains"
        - status: 2 managed domains
        - alert
        - table "Managed Domains":
          - rowgroup:
            - row:
              - columnheader "Domain Name":
                - link "Domain Name":
                  - /url: /smtp/domains/managed-domains?sort=-domain
              - columnheader "Host Name or IP Address":
                - link "Host Name or IP Address":
                  - /url: /smtp/domains/managed-domains?sort=host
              - columnheader "Port":
                - link "Port":
                  - /url: /smtp/domains/managed-domains?sort=port
              - columnheader "Action"
          - rowgroup:
            - row:
              - cell
              - cell "Domain Name":
                - textbox "Domain Name":
                  - /placeholder: example.com
                - paragraph
              - cell "Host Name or IP Address Comment":
                - textbox "Host Name or IP Address":
                  - /placeholder: "Empty: the default"
                - paragraph
                - textbox "Comment":
                  - /placeholder: Comment (optional)
                - paragraph
              - cell "Port 25":
                - textbox "Port":
                  - /placeholder: "25"
                - paragraph
              - cell "Add Test the connection before adding":
                - button "Add"
                - button "Test the connection before adding"
          - rowgroup:
            - row:
              - cell "Select c.example.com":
                - checkbox "Select c.example.com"
              - cell "c.example.com"
              - cell "Default no default is set"
              - cell
              - cell "Where will mail go for c.example.com Edit c.example.com Delete c.example.com":
                - link "Where will mail go for c.example.com":
                  - /url: /smtp/explain?address=c.example.com
                - button "Edit c.example.com"
                - button "Delete c.example.com"
            - row:
              - cell "Select d.example.com":
                - checkbox "Select d.example.com"
              - cell "d.example.com Berlin"
              - cell "own.example.net"
              - cell "25"
              - cell "Test the connection for d.example.com Where will mail go for d.example.com Edit d.example.com Delete d.example.com":
                - link "Test the connection for d.example.com":
                  - /url: /smtp/test?host=own.example.net&port=25&by=relay
                - link "Where will mail go for d.example.com":
                  - /url: /smtp/explain?address=d.example.com
                - button "Edit d.example.com"
                - button "Delete d.example.com"
        - button "Delete"
        - button "Change…"
        - link "Export":
          - /url: /smtp/domains/managed-domains?ask=export
        - link "Import":
          - /url: /smtp/domains/managed-domains/import
        - combobox "Rows per page":
          - option "25"
          - option "50" [selected]
          - option "100"
          - option "500"
      - status
  `);
});

test('Default Domain Routing', async ({ page, server }) => {
  await fill(server);
  await open(page, DEFAULT_ROUTING);
  await expect(page.getByRole('main')).toMatchAriaSnapshot(`
    - main:
      - navigation "Breadcrumb":
        - list:
          - listitem: SMTP
          - listitem: Domains
          - listitem: Default Domain Routing
      - navigation "Domains":
        - link "Managed Domains":
          - /url: /smtp/domains/managed-domains
        - link "Default Domain Routing":
          - /url: /smtp/domains/default-domain-routing
        - link "Smart Hosts":
          - /url: /smtp/domains/smart-hosts
      - heading "Default Domain Routing" [level=1]
      - paragraph: Mail for managed domains whose routing has not been configured goes to this host.
      - alert
      - text: Host Name or IP Address
      - textbox "Host Name or IP Address":
        - /placeholder: mail.example.net
      - paragraph
      - text: Port
      - textbox "Port":
        - /placeholder: "25"
      - paragraph
      - paragraph: Leave both empty to have no default.
      - paragraph: 1 of 2 managed domains uses the default now.
      - paragraph: Mail for these domains has nowhere to go until a default is set.
      - button "Save"
      - link "Show managed domains":
        - /url: /smtp/domains/managed-domains
      - status
  `);
});

test('Default Domain Routing, refused', async ({ page, faults }) => {
  faults.expectStatus(422);
  await open(page, DEFAULT_ROUTING);
  await type(page.getByRole('main'), { host: 'not a host', port: '0' });
  await button(page, 'Save').click();
  await expect(page.getByText('is out of range')).toBeVisible();
  await expect(page.getByRole('main')).toMatchAriaSnapshot(`
    - main:
      - navigation "Breadcrumb":
        - list:
          - listitem: SMTP
          - listitem: Domains
          - listitem: Default Domain Routing
      - navigation "Domains":
        - link "Managed Domains":
          - /url: /smtp/domains/managed-domains
        - link "Default Domain Routing":
          - /url: /smtp/domains/default-domain-routing
        - link "Smart Hosts":
          - /url: /smtp/domains/smart-hosts
      - heading "Default Domain Routing" [level=1]
      - paragraph: Mail for managed domains whose routing has not been configured goes to this host.
      - alert
      - text: Host Name or IP Address
      - textbox "Host Name or IP Address" [invalid]:
        - /placeholder: mail.example.net
        - text: not a host
      - paragraph: "\\"not a host\\" has a space in it. Type one name, without spaces."
      - text: Port
      - textbox "Port" [invalid]:
        - /placeholder: "25"
        - text: "0"
      - paragraph: "\\"0\\" is out of range. Type a port from 1 to 65535; 25 is usual."
      - paragraph: Leave both empty to have no default.
      - paragraph: There are no managed domains yet.
      - button "Save"
      - link "Show managed domains":
        - /url: /smtp/domains/managed-domains
      - status
  `);
});

test('an address without a page', async ({ page, faults }) => {
  faults.expectStatus(404);
  await page.goto('/nowhere');
  await expect(page.getByRole('main')).toMatchAriaSnapshot(`
    - main:
      - heading "Page not found" [level=1]
      - paragraph: There is no page at this address. It may have been mistyped.
      - link "Go to Smart Hosts":
        - /url: /smtp/domains/smart-hosts
  `);
});
