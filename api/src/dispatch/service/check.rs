//! The rules of a posting, each with the field that it is about.

use chrono::{Days, Months, NaiveDate};
use entity::{
    agreement,
    dispatch::{self, Model},
    enums::{DispatchKind, DispatchStatus, InstitutionStatus, Qualification, Tier},
    institution,
    json::WeeklySession,
    practitioner, studio,
};
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _};
use uuid::Uuid;

use crate::{
    alliance::{
        self,
        pacts::{of_agreement, of_studio},
    },
    db::Txn,
    dispatch::{
        calendar::{self, Stay},
        state::{self, GRACE},
    },
    error::{Error, Problem, ProblemCode, Problems, Result},
    id::{self, Kind},
    network, text,
};

/// Longest reason, comment or list of goals.
pub const LONG: usize = 2_000;
/// Longest specialty code.
const SPECIALTY: usize = 20;
/// How far ahead a dispatch may begin.
const AHEAD: Days = Days::new(366);
/// How long a dispatch may be.
const LONGEST: Months = Months::new(36);

/// Notes days that cannot be: it begins at most a week ago and a year ahead, and is over within three years.
pub fn days(starts_on: NaiveDate, ends_on: NaiveDate, today: NaiveDate, problems: &mut Problems) {
    let earliest = today.checked_sub_days(Days::new(GRACE));
    let latest = today.checked_add_days(AHEAD);
    for (good, message) in [
        (
            earliest.is_none_or(|earliest| earliest <= starts_on),
            "At most 7 days back.",
        ),
        (
            latest.is_none_or(|latest| starts_on <= latest),
            "At most a year ahead.",
        ),
    ] {
        problems.check(good, "input.startsOn", ProblemCode::Order, message);
    }
    end(starts_on, ends_on, today, problems);
}

/// Notes a last day that cannot be.
pub fn end(starts_on: NaiveDate, ends_on: NaiveDate, today: NaiveDate, problems: &mut Problems) {
    let latest = starts_on.checked_add_months(LONGEST);
    for (good, message) in [
        (ends_on >= starts_on, "Not before the first day."),
        (ends_on >= today, "Not in the past."),
        (
            latest.is_none_or(|latest| ends_on <= latest),
            "At most three years after the first day.",
        ),
    ] {
        problems.check(good, "input.endsOn", ProblemCode::Order, message);
    }
}

/// Notes sessions that are missing, named twice, or never come within the days.
pub fn sessions(row: &Model, problems: &mut Problems) {
    let all = &row.sessions.0;
    let path = "input.sessions";
    let message = "Say when in the week they are there.";
    problems.check(!all.is_empty(), path, ProblemCode::Required, message);
    if let Some(place) = calendar::repeated(all) {
        let path = format!("{path}[{place}]");
        problems.add(path, ProblemCode::Taken, "This half-day is named before.");
    }
    for (place, session) in all.iter().enumerate() {
        problems.check(
            comes(*session, row.starts_on, row.ends_on),
            format!("{path}[{place}]"),
            ProblemCode::Inconsistent,
            "There is no such day within the dispatch.",
        );
    }
}

fn comes(session: WeeklySession, from: NaiveDate, until: NaiveDate) -> bool {
    let week = from
        .checked_add_days(Days::new(6))
        .map_or(until, |week| week.min(until));
    // Days that are in the wrong order are named elsewhere.
    from > until || calendar::half_days(&[session], from, week).next().is_some()
}

/// Notes texts that are too long or not to be printed.
pub fn texts(row: &Model, problems: &mut Problems) {
    let specialty = row.specialty.as_deref();
    text::optional(specialty, SPECIALTY, "input.specialty", problems);
    if let Some(specialty) = specialty {
        text::one_line(specialty, "input.specialty", problems);
    }
    text::optional(row.goals.as_deref(), LONG, "input.goals", problems);
}

/// Sender and host, as the transaction sees them; notes what is wrong with them. Experts are sent by hospitals and partners, to anybody else but partners,
/// and both work.
pub async fn places(
    txn: &Txn,
    sender: Option<Uuid>,
    host: Uuid,
    problems: &mut Problems,
) -> Result<(Option<institution::Model>, institution::Model)> {
    let ids: Vec<Uuid> = sender.into_iter().chain([host]).collect();
    let mut found = network::service::institutions(txn, &ids).await?;
    if sender == Some(host) {
        let message = "Nobody is sent to where they are.";
        problems.add("input.host", ProblemCode::Inconsistent, message);
    }
    let sender_row = sender.and_then(|id| found.get(&id).cloned());
    let unknown = sender.is_some() && sender_row.is_none();
    let message = "There is no such institution.";
    problems.check(!unknown, "input.sender", ProblemCode::UnknownId, message);
    let host = found.remove(&host).ok_or(Error::NotFound)?;
    let sends = |row: &institution::Model| matches!(row.tier, Tier::Hospital | Tier::Partner);
    problems.check(
        sender_row.as_ref().is_none_or(sends),
        "input.sender",
        ProblemCode::NotAllowed,
        "Hospitals and partners send experts.",
    );
    problems.check(
        host.tier != Tier::Partner,
        "input.host",
        ProblemCode::NotAllowed,
        "Experts are not sent to partners.",
    );
    for (row, path) in [
        (sender_row.as_ref(), "input.sender"),
        (Some(&host), "input.host"),
    ] {
        problems.check(
            row.is_none_or(|row| row.status == InstitutionStatus::Operating),
            path,
            ProblemCode::NotOperating,
            "The institution does not operate.",
        );
    }
    Ok((sender_row, host))
}

