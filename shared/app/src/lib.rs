//! kesu-app
pub mod post;
pub mod texts;
