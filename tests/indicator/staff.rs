//! Who works in the history that is worked out by hand: the team that patients sign with, and the experts who are sent.

use entity::{
    dispatch, dispatch_log,
    enums::{ContractStatus, DispatchKind, DispatchStatus, HalfDay, Tier, Weekday},
    family_contract, family_member, family_package, family_team,
    json::{Ids, WeeklySession, WeeklySessions},
};
use sea_orm::{EntityTrait as _, IntoActiveModel as _};

use super::history::{at, day};
use crate::harness::World;

/// Patients sign with the only team of `hill`.
pub async fn sign(w: &World, patients: &[uuid::Uuid]) {
    let (hill, begins) = (w.district().hill.id, at("2026-01-01 00:00"));
    let team = family_team::Model {
        id: w.app.new_id(),
        version: 1,
        institution_id: hill,
        name: "青山第一团队".to_owned(),
        phone: None,
        active: true,
        ended_at: None,
        created_by: uuid::Uuid::nil(),
        created_at: begins,
        updated_at: begins,
    };
    let package = family_package::Model {
        id: w.app.new_id(),
        version: 1,
        institution_id: hill,
        code: "BASIC".to_owned(),
        name: "基础包".to_owned(),
        content: "年度体检".to_owned(),
        fee: 0,
        active: true,
        created_by: uuid::Uuid::nil(),
        created_at: begins,
        updated_at: begins,
    };
    let member = family_member::Model {
        id: w.app.new_id(),
        team_id: team.id,
        practitioner_id: w.district().hill_doctor.id,
        institution_id: hill,
        tier: Tier::HealthCentre,
        leader: true,
        since: begins,
        until: None,
        open_key: None,
    };
    let contracts = patients.iter().map(|patient| family_contract::Model {
        id: w.app.new_id(),
        version: 1,
        team_id: team.id,
        institution_id: hill,
        patient_id: *patient,
        package_id: package.id,
        signed_by_id: hill,
        status: ContractStatus::Running,
        starts_on: day("2026-01-01"),
        ends_on: day("2026-12-31"),
        begins_at: begins,
        until: at("2027-01-01 00:00"),
        end_reason: None,
        note: None,
        previous_id: None,
        open_key: None,
        created_by: uuid::Uuid::nil(),
        created_at: begins,
        updated_at: begins,
    });
    let contracts: Vec<_> = contracts.collect();
    let written = w.app.db.write(async |txn| {
        let row = family_team::Entity::insert(team.clone().into_active_model());
        row.exec_without_returning(&*txn).await?;
        let row = family_package::Entity::insert(package.clone().into_active_model());
        row.exec_without_returning(&*txn).await?;
        let row = family_member::Entity::insert(member.clone().into_active_model());
        row.exec_without_returning(&*txn).await?;
        for row in &contracts {
            let row = family_contract::Entity::insert(row.clone().into_active_model());
            row.exec_without_returning(&*txn).await?;
        }
        Ok(())
    });
    written.await.expect("contracts can be written");
}

/// Experts are sent.
pub async fn send(w: &World) {
    let d = w.district();
    let weekly = |weekday| WeeklySession {
        weekday,
        half: HalfDay::Day,
    };
    let lasting = dispatch::Model {
        id: w.app.new_id(),
        version: 1,
        kind: DispatchKind::Secondment,
        status: DispatchStatus::Active,
        practitioner_id: Some(d.neurologist.id),
        sender_id: Some(d.county.id),
        host_id: d.hill.id,
        sender_community_id: d.county.community_id,
        host_community_id: d.hill.community_id,
        specialty: None,
        starts_on: day("2025-12-01"),
        ends_on: day("2026-07-31"),
        sessions: WeeklySessions(vec![
            weekly(Weekday::Monday),
            weekly(Weekday::Wednesday),
            weekly(Weekday::Friday),
        ]),
        studio_id: None,
        agreement_id: None,
        goals: None,
        approver_id: None,
        approved_for_id: None,
        approved_at: None,
        checked_in_at: Some(at("2025-12-01 08:00")),
        ended_on: None,
        ended_at: None,
        reason: None,
        score: None,
        comment: None,
        appraised_at: None,
        grants: Ids(Vec::new()),
        deputy_key: None,
        clock_at: None,
        occurred_at: at("2025-12-01 08:00"),
        created_by: uuid::Uuid::nil(),
        created_at: w.now(),
        updated_at: w.now(),
    };
    let short = dispatch::Model {
        id: w.app.new_id(),
        status: DispatchStatus::Appraised,
        practitioner_id: Some(d.emergency_doctor.id),
        host_id: d.river.id,
        checked_in_at: Some(at("2026-01-05 08:00")),
        ended_on: Some(day("2026-03-10")),
        score: Some(90),
        appraised_at: Some(at("2026-03-15 09:00")),
        ..lasting.clone()
    };
    let log = |on: &str, half, outpatients, ward_rounds, (operations, consultations)| {
        dispatch_log::Model {
            id: w.app.new_id(),
            dispatch_id: lasting.id,
            day: day(on),
            half,
            at: w.now(),
            revision: 1,
            replaced_at: None,
            outpatients,
            ward_rounds,
            operations,
            consultations,
            teaching_hours: 0.0,
            teaching_heads: 0,
            note: None,
            created_by: uuid::Uuid::nil(),
            by_expert: true,
            created_at: w.now(),
        }
    };
    let logs = [
        log("2026-01-05", HalfDay::Am, 10, 0, (0, 0)),
        log("2026-01-05", HalfDay::Pm, 8, 4, (0, 0)),
        log("2026-02-02", HalfDay::Am, 0, 0, (1, 2)),
    ];
    let written = w.app.db.write(async |txn| {
        for row in [&lasting, &short] {
            let row = dispatch::Entity::insert(row.clone().into_active_model());
            row.exec_without_returning(&*txn).await?;
        }
        for row in &logs {
            let row = dispatch_log::Entity::insert(row.clone().into_active_model());
            row.exec_without_returning(&*txn).await?;
        }
        Ok(())
    });
    written.await.expect("dispatches can be written");
}