/// Notes a studio that is not the expert's at the host, an agreement that is not that of sender and host, and one that is not in force when the dispatch
/// begins.
pub async fn pacts(txn: &Txn, row: &Model, problems: &mut Problems) -> Result<()> {
    if let Some(id) = row.studio_id {
        let found = alliance::service::find(txn, id).await;
        let own = |studio: &studio::Model| {
            Some(studio.practitioner_id) == row.practitioner_id
                && studio.host_id == row.host_id
                && of_studio(studio).covers(row.starts_on)
        };
        let good = match found {
            Ok(found) => own(&found),
            Err(Error::NotFound) => false,
            Err(error) => return Err(error),
        };
        let message = "No studio of the expert at the host on the first day.";
        problems.check(good, "input.studio", ProblemCode::UnknownId, message);
    }
    if let Some(id) = row.agreement_id {
        let found = alliance::service::find(txn, id).await;
        let between = |agreement: &agreement::Model| {
            let sides = [agreement.institution_id, agreement.counterpart_id];
            row.sender_id.is_some_and(|sender| sides.contains(&sender))
                && sides.contains(&row.host_id)
                && of_agreement(agreement).covers(row.starts_on)
        };
        let good = match found {
            Ok(found) => between(&found),
            Err(Error::NotFound) => false,
            Err(error) => return Err(error),
        };
        let message = "No agreement of sender and host on the first day.";
        problems.check(good, "input.agreement", ProblemCode::UnknownId, message);
    }
    Ok(())
}

/// Notes a missing sender of somebody who is sent.
pub fn sent(row: &Model, problems: &mut Problems) {
    let message =
        "Name who sends them; nobody sends only those who come back as volunteers or are rehired.";
    problems.check(
        row.sender_id.is_some() || may_come_alone(row.kind),
        "input.sender",
        ProblemCode::Required,
        message,
    );
}

/// Whether somebody may come for that without being sent.
#[must_use]
pub const fn may_come_alone(kind: DispatchKind) -> bool {
    matches!(kind, DispatchKind::VolunteerReturn | DispatchKind::Rehired)
}

/// Who is sent, held still until the transaction ends, so that nobody else plans for them meanwhile; notes what is wrong with them.
pub async fn expert(
    txn: &Txn,
    row: &Model,
    problems: &mut Problems,
) -> Result<Option<practitioner::Model>> {
    let path = "input.practitioner";
    let Some(id) = row.practitioner_id else {
        problems.add(path, ProblemCode::Required, "Name who is sent.");
        return Ok(None);
    };
    network::service::hold_practitioner(txn, id).await?;
    let found = network::service::practitioner(txn, id).await?;
    let found = found.filter(|found| {
        let sent = row.sender_id.is_none_or(|id| id == found.institution_id);
        found.active && sent
    });
    let Some(found) = found else {
        let message = "No practitioner of that institution.";
        problems.add(path, ProblemCode::UnknownId, message);
        return Ok(None);
    };
    let runs = row.kind == DispatchKind::ClinicalDeputyDirector;
    problems.check(
        !runs || found.qualification == Qualification::Physician,
        path,
        ProblemCode::NotAllowed,
        "A deputy director is a physician.",
    );
    licence(&found, row.ends_on, path, problems);
    Ok(Some(found))
}

/// Notes a licence that ends before the last day. One without an end does not.
pub fn licence(
    expert: &practitioner::Model,
    last_day: NaiveDate,
    path: &str,
    problems: &mut Problems,
) {
    problems.check(
        expert.licence_until.is_none_or(|until| until >= last_day),
        path,
        ProblemCode::NotAllowed,
        "The licence of the expert ends before the dispatch does.",
    );
}

/// Notes a half-day that another posting of the expert claims; the expert's row is held still.
pub async fn clash(txn: &Txn, row: &Model, path: &str, problems: &mut Problems) -> Result<()> {
    use dispatch::Column::{EndsOn, Id, PractitionerId, StartsOn, Status};
    let others = dispatch::Entity::find()
        .filter(PractitionerId.eq(row.practitioner_id))
        .filter(EndsOn.gte(row.starts_on))
        .filter(StartsOn.lte(row.ends_on))
        .filter(Id.ne(row.id))
        .filter(
            Status.is_in(
                DispatchStatus::ALL
                    .iter()
                    .copied()
                    .filter(|status| state::binds(*status)),
            ),
        )
        .all(&**txn)
        .await?;
    let met = others.iter().find_map(|other| {
        let there = Stay {
            from: other.starts_on,
            until: other.last_day(),
            sessions: &other.sessions.0,
        };
        let here = Stay {
            from: row.starts_on,
            until: row.ends_on,
            sessions: &row.sessions.0,
        };
        calendar::clash(here, there)
    });
    if let Some((day, half)) = met {
        let half = half.code();
        let message = format!("Another posting of the expert claims {day} {half}.");
        problems.add(path, ProblemCode::Taken, message);
    }
    Ok(())
}

/// Refuses a second deputy director of a host.
pub async fn deputy(txn: &Txn, row: &Model) -> Result<()> {
    if row.kind != DispatchKind::ClinicalDeputyDirector {
        return Ok(());
    }
    let there = dispatch::Entity::find()
        .filter(dispatch::Column::DeputyKey.eq(row.host_id))
        .one(&**txn)
        .await?;
    match there {
        None => Ok(()),
        Some(there) => Err(Error::Duplicate {
            existing: Some(id::encode(Kind::Dispatch, there.id)),
            problems: vec![Problem::new(
                "input.dispatch",
                ProblemCode::Taken,
                "The host has a deputy director.",
            )],
        }),
    }
}
