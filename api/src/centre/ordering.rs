//! What an order asks of a centre: read in the order's own transaction, because it decides.

use entity::{catalogue_item, centre_served, shared_centre};
use sea_orm::{ConnectionTrait, EntityTrait as _};
use uuid::Uuid;

use crate::error::Result;

/// An item and its centre, as somebody would order it.
#[derive(Clone, Debug)]
pub struct Orderable {
    /// The centre.
    pub centre: shared_centre::Model,
    /// The item.
    pub item: catalogue_item::Model,
    /// Whether the centre serves that institution: its own host always.
    pub served: bool,
}

/// The item of that id for an institution; none where there is none.
pub async fn orderable(
    connection: &impl ConnectionTrait,
    item: Uuid,
    institution: Uuid,
) -> Result<Option<Orderable>> {
    let Some(item) = catalogue_item::Entity::find_by_id(item)
        .one(connection)
        .await?
    else {
        return Ok(None);
    };
    let centre = shared_centre::Entity::find_by_id(item.centre_id)
        .one(connection)
        .await?;
    let Some(centre) = centre else {
        return Ok(None);
    };
    let key = (centre.id, institution);
    let served = centre.host_id == institution
        || centre_served::Entity::find_by_id(key)
            .one(connection)
            .await?
            .is_some();
    Ok(Some(Orderable {
        centre,
        item,
        served,
    }))
}
