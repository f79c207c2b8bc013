//! Two shared centres and their orders, written straight into the tables with the events that verbs record.

use api::{
    auth::Actor,
    db::Txn,
    id::{self, Kind},
    record::event::{self, Happened},
};
use chrono::{DateTime, Duration, Utc};
use entity::{
    catalogue_item, centre_served, critical_value, enrolment,
    enums::{
        Action, CentreKind, CriticalStatus, OrderReturnReason, OrderStatus, ReviewRule, Role,
        SubjectKind, Urgency,
    },
    institution, order,
    order_content::Content,
    order_return, shared_centre, training_session,
};
use sea_orm::{ActiveModelTrait as _, EntityTrait, IntoActiveModel as _};
use serde_json::json;
use uuid::Uuid;

use crate::harness::{World, canary};

/// The centres of the district, and what is written at them.
pub struct Book {
    pub w: World,
    /// Laboratory of `county`, which serves `hill` and `river`.
    pub laboratory: shared_centre::Model,
    /// Imaging centre of `herbs`, which serves `lake` and `hill`.
    pub imaging: shared_centre::Model,
    /// Training centre of `county`.
    pub training: shared_centre::Model,
    items: [catalogue_item::Model; 3],
    patient: Uuid,
}

impl Book {
    /// Opens the centres.
    pub async fn open(w: &World) -> Self {
        Self::open_named(w, "").await
    }

    /// Opens further centres, told apart by their names.
    pub async fn open_named(w: &World, name: &str) -> Self {
        let d = w.district();
        let registrar = w.client(Role::Clinician, &d.hill).await;
        let registered = registrar
            .call(
                "mutation($input: RegisterPatientInput!) { registerPatient(input: $input) { patient { id } } }",
                json!({ "input": { "name": canary::Patient::nth(1).name, "sex": "MALE", "birthDate": "1950-01-01" } }),
            )
            .await
            .ok();
        let patient = registered.text_at("registerPatient.patient.id");
        let patient = id::decode(Kind::Patient, patient, "").expect("an id");
        let laboratory = centre(
            w,
            CentreKind::Laboratory,
            &format!("检验中心{name}"),
            &d.county,
        );
        let imaging = centre(w, CentreKind::Imaging, &format!("影像中心{name}"), &d.herbs);
        let training = centre(
            w,
            CentreKind::SkillsTraining,
            &format!("实训中心{name}"),
            &d.county,
        );
        let items = [&laboratory, &imaging, &training].map(|centre| item(w, centre));
        let served = [
            (laboratory.id, &d.hill),
            (laboratory.id, &d.river),
            (imaging.id, &d.lake),
            (imaging.id, &d.hill),
        ];
        let book = Self {
            w: w.clone(),
            laboratory,
            imaging,
            training,
            items,
            patient,
        };
        book.write(async |txn| {
            for row in [&book.laboratory, &book.imaging, &book.training] {
                insert::<shared_centre::Entity, _>(&txn, row.clone().into_active_model()).await;
            }
            for row in &book.items {
                insert::<catalogue_item::Entity, _>(&txn, row.clone().into_active_model()).await;
            }
            for (centre, institution) in served {
                let row = centre_served::Model {
                    centre_id: centre,
                    institution_id: institution.id,
                };
                insert::<centre_served::Entity, _>(&txn, row.into_active_model()).await;
            }
        })
        .await;
        let known = w.app.directory.refresh(&w.app.db).await;
        known.expect("the directory can be read");
        book
    }

    /// An order of an institution at a centre, placed at that moment; nothing is written yet.
    pub fn order(
        &self,
        centre: &shared_centre::Model,
        by: &institution::Model,
        at: DateTime<Utc>,
    ) -> order::Model {
        let id = self.w.app.new_id();
        let now = self.w.now();
        let item = self.items.iter().find(|item| item.centre_id == centre.id);
        let item = item.expect("each centre has its item");
        order::Model {
            id,
            number: id.to_string(),
            requisition: id.to_string(),
            external_id: None,
            version: 1,
            status: OrderStatus::Requested,
            status_before: None,
            priority: Urgency::Routine,
            centre_id: centre.id,
            kind: centre.kind,
            host_id: centre.host_id,
            item_id: item.id,
            item_code: item.code.clone(),
            item_group: item.item_group.clone(),
            specimen_kind: None,
            review: ReviewRule::Required,
            target_minutes: 60,
            patient_id: Some(self.patient),
            requested_by_id: by.id,
            department_id: None,
            requester_id: None,
            referral_id: None,
            content: Content::default(),
            specimen_id: None,
            claimed_by_id: None,
            claimed_account_id: None,
            planned_at: None,
            hold_id: None,
            started_at: None,
            paused_at: None,
            paused_ms: 0,
            due_at: None,
            requested_at: at,
            examined_at: None,
            collected_at: None,
            received_at: None,
            processed_at: None,
            delivered_at: None,
            reported_at: None,
            reviewed_at: None,
            recognised_at: None,
            cancelled_at: None,
            report_id: None,
            is_final: false,
            recognition: None,
            returned: None,
            recalled: false,
            community_id: by.community_id,
            occurred_at: at,
            created_by: Uuid::nil(),
            created_at: now,
            updated_at: now,
        }
    }

