//! Timelines: what happened to an object, page by page, those of a whole page of objects read in one statement.

use std::{collections::HashMap, sync::Arc};

use async_graphql::dataloader::Loader;
use entity::{enums::SubjectKind, event};
use sea_orm::{
    ColumnTrait as _, FromQueryResult as _, Iterable as _, Order,
    sea_query::{Asterisk, Query},
};
use uuid::Uuid;

use crate::{
    app::App,
    error::{Error, Result},
    page::{Cursor, PLACE, PageArgs, Slice, Window},
};

/// The sort that cursors of a timeline name.
const TIMELINE: &str = "VERSION";

/// Loads pages of timelines.
pub struct Timelines(pub App);

/// One page of one object's timeline.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct TimelinePage {
    /// What kind of object.
    kind: SubjectKind,
    /// Which.
    subject: Uuid,
    /// Which part of the list.
    window: Window,
}

impl TimelinePage {
    /// The page that is asked for.
    pub fn parse(kind: SubjectKind, subject: Uuid, args: &PageArgs) -> Result<Self> {
        Ok(Self {
            kind,
            subject,
            window: Window::parse(args, TIMELINE)?,
        })
    }

    /// The same without any rows.
    #[must_use]
    pub fn empty(&self) -> Slice<event::Model> {
        self.window.slice(Vec::new())
    }

    /// The cursor of an event.
    #[must_use]
    pub fn cursor(row: &event::Model) -> String {
        Cursor::text(TIMELINE, row.version.to_string(), row.id).encode()
    }
}

impl Loader<TimelinePage> for Timelines {
    type Value = Slice<event::Model>;
    type Error = Arc<Error>;

    async fn load(
        &self,
        keys: &[TimelinePage],
    ) -> Result<HashMap<TimelinePage, Self::Value>, Self::Error> {
        let mut pages: HashMap<_, Vec<&TimelinePage>> = HashMap::new();
        for key in keys {
            let alike = (key.kind, &key.window);
            pages.entry(alike).or_default().push(key);
        }
        let mut found = HashMap::new();
        for ((kind, window), keys) in pages {
            let subjects: Vec<Uuid> = keys.iter().map(|key| key.subject).collect();
            let mut events: HashMap<Uuid, Vec<event::Model>> = HashMap::new();
            for row in read(&self.0, kind, &subjects, window).await? {
                events.entry(row.subject_id).or_default().push(row);
            }
            for key in keys {
                let rows = events.remove(&key.subject).unwrap_or_default();
                found.insert(key.clone(), window.slice(rows));
            }
        }
        Ok(found)
    }
}

/// Pages of the timelines of many objects in one statement.
async fn read(
    app: &App,
    kind: SubjectKind,
    subjects: &[Uuid],
    window: &Window,
) -> Result<Vec<event::Model>> {
    let after = window.text();
    let after = after.and_then(|(version, id)| Some((version.parse::<i32>().ok()?, id)));
    let by = [event::Column::Version, event::Column::Id];
    let rows = Query::select()
        .column(Asterisk)
        .from(event::Entity)
        .and_where(event::Column::SubjectId.is_in(subjects.iter().copied()))
        .and_where(event::Column::SubjectKind.eq(kind))
        .and_where_option(window.beyond(by, &Order::Asc, after))
        .to_owned();
    let over = "PARTITION BY subject_id ORDER BY version, id";
    let page = window
        .of_each(rows, over, event::Column::iter())
        .order_by(event::Column::SubjectId, Order::Asc)
        .order_by(PLACE, Order::Asc)
        .to_owned();
    let rows = event::Model::find_by_statement(app.db.backend().build(&page))
        .all(app.db.reader())
        .await?;
    Ok(rows)
}
