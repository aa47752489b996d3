// What every page without a module is to somebody who does not see it.
import { SMART_HOSTS, button } from '../support/console.ts';
import { mailServer } from '../support/mail-server.ts';
import { expect, test } from '../support/test.ts';

const SETTINGS = '/smtp/smart-host-settings';

test('Smart host settings, empty', async ({ page }) => {
  await page.goto(SETTINGS);
  await expect(page.getByRole('main')).toMatchAriaSnapshot(`
    - main:
      - navigation "Breadcrumb":
        - list:
          - listitem: SMTP
          - listitem: Smart host settings
      - heading "Smart host settings" [level=1]
      - paragraph: How the gateway signs in to each smart host and what it demands of the encryption, once for all routes that lead there.
      - search:
        - text: Search smart hosts
        - searchbox "Search smart hosts"
        - button "Search"
      - paragraph: 0 smart hosts
      - table "Smart host settings":
        - rowgroup:
          - row "Host Name or IP Address Port TLS Login Used by Last test":
            - columnheader "Host Name or IP Address"
            - columnheader "Port"
            - columnheader "TLS"
            - columnheader "Login"
            - columnheader "Used by"
            - columnheader "Last test"
        - rowgroup:
          - row "No smart hosts yet Each smart host that a route leads to stands here by itself. To set one up before, type its name below.":
            - cell "No smart hosts yet Each smart host that a route leads to stands here by itself. To set one up before, type its name below.":
              - paragraph: No smart hosts yet
              - paragraph: Each smart host that a route leads to stands here by itself. To set one up before, type its name below.
      - heading "Set up a smart host" [level=2]
      - text: Host Name or IP Address
      - textbox "Host Name or IP Address":
        - /placeholder: mail.example.net
      - paragraph
      - text: Port
      - textbox "Port":
        - /placeholder: "25"
      - paragraph
      - button "Open"
  `);
});

test('Smart host settings with smart hosts', async ({ page, server }) => {
  await server.route('example.com', 'mail.example.net', '587');
  await server.run('smart-host', 'set', 'spare.example.net', '465', '--tls', 'implicit-verified', '--comment', 'spare');
  await page.goto(SETTINGS);
  await expect(page.getByRole('main')).toMatchAriaSnapshot(`
    - main:
      - navigation "Breadcrumb":
        - list:
          - listitem: SMTP
          - listitem: Smart host settings
      - heading "Smart host settings" [level=1]
      - paragraph: How the gateway signs in to each smart host and what it demands of the encryption, once for all routes that lead there.
      - search:
        - text: Search smart hosts
        - searchbox "Search smart hosts"
        - button "Search"
      - paragraph: 2 smart hosts
      - table "Smart host settings":
        - rowgroup:
          - row "Host Name or IP Address Port TLS Login Used by Last test":
            - columnheader "Host Name or IP Address"
            - columnheader "Port"
            - columnheader "TLS"
            - columnheader "Login"
            - columnheader "Used by"
            - columnheader "Last test"
        - rowgroup:
          - row /mail\\.example\\.net \\d+ Required by default None 1 domain Not tested yet/:
            - cell "mail.example.net":
              - link "mail.example.net":
                - /url: /smtp/smart-host-settings/edit?host=mail%2Eexample%2Enet&port=587
            - cell /\\d+/
            - cell "Required by default"
            - cell "None"
            - cell "1 domain":
              - link "1 domain":
                - /url: /smtp/domains/smart-hosts?q=mail.example.net
            - cell "Not tested yet"
          - row /spare\\.example\\.net spare \\d+ Implicit, certificate verified None No domain Not tested yet/:
            - cell "spare.example.net spare":
              - link "spare.example.net":
                - /url: /smtp/smart-host-settings/edit?host=spare%2Eexample%2Enet&port=465
              - text: ""
            - cell /\\d+/
            - cell "Implicit, certificate verified"
            - cell "None"
            - cell "No domain"
            - cell "Not tested yet"
      - heading "Set up a smart host" [level=2]
      - text: Host Name or IP Address
      - textbox "Host Name or IP Address":
        - /placeholder: mail.example.net
      - paragraph
      - text: Port
      - textbox "Port":
        - /placeholder: "25"
      - paragraph
      - button "Open"
  `);
});

