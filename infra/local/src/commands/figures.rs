//! `kesu figures`: enters or lists what rates are set against.

use std::collections::BTreeMap;
use std::process::ExitCode;

use kesu_app::clock::Time;
use kesu_app::denominators;
use serde_json::json;

use super::{DONE, print};
use crate::cli::Figures;
use crate::failure::Failure;
use crate::folder::DataFolder;

pub async fn run(args: Figures) -> Result<ExitCode, Failure> {
    let mut figures = BTreeMap::new();
    for text in &args.figures {
        let wrong = || Failure::refused(format!("`{text}` is no figure such as deliveries=1200"));
        let (name, value) = text.split_once('=').ok_or_else(wrong)?;
        let value = match value {
            "" => None,
            value => Some(value.parse().map_err(|_| wrong())?),
        };
        figures.insert(name.to_owned(), value);
    }
    let folder = DataFolder::for_command(&args.data.data, Time::Machine).await?;
    denominators::enter(&folder.app, &[(args.month.clone(), figures)].into()).await?;
    let months = [args.month.clone()];
    let mut all = denominators::read(&folder.app, &months).await?;
    let of_month: BTreeMap<&String, _> = all
        .iter_mut()
        .filter_map(|(name, by_month)| Some((name, by_month.remove(&args.month)?)))
        .collect();
    print(&json!({"month": args.month, "figures": of_month}));
    Ok(DONE)
}
