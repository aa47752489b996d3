//! `smart-hosts smart-host`: TLS and sender authentication of smart hosts.

mod password;

use clap::{Args, Subcommand};
use routing::{Account, Comment, Field, FieldError, Input, NextHop, Port, TlsPolicy, UserName};
use store::{
    Login, PageSize, PasswordState, SmartHostInput, SmartHostPosition, SmartHostQuery,
    StoredSmartHost,
};

use super::{DataDirArg, Failure, by, output, published};

/// List smart hosts, or show, set and delete their settings.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// List smart hosts: those that routes use and those with settings
    List(List),
    /// Show the settings of a smart host
    Show(Show),
    /// Set TLS and sender authentication; what is not named stays as it is
    Set(Box<Set>),
    /// Delete the settings of a smart host that no route uses
    Delete(Delete),
}

#[derive(Debug, Args)]
pub(super) struct List {
    /// Only smart hosts with this text in host or comment
    #[arg(long, default_value = "", hide_default_value = true)]
    search: String,
    /// One JSON object a line
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    data_dir: DataDirArg,
}

/// Host and port.
#[derive(Debug, Args)]
struct Which {
    /// The smart host: a name, an IPv4 or an IPv6 address; host:port is understood
    host: String,
    /// The port
    #[arg(default_value_t = Port::DEFAULT.to_string())]
    port: String,
}

#[derive(Debug, Args)]
pub(super) struct Show {
    #[command(flatten)]
    which: Which,
    /// Print it as JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    data_dir: DataDirArg,
}

#[derive(Debug, Args)]
pub(super) struct Set {
    #[command(flatten)]
    which: Which,
    /// What to demand of the encryption: none, opportunistic, required, verified, implicit or
    /// implicit-verified
    #[arg(long, value_name = "POLICY")]
    tls: Option<String>,
    /// The name that the certificate must have, instead of the host's own; .example.net for any name
    /// below it
    #[arg(long, value_name = "NAME")]
    tls_name: Option<String>,
    /// Sign in as this user; the password is asked for
    #[arg(long, value_name = "NAME")]
    user: Option<String>,
    /// Read the password from standard input instead of asking for it
    #[arg(long, requires = "user")]
    password_stdin: bool,
    /// Do not sign in; forget user name and password
    #[arg(long, conflicts_with = "user")]
    no_login: bool,
    /// Why the password may be sent though encryption is not required
    #[arg(long, value_name = "TEXT")]
    login_reason: Option<String>,
    /// A remark, shown beside the smart host
    #[arg(long, value_name = "TEXT")]
    comment: Option<String>,
    /// Print the settings as JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    data_dir: DataDirArg,
}

#[derive(Debug, Args)]
pub(super) struct Delete {
    #[command(flatten)]
    which: Which,
    #[command(flatten)]
    data_dir: DataDirArg,
}

impl Command {
    pub(super) async fn run(self) -> Result<(), Failure> {
        match self {
            Self::List(list) => list.run().await,
            Self::Show(show) => show.run().await,
            Self::Set(set) => set.run().await,
            Self::Delete(delete) => delete.run().await,
        }
    }
}

impl Which {
    fn next_hop(self) -> Result<NextHop, Failure> {
        let input = Input {
            relay_host: self.host,
            relay_port: self.port,
            ..Input::default()
        };
        input.next_hop()?.ok_or_else(|| {
            invalid("Type a host name or an IP address, such as mail.example.net or 192.0.2.1.")
        })
    }
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "the shape that map_err wants"
)]
fn invalid(message: impl ToString) -> Failure {
    Failure::Invalid(vec![FieldError::new(Field::Host, message.to_string())])
}

impl List {
    async fn run(self) -> Result<(), Failure> {
        let store = self.data_dir.open().open().await?;
        let mut position = SmartHostPosition::First;
        let mut rows = Vec::new();
        loop {
            let query = SmartHostQuery {
                search: self.search.clone(),
                size: PageSize::MAX,
                position,
            };
            let page = store.smart_hosts(query).await?;
            for host in &page.rows {
                if self.json {
                    output::json(host)?;
                } else {
                    rows.push(cells(host));
                }
            }
            match page.rows.last() {
                Some(last) if page.has_next => {
                    position = SmartHostPosition::After(last.settings.next_hop.clone());
                }
                _ => break,
            }
        }
        if !self.json {
            let headings = [
                "HOST", "PORT", "TLS", "USER", "PASSWORD", "ROUTES", "COMMENT",
            ];
            output::table(&headings, &rows)?;
        }
        Ok(())
    }
}

