//! A history written by hand: referrals with their legs, holds and follow-ups, straight in the tables, with the events that verbs record.

use api::{
    auth::Actor,
    db::Txn,
    record::event::{self, Happened},
};
use chrono::{DateTime, Duration, NaiveDate, Utc};
use entity::{
    bed_pool,
    enums::{Action, BedKind, ReferralDirection, Role, Sex, SubjectKind, TagKind},
    follow_up, hold, institution, patient, patient_tag, referral, referral_leg,
};
use sea_orm::{EntityTrait as _, IntoActiveModel as _};
use uuid::Uuid;

use super::case::{self, Case};
use crate::harness::World;

/// Writes what happened.
pub struct History {
    pub w: World,
    /// A bed pool of `county`.
    pub beds: bed_pool::Model,
}

/// A moment in Shanghai, `2026-01-05 09:00`.
pub fn at(text: &str) -> DateTime<Utc> {
    let local = chrono::NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M");
    local.expect("a moment").and_utc() - Duration::hours(8)
}

/// A day, `1950-01-01`.
pub fn day(text: &str) -> NaiveDate {
    text.parse().expect("a day")
}

impl History {
    /// Begins one, with beds at `county`.
    pub async fn begin(w: &World) -> Self {
        let now = w.now();
        let beds = bed_pool::Model {
            id: w.app.new_id(),
            institution_id: w.district().county.id,
            department_id: None,
            kind: BedKind::General,
            total: 500,
            held: 0,
            occupied: 0,
            occupied_as_of: None,
            version: 1,
            created_at: now,
            updated_at: now,
        };
        let history = Self { w: w.clone(), beds };
        history
            .write(async |txn| {
                let row = history.beds.clone().into_active_model();
                let inserted = bed_pool::Entity::insert(row).exec_without_returning(&*txn);
                inserted.await.expect("beds can be written");
            })
            .await;
        history
    }

    /// A patient.
    pub async fn patient(&self, sex: Sex, birth_date: Option<NaiveDate>) -> Uuid {
        let row = person(&self.w, sex, birth_date);
        self.write(async |txn| {
            let inserted = patient::Entity::insert(row.clone().into_active_model());
            let inserted = inserted.exec_without_returning(&*txn).await;
            inserted.expect("a patient can be written");
        })
        .await;
        row.id
    }

    /// A patient who belongs to a group for ever.
    pub async fn tag(&self, patient: Uuid, tag: TagKind) {
        let row = patient_tag::Model {
            id: self.w.app.new_id(),
            patient_id: patient,
            tag,
            starts_on: day("2020-01-01"),
            ends_on: None,
            created_by: Uuid::nil(),
            created_at: self.w.now(),
        };
        self.write(async |txn| {
            let inserted = patient_tag::Entity::insert(row.clone().into_active_model());
            let inserted = inserted.exec_without_returning(&*txn).await;
            inserted.expect("a tag can be written");
        })
        .await;
    }

    /// A routine letter that waits for its answer.
    pub fn letter(
        &self,
        direction: ReferralDirection,
        (from, to): (&institution::Model, &institution::Model),
        patient: Uuid,
        posted: &str,
    ) -> Case {
        case::letter(&self.w, direction, (from, to), patient, at(posted))
    }

    /// Writes a case for the first time.
    pub async fn tell(&self, case: &Case) {
        self.write(async |txn| {
            let row = case.row.clone().into_active_model();
            let inserted = referral::Entity::insert(row).exec_without_returning(&*txn);
            inserted.await.expect("a referral can be written");
            beside(&txn, case).await;
            self.record(&txn, Action::SubmitReferral, &case.row).await;
        })
        .await;
    }

    /// Writes a case over what it was: its legs are what they were.
    pub async fn change(&self, case: &mut Case) {
        use sea_orm::ActiveModelTrait as _;
        case.row.version += 1;
        let case = &*case;
        self.write(async |txn| {
            let row = case.row.clone().into_active_model().reset_all();
            row.update(&*txn).await.expect("the referral is there");
            self.record(&txn, Action::CloseReferral, &case.row).await;
        })
        .await;
    }

    async fn record(&self, txn: &Txn, action: Action, row: &referral::Model) {
        let subject = (SubjectKind::Referral, row.id);
        let happened = Happened {
            scopes: vec![row.sender_id],
            ..Happened::plain(action, subject, row.version)
        };
        let actor = Actor::system("history");
        let recorded = event::record(txn, &self.w.app, &actor, happened).await;
        recorded.expect("an event can be written");
    }

    async fn write(&self, work: impl AsyncFn(Txn)) {
        let written = self.w.app.db.write(async |txn| {
            work(txn).await;
            Ok(())
        });
        written.await.expect("the database can be written");
    }

    /// A client that reads the indicators of `general`.
    pub async fn manager(&self) -> crate::harness::client::Client {
        self.w
            .client(Role::CommunityManager, &self.w.district().general)
            .await
    }
}

/// Writes what belongs to cases.
pub async fn beside(txn: &Txn, case: &Case) {
    for row in &case.legs {
        let row = referral_leg::Entity::insert(row.clone().into_active_model());
        let inserted = row.exec_without_returning(&**txn).await;
        inserted.expect("a leg can be written");
    }
    for row in &case.holds {
        let row = hold::Entity::insert(row.clone().into_active_model());
        let inserted = row.exec_without_returning(&**txn).await;
        inserted.expect("a hold can be written");
    }
    for row in &case.follow_ups {
        let row = follow_up::Entity::insert(row.clone().into_active_model());
        let inserted = row.exec_without_returning(&**txn).await;
        inserted.expect("a follow-up can be written");
    }
}

/// A patient without a certificate.
pub fn person(w: &World, sex: Sex, birth_date: Option<NaiveDate>) -> patient::Model {
    let (id, now) = (w.app.new_id(), w.now());
    patient::Model {
        id,
        name: crate::harness::canary::Patient::nth(1).name,
        sex,
        birth_date,
        certificate_kind: None,
        certificate_cipher: None,
        certificate_hash: None,
        certificate_mask: None,
        phone_cipher: None,
        phone_hash: None,
        address: None,
        health_record_number: None,
        insurance_kind: None,
        identified: true,
        provisional: false,
        conflicts_with: None,
        merged_into: None,
        record_id: id,
        known_as: None,
        registered_by: w.district().hill.id,
        version: 1,
        created_at: now,
        updated_at: now,
    }
}
