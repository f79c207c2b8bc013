//! Batched look-ups of what belongs together, so that a page costs the same few statements however many rows it has.

use std::{collections::HashMap, sync::Arc};

use async_graphql::dataloader::Loader;
use uuid::Uuid;

use super::service::{self, Found};
use crate::{
    app::App,
    auth::Actor,
    error::Error,
    page::{Slice, Window},
    referral::seen::Seen,
};

/// Loads referrals by what they have to do with another.
pub struct Relatives(pub App, pub Actor);

/// What a referral has to do with another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Relative {
    /// It is that one.
    Itself(Uuid),
    /// It follows from that one.
    Next(Uuid),
    /// It belongs to that episode.
    Episode(Uuid),
}

impl Loader<Relative> for Relatives {
    type Value = Vec<Seen>;
    type Error = Arc<Error>;

    async fn load(&self, keys: &[Relative]) -> Result<HashMap<Relative, Self::Value>, Self::Error> {
        let (mut itself, mut next, mut episodes) = (Vec::new(), Vec::new(), Vec::new());
        for key in keys {
            match key {
                Relative::Itself(id) => itself.push(*id),
                Relative::Next(id) => next.push(*id),
                Relative::Episode(id) => episodes.push(*id),
            }
        }
        let (app, actor) = (&self.0, &self.1);
        let mut found: HashMap<Relative, Self::Value> = HashMap::new();
        if !itself.is_empty() {
            for seen in service::by_id(app, actor, &itself).await? {
                let key = Relative::Itself(seen.row.id);
                found.entry(key).or_default().push(seen);
            }
        }
        if !next.is_empty() {
            for seen in service::next(app, actor, &next).await? {
                if let Some(previous) = seen.row.previous_id {
                    let key = Relative::Next(previous);
                    found.entry(key).or_default().push(seen);
                }
            }
        }
        if !episodes.is_empty() {
            for seen in service::referrals(app, actor, &episodes).await? {
                let key = Relative::Episode(seen.row.episode());
                found.entry(key).or_default().push(seen);
            }
        }
        Ok(found)
    }
}

/// Loads pages of the episodes of patients.
pub struct OfPatients(pub App, pub Actor);

/// One page of one patient's episodes, the latest first.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PatientPage {
    /// The patient.
    pub patient: Uuid,
    /// Which part of the list.
    pub window: Window,
}

impl Loader<PatientPage> for OfPatients {
    type Value = Slice<Found>;
    type Error = Arc<Error>;

    async fn load(
        &self,
        keys: &[PatientPage],
    ) -> Result<HashMap<PatientPage, Self::Value>, Self::Error> {
        let mut found = HashMap::new();
        let mut alike: HashMap<_, Vec<&PatientPage>> = HashMap::new();
        for key in keys {
            alike.entry(&key.window).or_default().push(key);
        }
        for (window, keys) in alike {
            let patients: Vec<Uuid> = keys.iter().map(|key| key.patient).collect();
            let mut rows: HashMap<Uuid, Vec<Found>> = HashMap::new();
            for one in service::of_patients(&self.0, &self.1, &patients, window).await? {
                rows.entry(one.patient_id).or_default().push(one);
            }
            for key in keys {
                let rows = rows.remove(&key.patient).unwrap_or_default();
                found.insert(key.clone(), window.slice(rows));
            }
        }
        Ok(found)
    }
}
