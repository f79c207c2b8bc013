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
    /// Rows of the page.
    rows: u64,
    /// Version and id of the event after which it begins.
    after: Option<(i32, Uuid)>,
}

impl TimelinePage {
    /// The page that is asked for.
    pub fn parse(kind: SubjectKind, subject: Uuid, args: &PageArgs) -> Result<Self> {
        let window = Window::parse(args, TIMELINE)?;
        let after = window.text();
        let after = after.and_then(|(version, id)| Some((version.parse().ok()?, id)));
        Ok(Self {
            kind,
            subject,
            rows: window.rows,
            after,
        })
    }

    /// The same without any rows.
    #[must_use]
    pub fn empty(&self) -> Slice<event::Model> {
        self.window().slice(Vec::new())
    }

    /// The cursor of an event.
    #[must_use]
    pub fn cursor(row: &event::Model) -> String {
        Cursor::text(TIMELINE, row.version.to_string(), row.id).encode()
    }

    fn window(&self) -> Window {
        let after = self.after;
        let cursor = after.map(|(version, id)| Cursor::text(TIMELINE, version.to_string(), id));
        Window {
            rows: self.rows,
            backward: false,
            cursor,
        }
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
            let alike = (key.kind, key.rows, key.after);
            pages.entry(alike).or_default().push(key);
        }
        let mut found = HashMap::new();
        for ((kind, _, after), keys) in pages {
            let Some(window) = keys.first().map(|key| key.window()) else {
                continue;
            };
            let subjects: Vec<Uuid> = keys.iter().map(|key| key.subject).collect();
            let mut events: HashMap<Uuid, Vec<event::Model>> = HashMap::new();
            for row in read(&self.0, kind, &subjects, &window, after).await? {
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

/// Pages of the timelines of many objects in one statement, each from its `after` on: an event of that version and id.
async fn read(
    app: &App,
    kind: SubjectKind,
    subjects: &[Uuid],
    window: &Window,
    after: Option<(i32, Uuid)>,
) -> Result<Vec<event::Model>> {
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
