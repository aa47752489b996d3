//! The whole service, called without a port.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod activity;
mod api;
mod connection_set;
mod connection_test;
mod console;
mod explain;
mod export;
mod forms;
mod gateway_health;
mod guards;
mod held;
mod mail_server;
mod pages;
mod publication;
mod route_details;
mod rows;
mod site;
mod smart_hosts;
