//! The store as its callers use it, on real files.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "all of this is tests, and the helpers too may fail by panicking"
)]

mod about;
mod asked;
mod batches;
mod changes;
mod concurrency;
mod crash;
mod default_routing;
mod delete;
mod edit;
mod enabled;
mod export;
mod feed;
mod fixture;
mod following;
mod further_hosts;
mod held;
mod history;
mod import;
mod managed_hosts;
mod many;
mod model;
mod opening;
mod own;
#[cfg(unix)]
mod owner;
mod paging;
mod people;
mod restore;
mod rotation;
mod rules;
mod schema;
mod search;
mod sessions;
mod size;
mod smart_host_list;
mod smart_hosts;
mod tested;
mod undo;
mod undo_everything;
mod upgrade;