test('the settings of a smart host', async ({ page, server }) => {
  await server.route('example.com', 'mail.example.net', '587');
  await page.goto(`${SETTINGS}/edit?host=mail.example.net&port=587`);
  await expect(page.getByRole('main')).toMatchAriaSnapshot(`
    - main:
      - navigation "Breadcrumb":
        - list:
          - listitem: SMTP
          - listitem:
            - link "Smart host settings":
              - /url: /smtp/smart-host-settings
          - listitem: /mail\\.example\\.net, port \\d+/
      - heading /mail\\.example\\.net, port \\d+/ [level=1]
      - paragraph: These settings hold for every route that leads to this host and port.
      - heading "Settings" [level=2]
      - paragraph: Nothing has been set yet. What is usual on this port applies.
      - text: TLS
      - combobox "TLS":
        - option "None"
        - option "If offered"
        - option "Required" [selected]
        - option "Required, certificate verified"
        - option "Implicit"
        - option "Implicit, certificate verified"
      - paragraph
      - text: User name
      - textbox "User name":
        - /placeholder: No login
      - paragraph
      - text: Password
      - textbox "Password":
        - /placeholder: ""
      - paragraph
      - text: Comment
      - textbox "Comment":
        - /placeholder: Optional
      - paragraph
      - button "Save"
      - button "Test without saving"
      - region "Connection":
        - heading "Connection" [level=2]
        - paragraph: Not tested yet.
        - button "Test"
      - region "1 domain uses it":
        - heading "1 domain uses it" [level=2]
        - list:
          - listitem:
            - link "example.com":
              - /url: /smtp/domains/smart-hosts?at=3#row-3
  `);
});

test('the question before settings are deleted', async ({ page, server }) => {
  await server.run('smart-host', 'set', 'mail.example.net', '587', '--comment', 'spare');
  await page.goto(`${SETTINGS}/delete?host=mail.example.net&port=587`);
  await expect(page.getByRole('main')).toMatchAriaSnapshot(`
    - main:
      - navigation "Breadcrumb":
        - list:
          - listitem: SMTP
          - listitem:
            - link "Smart host settings":
              - /url: /smtp/smart-host-settings
          - listitem: Confirmation
      - heading "Confirmation" [level=1]
      - paragraph: /Delete the settings of mail\\.example\\.net, port \\d+\\?/
      - paragraph: What is usual on its port applies to it then.
      - link "Cancel":
        - /url: /smtp/smart-host-settings/edit?host=mail%2Eexample%2Enet&port=587
      - button "OK"
  `);
});

test('Test connection, before and after', async ({ page }) => {
  const mail = await mailServer();
  await page.goto('/smtp/test');
  await expect(page.getByRole('main')).toMatchAriaSnapshot(`
    - main:
      - navigation "Breadcrumb":
        - list:
          - listitem: SMTP
          - listitem: Test connection
      - heading "Test connection" [level=1]
      - paragraph: Goes the way that mail to a smart host goes, shows every step, and stops before a message would be sent.
      - text: Host Name or IP Address
      - textbox "Host Name or IP Address":
        - /placeholder: mail.example.net
      - paragraph
      - text: Port
      - textbox "Port":
        - /placeholder: "25"
      - paragraph
      - text: TLS
      - combobox "TLS":
        - option "As set, or as usual on its port" [selected]
        - option "None"
        - option "If offered"
        - option "Required"
        - option "Required, certificate verified"
        - option "Implicit"
        - option "Implicit, certificate verified"
      - paragraph
      - text: Name in the certificate
      - textbox "Name in the certificate":
        - /placeholder: The host’s own
      - paragraph
      - text: User name
      - textbox "User name":
        - /placeholder: No login
      - paragraph
      - text: Password
      - textbox "Password":
        - /placeholder: ""
      - paragraph
      - text: Sender
      - textbox "Sender":
        - /placeholder: Optional
      - paragraph
      - text: Recipient
      - textbox "Recipient":
        - /placeholder: Optional
      - paragraph
      - paragraph: No mail is sent. A password that is typed here is used for this test and kept nowhere.
      - button "Test"
  `);
  await page.goto(`/smtp/test?host=127.0.0.1&port=${mail.port}`);
  await page.getByLabel('TLS').selectOption('None');
  await button(page, 'Test').click();
  await expect(page.getByText(/Mail would be delivered in clear/)).toBeVisible();
  await expect(page.getByRole('region', { name: 'Result' })).toMatchAriaSnapshot(`
    - region "Result":
      - heading /Test of \\d+\\.\\d+\\.0\\.1, port \\d+/ [level=2]
      - list:
        - listitem:
          - text: skipped
          - paragraph: /Name resolution \\d+ ms/
          - paragraph: An address needs no name resolution.
        - listitem:
          - text: ok
          - paragraph: /Connection \\d+\\.\\d+\\.0\\.1:\\d+ \\d+ ms/
          - paragraph: /Connected to \\d+\\.\\d+\\.0\\.1:\\d+\\./
        - listitem:
          - text: ok
          - paragraph: /Greeting \\d+\\.\\d+\\.0\\.1:\\d+ \\d+ ms/
          - paragraph: The server greets.
          - group: Words
        - listitem:
          - text: ok
          - paragraph: /EHLO \\d+\\.\\d+\\.0\\.1:\\d+ \\d+ ms/
          - paragraph: The server offers neither STARTTLS nor login.
          - group: Words
        - listitem:
          - text: skipped
          - paragraph: /STARTTLS \\d+\\.\\d+\\.0\\.1:\\d+ \\d+ ms/
          - paragraph: The TLS policy is none.
        - listitem:
          - text: skipped
          - paragraph: /Login \\d+\\.\\d+\\.0\\.1:\\d+ \\d+ ms/
          - paragraph: No account is set.
        - listitem:
          - text: skipped
          - paragraph: /Recipient \\d+\\.\\d+\\.0\\.1:\\d+ \\d+ ms/
          - paragraph: No address was given to ask the server about.
        - listitem:
          - text: ok
          - paragraph: /Goodbye \\d+\\.\\d+\\.0\\.1:\\d+ \\d+ ms/
          - paragraph: No mail was sent.
          - group: Words
        - listitem:
          - text: ok
          - paragraph: Mail would be delivered in clear, without login, as far as can be told without a recipient.
  `);
  mail.close();
});

