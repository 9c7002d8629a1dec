//! The data folder: database, attachments, letters, secret and settings, under one lock.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

use kesu_app::App;
use kesu_app::blobs::Blobs;
use kesu_app::clock::Time;
use kesu_app::config::{LINK_DAYS, Settings};
use kesu_app::library::Library;
use kesu_app::mail_room::{MailAddress, MailAddresses};
use kesu_app::post::{Folder as Outbox, Post, Robot, RobotSettings, Smtp, SmtpSettings};
use kesu_app::store::Local;
use kesu_rules::domain::names::UserId;
use serde::Deserialize;

use crate::failure::Failure;
use crate::packs::{self, Named};

/// The table's name in the folder's database.
pub const TABLE: &str = "kesu";

/// An opened data folder: while this lives, nobody else can open it.
pub struct DataFolder {
    /// The application over it.
    pub app: App,
    /// The database.
    pub local: Local,
    /// Where it is.
    pub path: PathBuf,
    /// Who is administrator where nobody said otherwise.
    pub administrator: UserId,
    /// Certificate and key of the listener for mail.
    pub listener_tls: Option<(PathBuf, PathBuf)>,
    _lock: File,
}

/// `kesu.toml` in the data folder; everything has a default.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct SettingsFile {
    procedure: Option<Named>,
    procedures: Option<Vec<String>>,
    company: Option<String>,
    contact: Option<String>,
    base_url: Option<String>,
    administrator: Option<String>,
    shards: Option<u32>,
    public_per_minute: Option<u32>,
    session_hours: Option<u32>,
    link_days: Option<u32>,
    /// The workbook and what is printed from it carry the reader's name and the day.
    watermark: bool,
    mail: MailFile,
    robot: Vec<RobotSettings>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct MailFile {
    from: Option<String>,
    domain: Option<String>,
    /// `smtp://host[:port]` or `smtps://host[:port]`; letters go into the folder `outbox` without it.
    smtp: Option<String>,
    smtp_user: Option<String>,
    smtp_password: Option<String>,
    /// A file in PEM, from the data folder: a root that is trusted besides the public ones.
    smtp_root_certificate: Option<String>,
    /// The company's own addresses, and the procedure that governs what is written to each.
    address: Vec<MailAddress>,
    /// Certificate chain and key (PEM files; paths from the data folder) with which the listener for mail offers STARTTLS.
    listen_certificate: Option<PathBuf>,
    listen_key: Option<PathBuf>,
}

/// How a folder is opened.
pub struct Opening {
    /// Where "now" comes from.
    pub time: Time,
    /// The procedures named on the command line, with commas.
    pub procedure: Option<String>,
    /// Where pages are reached, unless the settings file says.
    pub base_url: String,
    /// Whether a folder that does not exist yet is made.
    pub make: bool,
}

impl DataFolder {
    /// Opens a folder.
    ///
    /// # Errors
    /// When it is not there, in use, or its settings are wrong.
    pub async fn open(path: &Path, opening: Opening) -> Result<Self, Failure> {
        if opening.make {
            std::fs::create_dir_all(path).map_err(|error| unusable(path, &error))?;
        } else if !path.join("kesu.db").exists() {
            return Err(Failure::refused(format!(
                "`{}` is no data folder: `kesu serve` makes one",
                path.display()
            )));
        }
        let lock = lock(path)?;
        let file = settings_file(path)?;
        let local = Local::open(&path.join("kesu.db"))?;
        let store = local.store(TABLE).await?;
        let administrator = file.administrator.as_deref().unwrap_or("admin@kesu.example");
        let administrator = kesu_app::users::user_id(administrator).ok_or_else(|| {
            Failure::refused(format!(
                "the setting `administrator` is not an address: `{administrator}`"
            ))
        })?;
        let post = post(path, &file.mail)?;
        let library = packs::library(path)?;
        let listener_tls = match (&file.mail.listen_certificate, &file.mail.listen_key) {
            (Some(certificate), Some(key)) => Some((path.join(certificate), path.join(key))),
            (None, None) => None,
            _ => {
                let both = "the settings `mail.listen_certificate` and `mail.listen_key` belong together: give both";
                return Err(Failure::refused(both));
            }
        };
        let settings = settings(path, &file, &opening, &library)?;
        let blobs = Blobs::Folder(path.join("blobs"));
        let owner = administrator.clone();
        let app = App::with_library(store, opening.time, settings, blobs, Some(post), owner, library);
        Ok(Self {
            path: path.to_owned(),
            app,
            local,
            administrator,
            listener_tls,
            _lock: lock,
        })
    }

    /// Opens a folder for a command that runs beside no server.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub async fn for_command(path: &Path, time: Time) -> Result<Self, Failure> {
        let base_url = "http://127.0.0.1:8080".to_owned();
        Self::open(
            path,
            Opening {
                time,
                procedure: None,
                base_url,
                make: false,
            },
        )
        .await
    }
}

