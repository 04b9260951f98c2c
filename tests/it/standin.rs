//! The stand-in bench behaves as Frappe is known to: the same exit codes, and the same left behind.

mod apps;
mod bed;
mod ended;
mod new_site;
mod processes;
mod settings;
mod web;
