//! Letters through Amazon SES.

use super::compose::Composed;
use super::{Outgoing, PostError, Receipt, without_addresses};
use aws_sdk_ses::Client;
use aws_sdk_ses::error::ProvideErrorMetadata;
use aws_sdk_ses::operation::send_raw_email::SendRawEmailError;
use aws_sdk_ses::types::RawMessage;
use aws_smithy_types::Blob;

/// SES, with the client that the function has built for itself.
#[derive(Clone, Debug)]
pub struct Ses {
    client: Client,
    configuration_set: Option<String>,
}

impl Ses {
    /// SES through this client; the configuration set is where bounces and complaints are reported, if there is one.
    pub fn new(client: Client, configuration_set: Option<String>) -> Ses {
        Ses {
            client,
            configuration_set,
        }
    }

    /// The `Message-ID` that the recipient sees: SES replaces ours by its own id at a host of the region.
    pub(super) fn header_of(&self, id: &str) -> String {
        match self.client.config().region().map(ToString::to_string).as_deref() {
            Some("us-east-1") | None => format!("<{id}@email.amazonses.com>"),
            Some(region) => format!("<{id}@{region}.amazonses.com>"),
        }
    }

    pub(super) async fn send(&self, letter: &Outgoing, message: &Composed) -> Result<Receipt, PostError> {
        let raw = RawMessage::builder().data(Blob::new(message.bytes.clone())).build();
        let raw = raw.map_err(|_| PostError::Permanent("letter cannot be composed".into()))?;
        let sent = self
            .client
            .send_raw_email()
            .source(letter.from.as_str())
            .destinations(letter.to.as_str())
            .raw_message(raw)
            .set_configuration_set_name(self.configuration_set.clone())
            .send()
            .await;
        match sent {
            Ok(answer) => Ok(Receipt {
                message_id: answer.message_id,
            }),
            Err(error) => match error.as_service_error() {
                Some(refusal) => Err(judge(refusal)),
                None => Err(PostError::Transient("SES cannot be reached".into())),
            },
        }
    }
}

/// Only what is wrong with this letter is final; what is wrong with the account can be put right while letters wait.
fn judge(refusal: &SendRawEmailError) -> PostError {
    let code = refusal.code().unwrap_or("unknown");
    let reason = without_addresses(&format!("SES: {code} {}", refusal.message().unwrap_or_default()));
    // An identity that is not verified yet is refused with the same code as a letter that SES will never take.
    let unverified = reason.contains("not verified");
    let rejected = refusal.is_message_rejected() || matches!(code, "InvalidParameterValue" | "ValidationError");
    let final_word = rejected && !unverified;
    if final_word {
        PostError::Permanent(reason)
    } else {
        PostError::Transient(reason)
    }
}

#[cfg(test)]
mod tests;
