//! The explorer: its page and files, its examples, and all of it in a browser without the internet.

mod browser;
mod examples;
mod page;
