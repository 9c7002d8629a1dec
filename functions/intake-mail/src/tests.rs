//! What becomes of mail.