test('Where will mail go?, before and after', async ({ page, server }) => {
  await server.route('example.com', '192.0.2.5', '587');
  await page.goto('/smtp/explain');
  await expect(page.getByRole('main')).toMatchAriaSnapshot(`
    - main:
      - navigation "Breadcrumb":
        - list:
          - listitem: SMTP
          - listitem: Where will mail go?
      - heading "Where will mail go?" [level=1]
      - paragraph: Which rule decides about the mail for an address, where it goes, and whether Postfix is told the same.
      - text: Address or domain
      - textbox "Address or domain":
        - /placeholder: ann@example.com
      - paragraph
      - button "Explain"
  `);
  await page.goto('/smtp/explain?address=ann%40example.com');
  await expect(page.getByRole('region', { name: 'Result' })).toMatchAriaSnapshot(`
    - region "Result":
      - text: goes
      - paragraph: /Mail for ann@example\\.com goes to \\d+\\.\\d+\\.2\\.5, port \\d+, over TLS \\(required\\)\\./
      - paragraph: "example.com is no managed domain: its mail is not accepted from outside."
      - heading "Rules, in the order in which they are tried" [level=2]
      - list:
        - listitem:
          - text: none
          - paragraph: "Managed domain example.com: none"
        - listitem:
          - text: wins
          - paragraph: Route for example.com
          - paragraph: "/It wins: mail goes to \\\\d+\\\\.\\\\d+\\\\.2\\\\.5, port \\\\d+\\\\./"
        - listitem:
          - text: none
          - paragraph: "Removed route for example.com: none"
      - heading "Next hops, in the order in which they are tried" [level=2]
      - list:
        - listitem:
          - text: ok
          - paragraph: /\\d+\\.\\d+\\.2\\.5, port \\d+/
          - paragraph: "TLS: Required. Does not sign in."
          - paragraph:
            - link "Test connection":
              - /url: /smtp/test?host=192%2E0%2E2%2E5&port=587
  `);
});

test('Held mail, empty and with removed routes, and the question before a release', async ({ page, server }) => {
  await page.goto('/smtp/held');
  await expect(page.getByRole('main')).toMatchAriaSnapshot(`
    - main:
      - navigation "Breadcrumb":
        - list:
          - listitem: SMTP
          - listitem: Held mail
      - heading "Held mail" [level=1]
      - paragraph: Routes that were removed while mail may still be queued for them. That mail waits in Postfix’s queue (4.4.0), and new mail for the same names with its sender, until the time below, or until you release it; then the next rule that matches decides, or none.
      - region "Held mail":
        - paragraph: No mail is held
        - paragraph: When a route is deleted, mail that is still queued for it, and new mail for the same names, waits for 5 days, so that it is not delivered past its smart host.
  `);
  await server.route('example.com');
  await server.run('route', 'delete', 'example.com');
  await page.reload();
  await expect(page.getByRole('region', { name: 'Held mail' })).toMatchAriaSnapshot(`
    - region "Held mail":
      - search:
        - searchbox "Search held mail"
        - button "Search"
      - paragraph: 1 removed route
      - list:
        - listitem:
          - checkbox "Select example.com"
          - paragraph: example.com removed, holding queued mail
          - paragraph:
            - text: Removed
            - time: /\\d+-\\d+-\\d+ \\d+:\\d+:\\d+ UTC \\(just now\\)/
            - text: ", held until"
            - time: /\\d+-\\d+-\\d+ \\d+:\\d+:\\d+ UTC \\(in 5 days\\)/
          - paragraph:
            - link "Where will mail go?":
              - /url: /smtp/explain?address=example%2Ecom
          - link "Release example.com":
            - /url: /smtp/held/release?row=5
            - text: Release
      - button "Release ticked"
      - navigation "Pages"
  `);
  await page.getByRole('link', { name: 'Release example.com' }).click();
  await expect(page.getByRole('main')).toMatchAriaSnapshot(`
    - main:
      - navigation "Breadcrumb":
        - list:
          - listitem: SMTP
          - listitem: Held mail
      - heading "Held mail" [level=1]
      - region "Confirmation":
        - heading "Confirmation" [level=2]
        - paragraph: Release mail for example.com?
        - paragraph: At Postfix’s next attempt, the next rule that matches decides where it goes; if there is none, it goes to the domain’s own mail servers.
        - link "Cancel":
          - /url: /smtp/held
        - button "OK"
  `);
});

