//! Letters out: limits, failures, digests and chat robots, with the pump and the sweep of the one-machine program.
#![recursion_limit = "256"]

mod digests;
mod failures;
mod house;
mod limits;
mod robots;
mod server;
mod threads;
