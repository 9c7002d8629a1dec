//! The table itself: keys, three indexes, stream, expiry. The template says the same for the cloud.

use aws_sdk_dynamodb::types::{
    AttributeDefinition, BillingMode, GlobalSecondaryIndex, KeySchemaElement, KeyType, Projection, ProjectionType,
    ScalarAttributeType, StreamSpecification, StreamViewType, TableStatus, TimeToLiveSpecification, TimeToLiveStatus,
};
use std::time::Duration;

use super::retry::refused;
use super::{Store, StoreError, items, keys};

/// Attributes the `month` index carries beside its keys: columns, face, version.
pub const GRID: [&str; 3] = ["c", "f", "v"];

fn key(name: &str, kind: KeyType) -> Result<KeySchemaElement, StoreError> {
    KeySchemaElement::builder()
        .attribute_name(name)
        .key_type(kind)
        .build()
        .map_err(built)
}

fn index(name: &str, hash: &str, range: &str, projection: Projection) -> Result<GlobalSecondaryIndex, StoreError> {
    GlobalSecondaryIndex::builder()
        .index_name(name)
        .key_schema(key(hash, KeyType::Hash)?)
        .key_schema(key(range, KeyType::Range)?)
        .projection(projection)
        .build()
        .map_err(built)
}

fn built(error: aws_sdk_dynamodb::error::BuildError) -> StoreError {
    StoreError::Service {
        what: "request",
        code: "incomplete".to_owned(),
        message: error.to_string(),
    }
}

impl Store {
    /// Creates the table if it is not there and waits until it answers; changes nothing if it is.
    pub async fn ensure_table(&self) -> Result<(), StoreError> {
        if !self.table_is_active().await? {
            self.create_table().await?;
            for _ in 0..150 {
                if self.table_is_active().await? {
                    break;
                }
                tokio::time::sleep(Duration::from_millis(200)).await;
            }
        }
        self.ensure_expiry().await
    }

    async fn table_is_active(&self) -> Result<bool, StoreError> {
        let answer = self
            .send("DescribeTable", || {
                self.client.describe_table().table_name(&self.table).send()
            })
            .await?;
        match answer {
            Ok(out) => Ok(out.table().and_then(|t| t.table_status()) == Some(&TableStatus::Active)),
            Err(e) if e.is_resource_not_found_exception() => Ok(false),
            Err(e) => Err(refused("DescribeTable", &e)),
        }
    }

    async fn create_table(&self) -> Result<(), StoreError> {
        let keys_only = Projection::builder().projection_type(ProjectionType::KeysOnly).build();
        let grid = GRID.map(str::to_owned).to_vec();
        let grid = Projection::builder()
            .projection_type(ProjectionType::Include)
            .set_non_key_attributes(Some(grid))
            .build();
        let attributes = ["pk", "sk", "wp", "ws", "mp", "dp", "ds"].map(|name| {
            AttributeDefinition::builder()
                .attribute_name(name)
                .attribute_type(ScalarAttributeType::S)
                .build()
        });
        let attributes = attributes.into_iter().collect::<Result<Vec<_>, _>>().map_err(built)?;
        let indexes = vec![
            index(keys::WAKE, "wp", "ws", keys_only.clone())?,
            index(keys::MONTH, "mp", "pk", grid)?,
            index(keys::CHANGED, "dp", "ds", keys_only)?,
        ];
        let schema = vec![key("pk", KeyType::Hash)?, key("sk", KeyType::Range)?];
        let stream = StreamSpecification::builder()
            .stream_enabled(true)
            .stream_view_type(StreamViewType::NewAndOldImages)
            .build()
            .map_err(built)?;
        let answer = self
            .send("CreateTable", || {
                self.client
                    .create_table()
                    .table_name(&self.table)
                    .billing_mode(BillingMode::PayPerRequest)
                    .set_attribute_definitions(Some(attributes.clone()))
                    .set_key_schema(Some(schema.clone()))
                    .set_global_secondary_indexes(Some(indexes.clone()))
                    .stream_specification(stream.clone())
                    .send()
            })
            .await?;
        match answer {
            Ok(_) => Ok(()),
            // Somebody else was first, or our first attempt did arrive.
            Err(e) if e.is_resource_in_use_exception() => Ok(()),
            Err(e) => Err(refused("CreateTable", &e)),
        }
    }

    async fn ensure_expiry(&self) -> Result<(), StoreError> {
        let now = self
            .send("DescribeTimeToLive", || {
                self.client.describe_time_to_live().table_name(&self.table).send()
            })
            .await?
            .map_err(|e| refused("DescribeTimeToLive", &e))?;
        let status = now.time_to_live_description().and_then(|d| d.time_to_live_status());
        if matches!(status, Some(TimeToLiveStatus::Enabled | TimeToLiveStatus::Enabling)) {
            return Ok(());
        }
        let expiry = TimeToLiveSpecification::builder()
            .enabled(true)
            .attribute_name(items::EXPIRES)
            .build()
            .map_err(built)?;
        let call = || {
            self.client
                .update_time_to_live()
                .table_name(&self.table)
                .time_to_live_specification(expiry.clone())
                .send()
        };
        match self.send("UpdateTimeToLive", call).await? {
            Ok(_) => Ok(()),
            Err(e) => Err(refused("UpdateTimeToLive", &e)),
        }
    }
}
