//! Staff take back what is noted of a customer's address: letters are written to it again. The administration log says why.

use axum::response::Response;
use kesu_app::{Problem, correspondent};
use kesu_rules::domain::refusal::Refusal;
use serde_json::json;

use crate::api::journal;
use crate::ask::Ask;
use crate::pages::{complaint, onward, said};
use crate::shown::Shown;

/// `POST /admin/complaints/{id}/address`.
pub async fn clear(ask: Ask) -> Result<Response, Problem> {
    let shown = Shown::read(&ask.app, ask.session()?, ask.part("id")?).await?;
    match cleared(&ask, &shown).await {
        Ok(()) => onward(&format!(
            "/admin/complaints/{}?done=address#address",
            shown.loaded.complaint.id
        )),
        Err(problem) => {
            let (status, errors) = said(problem, ask.language)?;
            complaint::again(&ask, &shown, status, errors).await
        }
    }
}

async fn cleared(ask: &Ask, shown: &Shown) -> Result<(), Problem> {
    let reason = ask.form().get("reason");
    let reason = reason.ok_or_else(|| Refusal::of("reason_needed").about("reason"))?;
    let mail = shown.loaded.face.get("customer_email").ok_or(Problem::NotFound)?;
    let state = correspondent::state(&ask.app, mail).await?;
    if state.unwanted().is_none() {
        return Err(Refusal::of("nothing_to_do").into());
    }
    // The log names the complaint and not the address: whoever may see the complaint finds it there.
    let detail = json!({"was": state.unwanted(), "known": state.known, "reason": reason});
    let id = shown.loaded.complaint.id.as_str();
    journal::keep(&ask.app, ask.session()?, "address", id, detail).await?;
    correspondent::cleared(&ask.app, mail).await
}
