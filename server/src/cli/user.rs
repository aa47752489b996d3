//! `smart-hosts user`: people who sign in to the console.

use access::{AccountName, NewPassword, Role};
use clap::{Args, Subcommand};
use secrecy::SecretString;
use serde_json::json;
use store::{NewPerson, Person, Store};

use super::{DataDirArg, Failure, by, output, password};

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// List people
    List(List),
    /// Add somebody; the first one is an administrator
    Add(Add),
    /// Let somebody sign in no more, and end their sessions
    Disable(Who),
    /// Let somebody sign in again
    Enable(Who),
    /// Set a password and end that person's sessions
    SetPassword(SetPassword),
    /// Say what somebody may do
    SetRole(SetRole),
    /// Take the second factor of somebody away who has lost it
    ResetSecondFactor(Who),
    /// Remove somebody
    Remove(Who),
}

#[derive(Debug, Args)]
pub(super) struct List {
    #[command(flatten)]
    data_dir: DataDirArg,
    /// Print one JSON object a line
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Args)]
pub(super) struct Who {
    /// The account
    #[arg(value_name = "NAME")]
    name: String,
    #[command(flatten)]
    data_dir: DataDirArg,
}

#[derive(Debug, Args)]
pub(super) struct Add {
    #[command(flatten)]
    who: Who,
    /// What the person may do: administrator, operator or viewer. By default the first person is an
    /// administrator and everybody else a viewer
    #[arg(long)]
    role: Option<Role>,
    /// Read the password from standard input instead of asking for it
    #[arg(long)]
    password_stdin: bool,
}

#[derive(Debug, Args)]
pub(super) struct SetPassword {
    #[command(flatten)]
    who: Who,
    /// Read the password from standard input instead of asking for it
    #[arg(long)]
    password_stdin: bool,
}

#[derive(Debug, Args)]
pub(super) struct SetRole {
    #[command(flatten)]
    who: Who,
    /// What the person may do: administrator, operator or viewer
    role: Role,
}

impl Command {
    pub(super) async fn run(self) -> Result<(), Failure> {
        match self {
            Self::List(list) => list.run().await,
            Self::Add(add) => add.run().await,
            Self::Disable(who) => {
                let (store, name) = who.open().await?;
                store.set_disabled(&by(), &name, true).await?;
                output::line(format_args!("Disabled {name}. Their sessions have ended."))
            }
            Self::Enable(who) => {
                let (store, name) = who.open().await?;
                store.set_disabled(&by(), &name, false).await?;
                output::line(format_args!("Enabled {name}"))
            }
            Self::SetPassword(set) => set.run().await,
            Self::SetRole(set) => {
                let (store, name) = set.who.open().await?;
                let person = store.set_role(&by(), &name, set.role).await?;
                output::line(format_args!("{name} is {} now", person.role))
            }
            Self::ResetSecondFactor(who) => {
                let (store, name) = who.open().await?;
                store.remove_second_factor(&by(), &name).await?;
                output::line(format_args!("{name} has no second factor now"))
            }
            Self::Remove(who) => {
                let (store, name) = who.open().await?;
                store.remove_person(&by(), &name).await?;
                output::line(format_args!("Removed {name}"))
            }
        }
    }
}

impl Who {
    fn name(&self) -> Result<AccountName, Failure> {
        AccountName::parse(&self.name).map_err(invalid)
    }

    async fn open(&self) -> Result<(Store, AccountName), Failure> {
        let name = self.name()?;
        Ok((self.data_dir.open().open().await?, name))
    }
}

impl List {
    async fn run(self) -> Result<(), Failure> {
        let store = self.data_dir.open().open().await?;
        let people = store.people().await?;
        if self.json {
            return people.iter().try_for_each(|person| {
                output::json(&json!({
                    "name": person.name,
                    "role": person.role,
                    "disabled": person.disabled,
                    "second_factor": person.second_factor,
                    "created": person.created.to_string(),
                    "last_seen": person.seen.map(|seen| seen.to_string()),
                }))
            });
        }
        let rows: Vec<_> = people.iter().map(cells).collect();
        output::table(
            &["NAME", "ROLE", "STATE", "SECOND FACTOR", "LAST SEEN"],
            &rows,
        )
    }
}

fn cells(person: &Person) -> [String; 5] {
    let state = if person.disabled { "disabled" } else { "" };
    let factor = if person.second_factor { "yes" } else { "no" };
    [
        person.name.to_string(),
        person.role.to_string(),
        state.to_owned(),
        factor.to_owned(),
        person.seen.map(|seen| seen.to_string()).unwrap_or_default(),
    ]
}

impl Add {
    async fn run(self) -> Result<(), Failure> {
        let name = self.who.name()?;
        // Before the database is made, for it is made in vain if the password is refused.
        let password_hash = new_hash(&name, self.password_stdin)?;
        let store = self.who.data_dir.open().create().await?;
        let role = match self.role {
            Some(role) => role,
            None if store.has_people().await? => Role::Viewer,
            None => Role::Administrator,
        };
        if role != Role::Administrator && !store.has_people().await? {
            let words =
                "The first person must be an administrator: somebody must be able to add others.";
            return Err(Failure::Value(words.to_owned()));
        }
        let new = NewPerson {
            name,
            role,
            password_hash,
        };
        let person = store.add_person(&by(), new).await?;
        output::line(format_args!("Added {} as {}", person.name, person.role))
    }
}

impl SetPassword {
    async fn run(self) -> Result<(), Failure> {
        let (store, name) = self.who.open().await?;
        if store.person(&name).await?.is_none() {
            return Err(store::Error::NoSuchPerson(name).into());
        }
        let hash = new_hash(&name, self.password_stdin)?;
        store.set_person_password(&by(), &name, hash, None).await?;
        output::line(format_args!(
            "The password of {name} was set. Their sessions have ended."
        ))
    }
}

/// Reads a password, twice where a person types it, and hashes it.
fn new_hash(name: &AccountName, from_stdin: bool) -> Result<String, Failure> {
    let text = SecretString::from(password::read(
        from_stdin,
        &format!("Password of {name}: "),
    )?);
    let new = NewPassword::parse(text.clone(), name).map_err(invalid)?;
    if !from_stdin {
        use secrecy::ExposeSecret;
        let again = SecretString::from(password::read(false, "The same again: ")?);
        if again.expose_secret() != text.expose_secret() {
            let words = "The two are not the same. Nothing was changed.";
            return Err(Failure::Value(words.to_owned()));
        }
    }
    new.hash()
        .map_err(|error| Failure::Io(std::io::Error::other(error)))
}

#[expect(clippy::needless_pass_by_value, reason = "map_err hands it over")]
fn invalid(error: impl ToString) -> Failure {
    Failure::Value(error.to_string())
}