fn cells(host: &StoredSmartHost) -> [String; 7] {
    let settings = &host.settings;
    [
        settings.next_hop.host.to_string(),
        settings.next_hop.port.to_string(),
        settings.tls.to_string(),
        settings
            .user
            .as_ref()
            .map(ToString::to_string)
            .unwrap_or_default(),
        password(host.password).to_owned(),
        host.routes.to_string(),
        settings.comment.to_string(),
    ]
}

const fn password(state: PasswordState) -> &'static str {
    match state {
        PasswordState::None => "",
        PasswordState::Set => "set",
        PasswordState::Unreadable => "cannot be read: enter it again",
    }
}

impl Show {
    async fn run(self) -> Result<(), Failure> {
        let next_hop = self.which.next_hop()?;
        let store = self.data_dir.open().open().await?;
        let host = store.smart_host(&next_hop).await?;
        if self.json {
            return output::json(&host);
        }
        show(&host)
    }
}

fn show(host: &StoredSmartHost) -> Result<(), Failure> {
    let settings = &host.settings;
    let default = if host.id.is_none() { " (default)" } else { "" };
    output::line(format_args!("smart host    {}", settings.next_hop))?;
    output::line(format_args!("tls           {}{default}", settings.tls))?;
    if let Some(name) = settings.tls.certificate_name(&settings.next_hop.host) {
        output::line(format_args!("certificate   must be for {name}"))?;
    }
    match &settings.user {
        Some(user) => {
            output::line(format_args!("user          {user}"))?;
            output::line(format_args!("password      {}", password(host.password)))?;
        }
        None => output::line("user          none: the gateway does not sign in")?,
    }
    if !settings.login_reason.is_empty() {
        output::line(format_args!("in the clear  {}", settings.login_reason))?;
    }
    if !settings.comment.is_empty() {
        output::line(format_args!("comment       {}", settings.comment))?;
    }
    output::line(format_args!("used by       {} routes", host.routes))
}

impl Set {
    async fn run(self) -> Result<(), Failure> {
        let store = self.data_dir.open().create().await?;
        let (json, next_hop) = (self.json, self.which.next_hop()?);
        let now = store.smart_host(&next_hop).await?;
        let policy = policy(self.tls.as_deref(), self.tls_name.as_deref(), &now)?;
        let comment = |typed: Option<String>, now: &Comment| match typed {
            Some(text) => Comment::parse(&text).map_err(invalid),
            None => Ok(now.clone()),
        };
        let input = SmartHostInput {
            login_reason: comment(self.login_reason, &now.settings.login_reason)?,
            comment: comment(self.comment, &now.settings.comment)?,
            tls: policy,
            // Last, so that nobody types a password for settings that cannot be.
            login: match self.user {
                None if self.no_login => Login::None,
                None => Login::Keep,
                Some(user) => Login::Set(Account {
                    user: UserName::parse(&user).map_err(invalid)?,
                    password: password::read(self.password_stdin, &user, &next_hop)?,
                }),
            },
            next_hop,
        };
        let saved = store.set_smart_host(&by(), now.version, input).await?;
        published::wait_for_it(&store).await;
        if json {
            output::json(&saved)
        } else {
            show(&saved)
        }
    }
}

/// The policy that is asked for: what is not named stays, and a name that is not verified any more
/// goes.
fn policy(
    tls: Option<&str>,
    name: Option<&str>,
    now: &StoredSmartHost,
) -> Result<TlsPolicy, Failure> {
    let now = &now.settings.tls;
    let kept = || now.name().map(ToString::to_string).unwrap_or_default();
    let wanted = tls.unwrap_or(now.as_str());
    let parsed = match name {
        Some(name) => TlsPolicy::parse(wanted, name),
        None => TlsPolicy::parse(wanted, &kept()).or_else(|_| TlsPolicy::parse(wanted, "")),
    };
    parsed.map_err(invalid)
}

impl Delete {
    async fn run(self) -> Result<(), Failure> {
        let next_hop = self.which.next_hop()?;
        let store = self.data_dir.open().open().await?;
        let now = store.smart_host(&next_hop).await?;
        if now.id.is_none() {
            return Err(Failure::NotFound(format!(
                "{next_hop} has no settings of its own. \"smart-hosts smart-host list\" shows all."
            )));
        }
        store
            .delete_smart_host(&by(), &next_hop, now.version)
            .await?;
        published::wait_for_it(&store).await;
        output::line(format_args!("Deleted the settings of {next_hop}"))
    }
}
