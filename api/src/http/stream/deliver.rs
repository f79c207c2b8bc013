//! One answer to a change serves everybody who would get the same: whoever acts in the same scope with the same roles and asks for the
//! same. Each of them is on record for what it is shown before it is shown.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use axum::body::Bytes;
use futures::StreamExt as _;
use moka::future::Cache;
use uuid::Uuid;

use crate::{
    auth::{Actor, Disclosure, Scope},
    batch::Batches,
    budget::Charged,
    crypto::digest,
    http::{
        answer,
        endpoint::{Admitted, Endpoint},
        refusal::Refusal,
        shown,
    },
    record::changes::Change,
    schema::Turn,
};

/// How long an answer is kept for those who are told a little later.
const KEPT: Duration = Duration::from_secs(1);
/// How many are kept.
const MOST: u64 = 1_000;

/// The answers of this moment.
pub(in crate::http) struct Deliveries(Cache<[u8; 32], Arc<Delivery>>);

impl Deliveries {
    pub(in crate::http) fn new() -> Self {
        let cache = Cache::builder().max_capacity(MOST).time_to_live(KEPT);
        Self(cache.build())
    }
}

/// What came of answering a change.
enum Delivery {
    /// Nothing that concerns the caller.
    Nothing,
    /// An answer for everybody who would get the same.
    Shared(Told),
    /// An answer for one: it failed, or what it asks for is on record as a step of its own.
    Personal,
}

/// An answer, and whose detail is in it.
#[derive(Clone)]
struct Told {
    body: Bytes,
    shown: BTreeMap<Uuid, Disclosure>,
}

/// What the actor is told of a change; none where it concerns it no more.
pub(in crate::http) async fn deliver(
    endpoint: &Endpoint,
    admitted: &Admitted,
    actor: &Actor,
    charged: Charged,
    change: &Arc<Change>,
) -> Result<Option<Bytes>, Refusal> {
    // What this very task has found, where it is nobody else's.
    let own = Mutex::new(None);
    let find = async {
        let found = answer(endpoint, admitted, actor, charged, change).await;
        let delivery = match &found {
            Ok((None, _)) => Delivery::Nothing,
            Ok((Some(told), false)) => Delivery::Shared(told.clone()),
            Ok((Some(_), true)) | Err(_) => Delivery::Personal,
        };
        *own.lock().unwrap_or_else(PoisonError::into_inner) = Some(found);
        Arc::new(delivery)
    };
    let key = key(admitted, actor, change);
    let delivery = endpoint.deliveries().0.get_with(key, find).await;
    let told = match &*delivery {
        Delivery::Nothing => return Ok(None),
        Delivery::Shared(told) => Some(told.clone()),
        Delivery::Personal => {
            let own = own.into_inner().unwrap_or_else(PoisonError::into_inner);
            match own {
                Some(found) => found?.0,
                None => answer(endpoint, admitted, actor, charged, change).await?.0,
            }
        }
    };
    let Some(told) = told else { return Ok(None) };
    actor.request.disclose_all(&told.shown);
    shown::record(endpoint.app(), actor)
        .await
        .map_err(|error| Refusal::of(&error))?;
    Ok(Some(told.body))
}

/// Runs the subscription for one change; whether the answer is for the actor alone.
async fn answer(
    endpoint: &Endpoint,
    admitted: &Admitted,
    actor: &Actor,
    charged: Charged,
    change: &Arc<Change>,
) -> Result<(Option<Told>, bool), Refusal> {
    let batches = Batches::default();
    let request = actor.request.clone();
    let work = endpoint
        .request(admitted, request.clone(), charged, Some(actor), &batches)
        .data(Turn::Answer(change.clone()));
    let mut responses = endpoint.schema().execute_stream(work);
    let Some(response) = batches.run(responses.next()).await else {
        return Ok((None, false));
    };
    let answer = answer::render(response, request.id)?;
    let personal = answer.code.is_some() || request.is_personal();
    let told = Told {
        body: answer.body.into(),
        shown: request.take_uncovered(),
    };
    Ok((Some(told), personal))
}

/// Of everything that an answer depends on.
fn key(admitted: &Admitted, actor: &Actor, change: &Change) -> [u8; 32] {
    let scope = match &actor.scope {
        Scope::Institution { id, department } => format!("institution {id} {department:?}"),
        Scope::Centre { id, .. } => format!("centre {id}"),
        Scope::Team { id, .. } => format!("team {id}"),
        Scope::Community(id) => format!("community {id}"),
        Scope::Region(region) => format!("region {region}"),
        Scope::Installation => String::new(),
    };
    let roles: Vec<_> = actor.roles.iter().map(|role| role.code()).collect();
    digest(&[
        &admitted.hash(),
        scope.as_bytes(),
        roles.join(",").as_bytes(),
        &change.position.to_be_bytes(),
    ])
}
