//! The shell of Kesu: it gathers facts, asks the rules, writes what they decided, and nothing else.

pub mod app;
pub mod batches;
pub mod blobs;
pub mod clock;
pub mod config;
pub mod correspondent;
pub mod counting;
pub mod customers;
pub mod denominators;
pub mod devices;
pub mod duties;
pub mod intake;
#[cfg(feature = "aws")]
pub mod lambda;
pub mod legacy;
pub mod library;
pub mod limits;
pub mod link;
pub mod mail_room;
pub mod office;
pub mod page;
pub mod post;
pub mod problem;
pub mod procedures;
pub mod quarantine;
pub mod record;
pub mod registers;
pub mod session;
pub mod simulate;
pub mod store;
pub mod submission;
pub mod survey;
pub mod telemetry;
pub mod tell;
pub mod texts;
mod token;
pub mod users;
pub mod verify;
pub mod wire;

pub use app::App;
pub use problem::Problem;
