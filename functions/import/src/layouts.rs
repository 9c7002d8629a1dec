//! What people said of a layout is remembered by the fingerprint of its header, for the next register that has the same one.

use std::collections::BTreeSet;

use kesu_app::{App, Problem};
use kesu_ledger::mapping::Mapping;
use kesu_ledger::survey::Survey;
use kesu_rules::domain::chain::hash;

use crate::options::Options;

/// The fingerprints of the tables of a file.
pub fn fingerprints(survey: &Survey) -> impl Iterator<Item = String> {
    let tables = survey.sheets.iter().flat_map(|sheet| &sheet.tables);
    tables.map(|table| table.fingerprint.clone())
}

/// The options with what is remembered of these layouts, where the mapping that was given does not speak of them; which
/// those are; and a digest of all that was said.
///
/// # Errors
/// When the store does not answer.
pub async fn recalled(
    app: &App,
    options: &Options,
    seen: &BTreeSet<String>,
) -> Result<(Options, Vec<String>, String), Problem> {
    let mut options = options.clone();
    let unsaid: Vec<String> = seen
        .iter()
        .filter(|fingerprint| !options.mapping.layouts.contains_key(*fingerprint))
        .cloned()
        .collect();
    let mut said = vec![options.mapping_text.clone()];
    let mut recalled = Vec::new();
    for (fingerprint, text) in app.layouts(&unsaid).await? {
        // It could be read when it was kept; a later version of the program may have other fields.
        let layout = Mapping::read(&text)
            .ok()
            .and_then(|mut mapping| mapping.layouts.remove(&fingerprint));
        if let Some(layout) = layout {
            options.mapping.layouts.insert(fingerprint.clone(), layout);
            recalled.push(fingerprint);
            said.push(text);
        }
    }
    let digest = match said.iter().all(String::is_empty) {
        true => String::new(),
        false => hash(said.join("\n").as_bytes()),
    };
    Ok((options, recalled, digest))
}

/// Remembers what was said of the layouts that were seen.
///
/// # Errors
/// When the store does not answer.
pub async fn remember(app: &App, options: &Options, seen: &BTreeSet<String>) -> Result<(), Problem> {
    let Ok(said) = Mapping::read(&options.mapping_text) else {
        return Ok(());
    };
    for fingerprint in said.layouts.keys().filter(|fingerprint| seen.contains(*fingerprint)) {
        app.keep_layout(fingerprint, &options.mapping_text).await?;
    }
    Ok(())
}