fn unusable(path: &Path, error: &std::io::Error) -> Failure {
    Failure::refused(format!("the folder `{}` cannot be used: {error}", path.display()))
}

fn lock(path: &Path) -> Result<File, Failure> {
    let file = OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .open(path.join("lock"));
    let file = file.map_err(|error| unusable(path, &error))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(_) => {
            let path = path.display();
            Err(Failure::refused(format!(
                "the data folder `{path}` is in use: stop the server first, or use its API"
            )))
        }
    }
}

fn settings_file(path: &Path) -> Result<SettingsFile, Failure> {
    let file = path.join("kesu.toml");
    match std::fs::read_to_string(&file) {
        Ok(text) => toml::from_str(&text).map_err(|error| Failure::refused(format!("`{}`: {error}", file.display()))),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(SettingsFile::default()),
        Err(error) => Err(unusable(&file, &error)),
    }
}

fn settings(path: &Path, file: &SettingsFile, opening: &Opening, library: &Library) -> Result<Settings, Failure> {
    let base_url = file.base_url.clone().unwrap_or_else(|| opening.base_url.clone());
    // A movable clock is for trials and stories: nobody is kept waiting there unless the settings say so.
    let public_per_minute = file
        .public_per_minute
        .unwrap_or(if opening.time.is_movable() { 0 } else { 30 });
    let line = opening.procedure.as_deref();
    let procedures = packs::in_use(line, file.procedures.as_deref(), file.procedure.as_ref(), library)?;
    let mail_addresses = MailAddresses::of(file.mail.address.clone(), &procedures, library)
        .map_err(|error| Failure::refused(format!("the setting `mail.address`: {error}")))?;
    Ok(Settings {
        procedures,
        company: file.company.clone().unwrap_or_else(|| "客诉 Kesu".to_owned()),
        contact: file.contact.clone().unwrap_or_else(|| base_url.clone()),
        base_url: base_url.trim_end_matches('/').to_owned(),
        mail_from: file.mail.from.clone().unwrap_or_else(|| "kesu@kesu.example".to_owned()),
        mail_domain: file.mail.domain.clone().unwrap_or_else(|| "kesu.example".to_owned()),
        shards: file.shards.unwrap_or(1).clamp(1, 64),
        secret: secret(path)?,
        public_per_minute,
        session_hours: file.session_hours.unwrap_or(12),
        link_days: file.link_days.unwrap_or(LINK_DAYS),
        robots: robots(file)?,
        mail_addresses,
        watermark: file.watermark,
    })
}

fn robots(file: &SettingsFile) -> Result<Vec<Robot>, Failure> {
    let wrong = |error| Failure::refused(format!("the setting `robot`: {error}"));
    let robots = file.robot.iter().cloned().map(Robot::new);
    robots.collect::<Result<_, _>>().map_err(wrong)
}

fn post(path: &Path, mail: &MailFile) -> Result<Post, Failure> {
    match &mail.smtp {
        Some(url) => {
            let credentials = mail.smtp_user.clone().zip(mail.smtp_password.clone());
            let settings = SmtpSettings {
                credentials,
                root_certificate: certificate(path, mail.smtp_root_certificate.as_deref())?,
                ..SmtpSettings::of(url)
            };
            let smtp =
                Smtp::new(&settings).map_err(|error| Failure::refused(format!("the setting `mail.smtp`: {error}")))?;
            Ok(Post::Smtp(Box::new(smtp)))
        }
        None => {
            let outbox = Outbox::new(path.join("outbox")).map_err(|error| unusable(path, &error))?;
            Ok(Post::Folder(outbox))
        }
    }
}

/// The company's own root certificate.
fn certificate(path: &Path, file: Option<&str>) -> Result<Option<Vec<u8>>, Failure> {
    let Some(file) = file.map(|file| path.join(file)) else {
        return Ok(None);
    };
    std::fs::read(&file).map(Some).map_err(|error| unusable(&file, &error))
}

/// The installation's secret: made once, readable by its owner alone.
fn secret(path: &Path) -> Result<Vec<u8>, Failure> {
    let file: PathBuf = path.join("secret");
    match std::fs::read(&file) {
        Ok(secret) if secret.len() >= 32 => return Ok(secret),
        Ok(_) => {
            return Err(Failure::refused(format!(
                "`{}` is too short to be a secret",
                file.display()
            )));
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
        Err(error) => return Err(unusable(&file, &error)),
    }
    let secret = kesu_app::users::random_hex(32).into_bytes();
    let beside = path.join(".secret");
    let mut options = OpenOptions::new();
    options.create(true).truncate(true).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let written = options.open(&beside).and_then(|mut out| {
        out.write_all(&secret)?;
        out.sync_all()?;
        std::fs::rename(&beside, &file)
    });
    written.map_err(|error| unusable(&file, &error))?;
    Ok(secret)
}
