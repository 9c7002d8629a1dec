//! `kesu user`: accounts from the command line, while no server runs.

use std::io::{BufRead, IsTerminal};
use std::process::ExitCode;

use kesu_app::clock::Time;
use kesu_app::office::save_directory;
use kesu_app::users::{self, User};
use kesu_rules::domain::facts::Role;
use kesu_rules::domain::names::{Desk, UserId};
use serde_json::{Value, json};

use super::{DONE, print};
use crate::cli::{User as Args, UserAction};
use crate::failure::Failure;
use crate::folder::DataFolder;

pub async fn run(args: Args) -> Result<ExitCode, Failure> {
    let folder = DataFolder::for_command(&args.data, Time::Machine).await?;
    match args.action {
        UserAction::Add {
            email,
            role,
            department,
            position,
        } => add(&folder, &email, &role, department, position).await,
        UserAction::List => list(&folder).await,
        UserAction::Role { email, role } => {
            let role = parse_role(&role)?;
            change(&folder, &email, move |user| user.role = role).await
        }
        UserAction::Passwd { email } => {
            let password = users::hashed(&read_password()?).await?;
            change(&folder, &email, move |user| {
                user.password = password;
                user.handed_out = false;
            })
            .await
        }
        UserAction::Disable { email } => change(&folder, &email, |user| user.disabled = true).await,
    }
}

fn parse_role(role: &str) -> Result<Role, Failure> {
    let known: Vec<&str> = Role::ALL.iter().map(|(_, name)| *name).collect();
    Role::parse(role)
        .ok_or_else(|| Failure::refused(format!("there is no role `{role}`: choose one of {}", known.join(" "))))
}

fn address(email: &str) -> Result<UserId, Failure> {
    users::user_id(email).ok_or_else(|| Failure::refused(format!("`{email}` is no mail address")))
}

fn desk(name: Option<String>) -> Result<Option<Desk>, Failure> {
    let parse = |name: String| Desk::parse(&name).ok_or_else(|| Failure::refused(format!("`{name}` is no name")));
    name.map(parse).transpose()
}

/// Asked for on a terminal, otherwise the first line of standard input.
fn read_password() -> Result<String, Failure> {
    let unreadable = |error| Failure::refused(format!("the password cannot be read: {error}"));
    if std::io::stdin().is_terminal() {
        return rpassword::prompt_password("password: ").map_err(unreadable);
    }
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line).map_err(unreadable)?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}

async fn add(
    folder: &DataFolder,
    email: &str,
    role: &str,
    department: Option<String>,
    position: Option<String>,
) -> Result<ExitCode, Failure> {
    let (id, role) = (address(email)?, parse_role(role)?);
    let (department, position) = (desk(department)?, desk(position)?);
    let password = users::hashed(&read_password()?).await?;
    let user = User {
        role,
        department: department.clone(),
        position: position.clone(),
        password,
        handed_out: true,
        disabled: false,
    };
    if !users::save(&folder.app.store, &id, &user, 0).await? {
        return Err(Failure::refused(format!("there is an account `{id}` already")));
    }
    // Who holds a desk stands in the directory: that is where letters and approvals look.
    let office = folder.app.office().await?;
    let mut directory = office.directory.clone();
    for desk in department.into_iter().chain(position) {
        let holders = directory.desks.entry(desk).or_default();
        if !holders.contains(&id) {
            holders.push(id.clone());
        }
    }
    directory.people.entry(id.clone()).or_default();
    if !save_directory(&folder.app.store, &directory, office.directory_version).await? {
        return Err(Failure::refused("the directory was changed meanwhile: try again"));
    }
    print(&shown(&id, &user));
    Ok(DONE)
}

async fn list(folder: &DataFolder) -> Result<ExitCode, Failure> {
    for (id, user) in users::list(&folder.app.store).await? {
        print(&shown(&id, &user));
    }
    Ok(DONE)
}

async fn change(folder: &DataFolder, email: &str, change: impl FnOnce(&mut User)) -> Result<ExitCode, Failure> {
    let id = address(email)?;
    let found = users::find(&folder.app.store, &id).await?;
    let (mut user, version) = found.ok_or_else(|| Failure::refused(format!("there is no account `{id}`")))?;
    change(&mut user);
    users::save(&folder.app.store, &id, &user, version).await?;
    print(&shown(&id, &user));
    Ok(DONE)
}

fn shown(id: &UserId, user: &User) -> Value {
    json!({"email": id, "role": user.role, "department": user.department, "position": user.position, "disabled": user.disabled})
}
