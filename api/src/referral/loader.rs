//! Batched look-ups of what hangs below referrals, so that a page costs the same few statements however many rows it has.

use std::{collections::HashMap, sync::Arc};

use async_graphql::dataloader::Loader;
use entity::referral_leg;
use uuid::Uuid;

use super::{seen::Seen, service};
use crate::{
    app::App,
    auth::Actor,
    error::Error,
    page::{Slice, Window},
};

/// Loads pages of the referrals of patients.
pub struct OfPatients(pub App, pub Actor);

/// One page of one patient's referrals, the latest first.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PatientPage {
    /// The patient's record.
    pub patient: Uuid,
    /// Whether the patient is open by break-glass: then it is every referral's page.
    pub opened: bool,
    /// Which part of the list.
    pub window: Window,
}

impl Loader<PatientPage> for OfPatients {
    type Value = Slice<Seen>;
    type Error = Arc<Error>;

    async fn load(
        &self,
        keys: &[PatientPage],
    ) -> Result<HashMap<PatientPage, Self::Value>, Self::Error> {
        let mut found = HashMap::new();
        // The patients of a page are asked for the same rows: one statement serves them all.
        let mut alike: HashMap<_, Vec<&PatientPage>> = HashMap::new();
        for key in keys.iter().filter(|key| !key.opened) {
            alike.entry(&key.window).or_default().push(key);
        }
        // Few are open at a time.
        for key in keys.iter().filter(|key| key.opened) {
            let rows = service::of_opened(&self.0, &self.1, key.patient, &key.window).await?;
            found.insert(key.clone(), key.window.slice(rows));
        }
        for (window, keys) in alike {
            let patients: Vec<Uuid> = keys.iter().map(|key| key.patient).collect();
            let mut referrals: HashMap<Uuid, Vec<Seen>> = HashMap::new();
            for (record, seen) in service::of_patients(&self.0, &self.1, &patients, window).await? {
                referrals.entry(record).or_default().push(seen);
            }
            for key in keys {
                found.insert(
                    key.clone(),
                    window.slice(referrals.remove(&key.patient).unwrap_or_default()),
                );
            }
        }
        Ok(found)
    }
}

/// Loads the legs of referrals.
pub struct Legs(pub App);

impl Loader<Uuid> for Legs {
    type Value = Vec<referral_leg::Model>;
    type Error = Arc<Error>;

    async fn load(&self, keys: &[Uuid]) -> Result<HashMap<Uuid, Self::Value>, Self::Error> {
        let mut found: HashMap<Uuid, Self::Value> = HashMap::new();
        for leg in service::legs(&self.0, keys).await? {
            found.entry(leg.referral_id).or_default().push(leg);
        }
        Ok(found)
    }
}

/// Loads referrals by id, as the actor sees them. One belongs to one request.
pub struct ById(pub App, pub Actor);

impl Loader<Uuid> for ById {
    type Value = Seen;
    type Error = Arc<Error>;

    async fn load(&self, ids: &[Uuid]) -> Result<HashMap<Uuid, Seen>, Self::Error> {
        let seen = service::by_ids(&self.0, &self.1, ids).await?;
        Ok(seen.into_iter().map(|seen| (seen.row.id, seen)).collect())
    }
}
