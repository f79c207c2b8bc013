//! Lists of sessions, the earliest first, and of who is enrolled in one.

use entity::{
    enrolment,
    training_session::{self, Model},
};
use sea_orm::{
    ColumnTrait as _, Condition, EntityTrait as _, Order, PaginatorTrait as _, QueryFilter as _,
    QueryOrder as _, Select,
    sea_query::{Expr, ExprTrait as _, Query},
};
use uuid::Uuid;

use crate::{
    app::App,
    error::Result,
    moment::Stretch,
    page::{Cursor, Slice, Window, counted},
    policy::Roster,
};

/// Sort of sessions: the earliest first.
pub const SESSIONS: &str = "STARTS_AT_ASC";
/// Sort of who is enrolled: by practitioner, in the order in which they were registered.
pub const ENROLMENTS: &str = "PRACTITIONER";

/// Which sessions to list; what is left out does not narrow.
#[derive(Clone, Debug, Default)]
pub struct SessionQuery {
    /// The centre.
    pub centre: Option<Uuid>,
    /// When they begin.
    pub starts_at: Stretch,
    /// Somebody who is enrolled, and whose enrolments the actor sees.
    pub practitioner: Option<(Uuid, Roster)>,
}

impl SessionQuery {
    fn condition(&self) -> Condition {
        use training_session::Column::{CentreId, Id, StartsAt};
        let enrolled = |(practitioner, roster): &(Uuid, Roster)| {
            let held = Query::select()
                .column(enrolment::Column::SessionId)
                .from(enrolment::Entity)
                .and_where(enrolment::Column::PractitionerId.eq(*practitioner))
                .cond_where(listed(roster))
                .to_owned();
            Id.in_subquery(held)
        };
        Condition::all()
            .add_option(self.centre.map(|id| CentreId.eq(id)))
            .add_option(self.starts_at.from.map(|from| StartsAt.gte(from)))
            .add_option(self.starts_at.until.map(|until| StartsAt.lt(until)))
            .add_option(self.practitioner.as_ref().map(enrolled))
    }

    /// The statement of a page.
    #[must_use]
    pub fn page(&self, window: &Window) -> Select<training_session::Entity> {
        use training_session::Column::{Id, StartsAt};
        let query = training_session::Entity::find().filter(self.condition());
        window.keyset(query, [StartsAt, Id], &Order::Asc, window.time())
    }

    /// A page, each row with its cursor.
    pub async fn list(&self, app: &App, window: &Window) -> Result<Slice<(String, Model)>> {
        let rows = self.page(window).all(app.db.reader()).await?;
        Ok(window.slice(rows).map(|row| {
            let cursor = Cursor::time(SESSIONS, row.starts_at, row.id);
            (cursor.encode(), row)
        }))
    }

    /// How many there are, up to the number above which nobody is told.
    pub async fn count(&self, app: &App) -> Result<Option<i32>> {
        let rows = training_session::Entity::find().filter(self.condition());
        counted(rows, app.db.reader()).await
    }
}

/// The enrolments that somebody sees.
fn listed(roster: &Roster) -> Condition {
    use enrolment::Column::{InstitutionId, PractitionerId, SessionId};
    let hosted = |centres: &[Uuid]| {
        let of_centres = Query::select()
            .column(training_session::Column::Id)
            .from(training_session::Entity)
            .and_where(training_session::Column::CentreId.is_in(centres.iter().copied()))
            .to_owned();
        SessionId.in_subquery(of_centres)
    };
    // Of no centre a database would look through all sessions.
    let centres = (!roster.centres.is_empty()).then_some(&roster.centres[..]);
    Condition::any()
        .add(InstitutionId.is_in(roster.institutions.iter().copied()))
        .add_option(centres.map(hosted))
        .add_option(roster.own.map(|own| PractitionerId.eq(own)))
}

/// The beginning of a page of who is enrolled in each of many sessions.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct EnrolmentPage {
    /// The session.
    pub session: Uuid,
    /// Which part of the list.
    pub window: Window,
}

/// Who is enrolled in these sessions, as far as the roster goes: of each the rows of its page and one more, in one statement.
pub async fn enrolments(
    app: &App,
    roster: &Roster,
    sessions: &[Uuid],
    window: &Window,
) -> Result<Vec<enrolment::Model>> {
    use enrolment::Column::{PractitionerId, SessionId};
    let after = window.cursor.as_ref();
    let rows = Query::select()
        .column((enrolment::Entity, SessionId))
        .column((enrolment::Entity, PractitionerId))
        .from(enrolment::Entity)
        .and_where(SessionId.is_in(sessions.iter().copied()))
        .cond_where(listed(roster))
        .and_where_option(after.map(|cursor| PractitionerId.gt(cursor.id)))
        .to_owned();
    let over = "PARTITION BY session_id ORDER BY practitioner_id";
    let wanted = window.of_each(rows, over, ["session_id", "practitioner_id"]);
    let key = Expr::tuple([SessionId.into_expr(), PractitionerId.into_expr()]);
    let rows = enrolment::Entity::find()
        .filter(key.in_subquery(wanted))
        .order_by_asc(SessionId)
        .order_by_asc(PractitionerId)
        .all(app.db.reader())
        .await?;
    Ok(rows)
}

/// How many are enrolled in a session, as far as the roster goes.
pub async fn count_enrolments(app: &App, roster: &Roster, session: Uuid) -> Result<Option<i32>> {
    let rows = enrolment::Entity::find()
        .filter(enrolment::Column::SessionId.eq(session))
        .filter(listed(roster))
        .count(app.db.reader())
        .await?;
    Ok(i32::try_from(rows).ok())
}

/// The sessions of these ids.
pub async fn by_ids(app: &App, ids: &[Uuid]) -> Result<Vec<Model>> {
    let rows = training_session::Entity::find()
        .filter(training_session::Column::Id.is_in(ids.iter().copied()))
        .all(app.db.reader())
        .await?;
    Ok(rows)
}
