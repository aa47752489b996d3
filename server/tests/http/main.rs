//! The whole service, called without a port.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod account;
mod activity;
mod api;
mod canary;
mod cautions;
mod change_many;
mod connection_set;
mod connection_test;
mod console;
mod doors;
mod explain;
mod export;
mod forms;
mod gateway_health;
mod guards;
mod headers;
mod held;
mod import;
mod import_ends;
mod import_sent;
mod left_out;
mod live;
mod log;
mod mail_server;
mod pages;
mod people;
mod people_secrets;
mod publication;
mod route_details;
mod rows;
mod second_step;
mod secrets;
mod sent;
mod sessions;
mod set_up;
mod sign_in;
mod site;
mod smart_hosts;
mod understood;
mod undo_from_notice;
