//! Blobs in buckets of S3: one for attachments, one for raw mail.

use aws_sdk_s3::Client;
use aws_sdk_s3::config::{BehaviorVersion, Config, Region};
use aws_sdk_s3::operation::get_object::GetObjectError;
use aws_sdk_s3::primitives::ByteStream;

use super::Shelf;
use crate::problem::Problem;
use crate::store::client::{Connection, Network};

/// The largest object that is read, in bytes: more than any message or attachment that was taken in.
const LARGEST: i64 = 64 * 1024 * 1024;

/// Two buckets behind one client.
#[derive(Clone, Debug)]
pub struct Bucket {
    client: Client,
    attachments: String,
    raw: String,
}

impl Bucket {
    /// Attachments and raw mail in these buckets; they may be one and the same.
    pub fn new(client: Client, attachments: impl Into<String>, raw: impl Into<String>) -> Self {
        Self {
            client,
            attachments: attachments.into(),
            raw: raw.into(),
        }
    }

    /// As [`Self::new`], with a client for where the table is; nothing is asked of the network yet.
    pub fn connect(connection: &Connection, attachments: impl Into<String>, raw: impl Into<String>) -> Self {
        let plain = connection
            .endpoint
            .as_ref()
            .is_some_and(|url| url.starts_with("http://"));
        let config = Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new(connection.region.clone()))
            .credentials_provider(connection.credentials.clone())
            .http_client(Network::new(plain));
        // Emulators have no names for buckets in their host.
        let config = match &connection.endpoint {
            Some(url) => config.endpoint_url(url).force_path_style(true),
            None => config,
        };
        Self::new(Client::from_conf(config.build()), attachments, raw)
    }

    /// Key prefixes keep the two apart also within one bucket, and our raw mail from what a rule of SES wrote.
    fn place(&self, shelf: Shelf, name: &str) -> (&str, String) {
        match shelf {
            Shelf::Attachments => (&self.attachments, format!("attachments/{name}")),
            Shelf::Raw => (&self.raw, format!("raw/{name}")),
            Shelf::Imports => (&self.attachments, format!("imports/{name}")),
            Shelf::Reports => (&self.attachments, format!("reports/{name}")),
            Shelf::Lines => (&self.attachments, format!("lines/{name}")),
        }
    }

    pub(super) async fn write(&self, shelf: Shelf, name: &str, bytes: Vec<u8>) -> Result<(), Problem> {
        let (bucket, key) = self.place(shelf, name);
        let kind = super::media_type(name).unwrap_or("application/octet-stream");
        let put = self.client.put_object().bucket(bucket).key(key).content_type(kind);
        match put.body(ByteStream::from(bytes)).send().await {
            Ok(_) => Ok(()),
            Err(error) => {
                tracing::error!(error = %code(&error), "a blob could not be written");
                Err(Problem::Busy)
            }
        }
    }

    /// Writes an object by its bucket and key, for what a function leaves beside the object that brought it.
    ///
    /// # Errors
    /// When S3 does not answer.
    pub async fn keep_object(&self, bucket: &str, key: &str, bytes: Vec<u8>) -> Result<(), Problem> {
        let put = self
            .client
            .put_object()
            .bucket(bucket)
            .key(key)
            .content_type("application/json");
        match put.body(ByteStream::from(bytes)).send().await {
            Ok(_) => Ok(()),
            Err(error) => {
                tracing::error!(error = %code(&error), "an object could not be written");
                Err(Problem::Busy)
            }
        }
    }

    pub(super) async fn forget(&self, shelf: Shelf, name: &str) -> Result<(), Problem> {
        let (bucket, key) = self.place(shelf, name);
        match self.client.delete_object().bucket(bucket).key(key).send().await {
            Ok(_) => Ok(()),
            Err(error) => {
                tracing::error!(error = %code(&error), "a blob could not be deleted");
                Err(Problem::Busy)
            }
        }
    }

    /// The names of all blobs of a shelf.
    pub(super) async fn names(&self, shelf: Shelf) -> Result<Vec<String>, Problem> {
        let (bucket, prefix) = self.place(shelf, "");
        let (mut names, mut next) = (Vec::new(), None);
        loop {
            let list = self.client.list_objects_v2().bucket(bucket).prefix(&prefix);
            let page = match list.set_continuation_token(next).send().await {
                Ok(page) => page,
                Err(error) => {
                    tracing::error!(error = %code(&error), "the blobs cannot be listed");
                    return Err(Problem::Busy);
                }
            };
            let keys = page.contents().iter().filter_map(|object| object.key());
            names.extend(keys.filter_map(|key| key.strip_prefix(&prefix)).map(str::to_owned));
            next = page.next_continuation_token;
            if next.is_none() {
                return Ok(names);
            }
        }
    }

    pub(super) async fn read(&self, shelf: Shelf, name: &str) -> Result<Option<Vec<u8>>, Problem> {
        let (bucket, key) = self.place(shelf, name);
        self.object(bucket, &key).await
    }

    /// An object by its bucket and key, as an event of S3 names it; nothing if there is none.
    ///
    /// # Errors
    /// When S3 does not answer, or the object is larger than any message.
    pub async fn object(&self, bucket: &str, key: &str) -> Result<Option<Vec<u8>>, Problem> {
        let got = self.client.get_object().bucket(bucket).key(key).send().await;
        let object = match got {
            Ok(object) => object,
            Err(error) => {
                if matches!(error.as_service_error(), Some(GetObjectError::NoSuchKey(_))) {
                    return Ok(None);
                }
                tracing::error!(error = %code(&error), "a blob could not be read");
                return Err(Problem::Busy);
            }
        };
        if object.content_length().is_some_and(|length| length > LARGEST) {
            return Err(Problem::TooLarge {
                max: format!("{} MB", LARGEST / (1024 * 1024)),
            });
        }
        let body = object.body.collect().await;
        body.map(|body| Some(body.into_bytes().to_vec())).map_err(|error| {
            tracing::error!(%error, "a blob broke off");
            Problem::Busy
        })
    }
}

/// The service's code; the message may hold names.
fn code<E, R>(error: &aws_sdk_s3::error::SdkError<E, R>) -> String
where
    E: aws_sdk_s3::error::ProvideErrorMetadata,
{
    let code = error.as_service_error().and_then(|error| error.code());
    code.unwrap_or("no answer").to_owned()
}