    /// The same, received half an hour later, and reported after so many minutes more.
    pub fn reported(&self, order: order::Model, minutes: i64) -> order::Model {
        let received = order.requested_at + Duration::minutes(30);
        order::Model {
            status: OrderStatus::Reported,
            received_at: Some(received),
            started_at: Some(received),
            reported_at: Some(received + Duration::minutes(minutes)),
            claimed_by_id: Some(self.w.district().neurologist.id),
            ..order
        }
    }

    /// Writes a new order.
    pub async fn place(&self, order: &order::Model) {
        self.write(async |txn| {
            insert::<order::Entity, _>(&txn, order.clone().into_active_model()).await;
            self.tell(
                &txn,
                SubjectKind::Order,
                order.id,
                order.version,
                order.centre_id,
            )
            .await;
        })
        .await;
    }

    /// Writes an order over what it was.
    pub async fn change(&self, order: &mut order::Model) {
        order.version += 1;
        let order = &*order;
        self.write(async |txn| {
            let row = order.clone().into_active_model().reset_all();
            row.update(&*txn).await.expect("the order is there");
            self.tell(
                &txn,
                SubjectKind::Order,
                order.id,
                order.version,
                order.centre_id,
            )
            .await;
        })
        .await;
    }

    /// Notes that an order was sent back.
    pub async fn send_back(
        &self,
        order: &mut order::Model,
        reason: OrderReturnReason,
        at: DateTime<Utc>,
    ) {
        let row = order_return::Model {
            id: self.w.app.new_id(),
            order_id: order.id,
            centre_id: order.centre_id,
            reason,
            returned_at: at,
        };
        self.write(async |txn| {
            insert::<order_return::Entity, _>(&txn, row.clone().into_active_model()).await;
        })
        .await;
        order.status = OrderStatus::Returned;
        self.change(order).await;
    }

    /// Raises a critical value.
    pub async fn raise(&self, order: &order::Model, at: DateTime<Utc>) -> critical_value::Model {
        let row = critical_value::Model {
            id: self.w.app.new_id(),
            version: 1,
            order_id: order.id,
            centre_id: order.centre_id,
            patient_id: self.patient,
            requested_by_id: order.requested_by_id,
            holder_id: None,
            status: CriticalStatus::Notified,
            finding: "血钾 6.9".to_owned(),
            code: None,
            report_version: None,
            raised_by_id: None,
            raised_at: at,
            due_at: at + Duration::minutes(10),
            acknowledged_by_id: None,
            acknowledged_for_id: None,
            acknowledged_at: None,
            read_back: None,
            channel: None,
            resolution: None,
            resolved_at: None,
            overdue_at: None,
            escalated_at: None,
            clock_at: None,
            occurred_at: at,
            created_by: Uuid::nil(),
            created_at: self.w.now(),
            updated_at: self.w.now(),
        };
        self.write(async |txn| {
            insert::<critical_value::Entity, _>(&txn, row.clone().into_active_model()).await;
            self.tell(&txn, SubjectKind::CriticalValue, row.id, 1, row.centre_id)
                .await;
        })
        .await;
        row
    }

    /// Acknowledges a critical value, or corrects when it was.
    pub async fn acknowledge(&self, value: &mut critical_value::Model, at: DateTime<Utc>) {
        value.version += 1;
        value.acknowledged_at = Some(at);
        let value = &*value;
        self.write(async |txn| {
            let row = value.clone().into_active_model().reset_all();
            row.update(&*txn)
                .await
                .expect("the critical value is there");
            let kind = SubjectKind::CriticalValue;
            self.tell(&txn, kind, value.id, value.version, value.centre_id)
                .await;
        })
        .await;
    }

