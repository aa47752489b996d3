//! The whole service, called without a port.

mod api;
mod console;
mod export;
mod forms;
mod guards;
mod pages;
mod site;
