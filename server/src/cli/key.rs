//! `smart-hosts key`: the key that seals what must stay secret.

use clap::{Args, Subcommand};

use super::{DataDirArg, Failure, by, output};

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Replace the key; passwords and second factors are sealed with the new one, and running programs
    /// notice by themselves
    Rotate(Rotate),
}

#[derive(Debug, Args)]
pub(super) struct Rotate {
    #[command(flatten)]
    data_dir: DataDirArg,
}

impl Command {
    pub(super) async fn run(self) -> Result<(), Failure> {
        let Self::Rotate(rotate) = self;
        let store = rotate.data_dir.open().open().await?;
        let rotated = store.rotate_key(&by()).await?;
        store.close().await?;
        if rotated.unreadable > 0 {
            output::note(format_args!(
                "{} secrets could not be read and stay so: they were sealed with a key that is lost. \
                 Enter them again.",
                rotated.unreadable
            ));
        }
        output::line(format_args!(
            "The key was replaced. Sealed anew: {}. Copies of the old key open nothing any more, except in \
             old copies of the database.",
            rotated.sealed
        ))
    }
}