    /// Offers a training session.
    pub async fn offer(&self, at: DateTime<Utc>) -> training_session::Model {
        let row = training_session::Model {
            id: self.w.app.new_id(),
            version: 1,
            centre_id: self.training.id,
            course: "心肺复苏".to_owned(),
            trainer_id: None,
            starts_at: at,
            ends_at: at + Duration::hours(2),
            seats: 20,
            enrolled: 0,
            cancelled: false,
            created_by: Uuid::nil(),
            created_at: self.w.now(),
            updated_at: self.w.now(),
        };
        self.write(async |txn| {
            insert::<training_session::Entity, _>(&txn, row.clone().into_active_model()).await;
            self.tell(&txn, SubjectKind::TrainingSession, row.id, 1, row.centre_id)
                .await;
        })
        .await;
        row
    }

    /// Says that somebody came to a session.
    pub async fn attend(
        &self,
        session: &training_session::Model,
        who: Uuid,
        of: &institution::Model,
        at: DateTime<Utc>,
    ) {
        let row = enrolment::Model {
            session_id: session.id,
            practitioner_id: who,
            institution_id: of.id,
            attended_at: Some(at),
            score: None,
            passed: None,
            created_at: self.w.now(),
        };
        self.write(async |txn| {
            insert::<enrolment::Entity, _>(&txn, row.clone().into_active_model()).await;
            let kind = SubjectKind::TrainingSession;
            self.tell(&txn, kind, session.id, 2, session.centre_id)
                .await;
        })
        .await;
    }

    /// Moves when somebody came to a session.
    pub async fn correct_attendance(
        &self,
        session: &training_session::Model,
        who: Uuid,
        at: Option<DateTime<Utc>>,
    ) {
        let found = enrolment::Entity::find_by_id((session.id, who));
        let found = found.one(self.w.app.db.reader()).await;
        let row = found.expect("it can be read").expect("somebody came");
        let row = enrolment::Model {
            attended_at: at,
            ..row
        };
        self.write(async |txn| {
            let row = row.clone().into_active_model().reset_all();
            row.update(&*txn).await.expect("the enrolment is there");
            let kind = SubjectKind::TrainingSession;
            self.tell(&txn, kind, session.id, 3, session.centre_id)
                .await;
        })
        .await;
    }

    async fn tell(&self, txn: &Txn, kind: SubjectKind, id: Uuid, version: i32, centre: Uuid) {
        let happened = Happened {
            scopes: vec![centre],
            ..Happened::plain(Action::PlaceOrder, (kind, id), version)
        };
        let actor = Actor::system("test");
        let recorded = event::record(txn, &self.w.app, &actor, happened).await;
        recorded.expect("an event can be recorded");
    }

    async fn write(&self, work: impl AsyncFn(Txn)) {
        let written = self.w.app.db.write(async |txn| {
            work(txn).await;
            Ok(())
        });
        written.await.expect("the book can be written");
    }
}

async fn insert<E, A>(txn: &Txn, row: A)
where
    E: EntityTrait,
    A: sea_orm::ActiveModelTrait<Entity = E>,
{
    E::insert(row)
        .exec_without_returning(&**txn)
        .await
        .expect("the row can be written");
}

fn centre(
    w: &World,
    kind: CentreKind,
    name: &str,
    host: &institution::Model,
) -> shared_centre::Model {
    shared_centre::Model {
        id: w.app.new_id(),
        kind,
        name: format!("{}{name}", host.name),
        host_id: host.id,
        community_id: host.community_id,
        hours: None,
        active: true,
        version: 1,
        created_at: w.now(),
        updated_at: w.now(),
    }
}

fn item(w: &World, centre: &shared_centre::Model) -> catalogue_item::Model {
    catalogue_item::Model {
        id: w.app.new_id(),
        centre_id: centre.id,
        code: "K".to_owned(),
        name: "血钾".to_owned(),
        item_group: "生化".to_owned(),
        modality: None,
        specimen: None,
        recognition_days: 1,
        review: ReviewRule::Required,
        emergency_minutes: 45,
        urgent_minutes: 120,
        routine_minutes: 240,
        active: true,
        created_at: w.now(),
        updated_at: w.now(),
    }
}
