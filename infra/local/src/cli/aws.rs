//! What can be asked of an installation on AWS: the first administrator, and the way there and back.

use std::path::PathBuf;

use clap::Args;

/// `kesu admin-init`. Credentials come from the environment, as `aws configure export-credentials --format env` gives them.
#[derive(Debug, Args)]
pub struct AdminInit {
    /// The table, as the stack's output `TableName` says
    #[arg(long, env = "KESU_TABLE", value_name = "NAME")]
    pub table: String,
    /// The region, such as eu-central-1
    #[arg(long, env = "AWS_REGION", value_name = "REGION")]
    pub region: String,
    /// The administrator's address, as the stack's parameter `Administrator` says
    #[arg(value_name = "EMAIL")]
    pub email: String,
    /// Accepted for symmetry: the answer is always JSON
    #[arg(long)]
    pub json: bool,
}

/// `kesu migrate`. Credentials as for `kesu admin-init`.
#[derive(Debug, Args)]
pub struct Migrate {
    /// The data folder
    #[arg(long, value_name = "DIR", default_value = "data")]
    pub data: PathBuf,
    /// The table, as the stack's output `TableName` says
    #[arg(long, env = "KESU_TABLE", value_name = "NAME")]
    pub table: String,
    /// The region, such as eu-central-1
    #[arg(long, env = "AWS_REGION", value_name = "REGION")]
    pub region: String,
    /// The bucket of attachments, as the stack's output `AttachmentsBucket` says
    #[arg(long, env = "KESU_ATTACHMENTS_BUCKET", value_name = "BUCKET")]
    pub attachments: String,
    /// The bucket of raw mail, as the stack's output `MailBucket` says
    #[arg(long, env = "KESU_MAIL_BUCKET", value_name = "BUCKET")]
    pub mail: String,
    /// The other way: from AWS into an empty data folder that holds the stack's secret in its file `secret`
    #[arg(long)]
    pub to_folder: bool,
    /// Accepted for symmetry: the answer is always JSON
    #[arg(long)]
    pub json: bool,
}