test('Gateway health', async ({ page }) => {
  await page.goto('/smtp/gateway');
  await button(page, 'Check again').click();
  // What is found depends on the machine.
  await expect(page.getByRole('main')).toMatchAriaSnapshot(`
    - main:
      - navigation "Breadcrumb":
        - list:
          - listitem: SMTP
          - listitem: Gateway health
      - heading "Gateway health" [level=1]
      - paragraph: Whether the Postfix on this machine sends mail where this console says.
      - region "Verdict":
        - heading [level=2]
        - paragraph:
          - text: Examined
          - time: just now
          - text: ", and every minute."
        - button "Check again"
  `);
});

test('Route details', async ({ page, server }) => {
  await server.run('route', 'add', 'example.com', 'one.example.net:587', 'two.example.net:587', '--comment', 'Ticket 4711');
  await page.goto(`${SMART_HOSTS}/route?id=3`);
  await expect(page.getByRole('main')).toMatchAriaSnapshot(`
    - main:
      - navigation "Breadcrumb":
        - list:
          - listitem: SMTP
          - listitem:
            - link "Domains":
              - /url: /smtp/domains/smart-hosts
          - listitem: example.com
      - heading "example.com" [level=1]
      - paragraph: What this route says, and what has become of it.
      - region "Route details":
        - term: Applies to
        - definition: This domain
        - term: Comment
        - definition: /Ticket \\d+/
        - term: Saved
        - definition:
          - time: just now
          - text: ", added on this machine"
        - term: Published
        - definition:
          - text: "No: no look-up service runs on this data folder, so nobody answers Postfix. See"
          - link "Gateway health":
            - /url: /smtp/gateway
        - term: Seen by Postfix
        - definition: Not asked for yet
        - paragraph:
          - link "Where will mail go?":
            - /url: /smtp/explain?address=example%2Ecom
      - region "Hosts, in the order in which they are tried":
        - heading "Hosts, in the order in which they are tried" [level=2]
        - list:
          - listitem:
            - text: /one\\.example\\.net, port \\d+/
            - link /Settings of one\\.example\\.net, port \\d+/:
              - /url: /smtp/smart-host-settings/edit?host=one%2Eexample%2Enet&port=587
            - link /Test connection of one\\.example\\.net, port \\d+/:
              - /url: /smtp/test?host=one%2Eexample%2Enet&port=587
          - listitem:
            - text: /two\\.example\\.net, port \\d+/
            - link /Settings of two\\.example\\.net, port \\d+/:
              - /url: /smtp/smart-host-settings/edit?host=two%2Eexample%2Enet&port=587
            - link /Test connection of two\\.example\\.net, port \\d+/:
              - /url: /smtp/test?host=two%2Eexample%2Enet&port=587
      - heading "Change the hosts" [level=2]
      - paragraph: One host and port a line. The first is tried first; the others follow where it cannot be reached. All have the same kind of TLS, and none is weaker than the first.
      - text: Hosts
      - textbox "Hosts": /one\\.example\\.net:\\d+ two\\.example\\.net:\\d+/
      - paragraph
      - button "Save"
      - region "When Postfix follows a change":
        - heading "When Postfix follows a change" [level=2]
        - list:
          - listitem: "/A new message: at once\\\\. Where sender and recipient are those of the message before, within \\\\d+ s\\\\./"
          - listitem:
            - text: "A recipient that was refused a moment ago: when that SMTP process ends. To hurry:"
            - code: sudo postfix reload
          - listitem:
            - text: "/Mail that waits in the queue: at its next attempt, in 5 to \\\\d+ minutes\\\\. To hurry:/"
            - code: sudo postqueue -f
          - listitem: "A password or a TLS policy: with the next connection."
  `);
});
