//! `GET /throughput.csv`: throughput as a table. The parameters are the fields of `ThroughputInput`; a list is written with commas, or as the same parameter again.

use std::collections::BTreeMap;

use axum::{
    Router,
    body::Body as HttpBody,
    extract::{Query, Request as HttpRequest, State},
    http::{HeaderValue, Uri, header},
    response::Response,
    routing::get,
};
use chrono::{DateTime, Utc};
use entity::enums::{Action, Bucket, CentreKind, ThroughputDimension};
use uuid::Uuid;

use super::{account::answer, refusal::Refusal};
use crate::{
    app::App,
    auth::Actor,
    error::{ProblemCode, Problems, Result},
    id::{self, Kind},
    moment,
    throughput::{csv, query::Asked, service},
};

/// The parameters.
const PARAMETERS: [&str; 7] = [
    "centres",
    "kinds",
    "requestedBy",
    "from",
    "to",
    "bucket",
    "by",
];

/// The address of the table.
pub(super) fn router() -> Router<App> {
    Router::new().route("/throughput.csv", get(table))
}

async fn table(State(app): State<App>, request: HttpRequest) -> Response {
    let table = |app: App, actor: Actor, request: HttpRequest| async move {
        let asked = parse(request.uri())?;
        let rows = service::throughput_by_address(&app, &actor, asked).await?;
        Ok(saved(csv::table(&app, &rows).await?))
    };
    let refusal = |error| Refusal::of(&error);
    answer(app, request, Action::ReadThroughput, refusal, table).await
}

fn saved(table: Vec<u8>) -> Response {
    const MEDIA: HeaderValue = HeaderValue::from_static("text/csv; charset=utf-8; header=present");
    const SAVED: HeaderValue = HeaderValue::from_static("attachment; filename=\"throughput.csv\"");
    let mut response = Response::new(HttpBody::from(table));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, MEDIA);
    headers.insert(header::CONTENT_DISPOSITION, SAVED);
    response
}

/// What the parameters ask for; every one that is wrong is named.
fn parse(uri: &Uri) -> Result<Asked> {
    let mut problems = Problems::default();
    let pairs = Query::<Vec<(String, String)>>::try_from_uri(uri);
    let pairs = pairs.map(|Query(pairs)| pairs).unwrap_or_default();
    let mut given: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (name, value) in pairs {
        problems.check(
            PARAMETERS.contains(&name.as_str()),
            name.chars().take(40).collect::<String>(),
            ProblemCode::NotAllowed,
            format!("The parameters are {}.", PARAMETERS.join(", ")),
        );
        let values = value.split(',').filter(|value| !value.is_empty());
        let list = given.entry(name).or_default();
        list.extend(values.map(str::to_owned));
    }
    let mut asked = Parameters { given, problems };
    let centres = asked.ids("centres", Kind::SharedCentre);
    let requested_by = asked.ids("requestedBy", Kind::Institution);
    let kinds = asked.codes("kinds", CentreKind::from_code);
    let by = asked.codes("by", ThroughputDimension::from_code);
    let buckets = asked.codes("bucket", Bucket::from_code).unwrap_or_default();
    let bucket = asked.one("bucket", &buckets);
    let from = asked.moment("from");
    let to = asked.moment("to");
    asked.problems.finish()?;
    Ok(Asked {
        centres,
        kinds,
        requested_by,
        from: from.unwrap_or_default(),
        to: to.unwrap_or_default(),
        bucket: bucket.unwrap_or(Bucket::Whole),
        by: by.unwrap_or_default(),
    })
}

struct Parameters {
    given: BTreeMap<String, Vec<String>>,
    problems: Problems,
}

impl Parameters {
    fn ids(&mut self, name: &str, kind: Kind) -> Option<Vec<Uuid>> {
        let texts = self.given.get(name)?;
        let mut ids = Vec::new();
        for text in texts {
            match id::decode(kind, text, name) {
                Ok(id) => ids.push(id),
                Err(error) => self.problems.extend(error.problems().iter().cloned()),
            }
        }
        Some(ids)
    }

    fn codes<T>(&mut self, name: &str, read: impl Fn(&str) -> Option<T>) -> Option<Vec<T>> {
        let texts = self.given.get(name)?;
        let mut codes = Vec::new();
        for text in texts {
            if let Some(code) = read(text) {
                codes.push(code);
            } else {
                let message = "Not one of the known values.";
                self.problems.add(name, ProblemCode::UnknownValue, message);
            }
        }
        Some(codes)
    }

    /// The only value of a parameter that must be there once.
    fn one<T: Copy>(&mut self, name: &str, values: &[T]) -> Option<T> {
        match values {
            [value] => Some(*value),
            _ if self.problems.is_empty() || values.len() > 1 || !self.given.contains_key(name) => {
                self.problems
                    .add(name, ProblemCode::Required, "It must be given once.");
                None
            }
            _ => None,
        }
    }

    fn moment(&mut self, name: &str) -> Option<DateTime<Utc>> {
        let texts = self.given.get(name).cloned().unwrap_or_default();
        let text = self.one(name, &texts.iter().map(String::as_str).collect::<Vec<_>>())?;
        // A plus that was not escaped has become a space.
        let read = moment::parse(&text.replace(' ', "+"));
        if read.is_none() {
            let message = "A time with its offset, like 2026-11-21T08:00:00+08:00.";
            self.problems.add(name, ProblemCode::Format, message);
        }
        read
    }
}
