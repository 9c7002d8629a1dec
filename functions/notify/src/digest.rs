//! What a digest is told when it is sent: names of customers and links, which its record does not hold.

use std::collections::BTreeMap;

use kesu_app::post::subscription;
use kesu_app::record::Loaded;
use kesu_app::{App, Problem};
use kesu_rules::domain::names::UserId;
use serde_json::{Value, json};

use crate::facts::{plain, sees};

/// The facts of a digest: `id` of each row becomes its link and, for a reader who may see it, the customer's name.
pub(crate) async fn told(app: &App, user: &UserId, told: &Value) -> Result<Value, Problem> {
    let mut told = told.clone();
    let rows = |told: &Value| -> Vec<String> {
        let lists = ["complaints", "approvals"]
            .into_iter()
            .filter_map(|list| told.get(list)?.as_array());
        let ids = lists.flatten().filter_map(|row| row.get("id")?.as_str());
        ids.map(str::to_owned).collect()
    };
    let mut ids = rows(&told);
    ids.sort();
    ids.dedup();
    let mut customers: BTreeMap<String, String> = BTreeMap::new();
    for head in app.store.heads(&ids).await? {
        let loaded = Loaded::read(head)?;
        let name = loaded.face.get("customer_name").map(|name| plain(name));
        if let Some(name) = name.filter(|name| !name.is_empty())
            && sees(app, user, loaded.complaint.department.as_ref()).await?
        {
            customers.insert(loaded.complaint.id.to_string(), name);
        }
    }
    for list in ["complaints", "approvals"] {
        let rows = told.get_mut(list).and_then(Value::as_array_mut);
        for row in rows.into_iter().flatten().filter_map(Value::as_object_mut) {
            let Some(Value::String(id)) = row.remove("id") else {
                continue;
            };
            row.insert("customer".to_owned(), json!(customers.get(&id)));
            let link = format!("{}/admin/complaints/{id}", app.settings.base_url);
            row.insert("link".to_owned(), json!(link));
        }
    }
    if let Some(map) = told.as_object_mut() {
        map.insert("off".to_owned(), json!(subscription::off_link(app, user)));
    }
    Ok(told)
}
