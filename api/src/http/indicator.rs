//! `GET /indicators.csv` and `GET /indicators.xlsx`: a sheet of indicators to take away. The parameters are the fields of `StatisticsInput`; a list is written
//! with commas, or as the same parameter again.

use std::collections::BTreeMap;

use axum::{
    Router,
    body::Body as HttpBody,
    extract::{Query, Request as HttpRequest, State},
    http::{HeaderValue, StatusCode, Uri, header},
    response::Response,
    routing::get,
};
use chrono::NaiveDate;
use entity::enums::{Action, StatisticsDimension};

use super::{account::answer, refusal::Refusal};
use crate::{
    app::App,
    auth::Actor,
    error::{Error, ProblemCode, Problems, Result},
    id::{self, Kind},
    indicator::{
        area::is_region,
        service::{self, Asked, Sheet},
        sheet,
    },
    policy::IndicatorArea,
    scalar::parse_day,
};

/// The parameters.
const PARAMETERS: [&str; 7] = [
    "institution",
    "community",
    "region",
    "from",
    "to",
    "by",
    "codes",
];

/// How a sheet is written, and what the answer says of it.
struct As {
    write: fn(&Sheet) -> Result<Vec<u8>>,
    media: HeaderValue,
    saved: HeaderValue,
}

const CSV: As = As {
    write: sheet::csv,
    media: HeaderValue::from_static("text/csv; charset=utf-8; header=present"),
    saved: HeaderValue::from_static("attachment; filename=\"indicators.csv\""),
};
const XLSX: As = As {
    write: sheet::xlsx,
    media: HeaderValue::from_static(
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ),
    saved: HeaderValue::from_static("attachment; filename=\"indicators.xlsx\""),
};

/// The addresses of the sheets.
pub(super) fn router() -> Router<App> {
    Router::new()
        .route("/indicators.csv", get(as_csv))
        .route("/indicators.xlsx", get(as_xlsx))
}

async fn as_csv(State(app): State<App>, request: HttpRequest) -> Response {
    taken(app, request, CSV).await
}

async fn as_xlsx(State(app): State<App>, request: HttpRequest) -> Response {
    taken(app, request, XLSX).await
}

async fn taken(app: App, request: HttpRequest, how: As) -> Response {
    let sheet = |app: App, actor: Actor, request: HttpRequest| async move {
        let asked = parse(request.uri())?;
        let sheet = service::export(&app, &actor, asked).await?;
        let mut response = Response::new(HttpBody::from((how.write)(&sheet)?));
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, how.media);
        headers.insert(header::CONTENT_DISPOSITION, how.saved);
        Ok(response)
    };
    answer(app, request, Action::ExportIndicators, refusal, sheet).await
}

/// An area that is not seen is not there.
#[expect(
    clippy::needless_pass_by_value,
    reason = "what makes a refusal takes the error"
)]
fn refusal(error: Error) -> Refusal {
    let refusal = Refusal::of(&error);
    let status = match error {
        Error::NotFound => StatusCode::NOT_FOUND,
        _ => refusal.status,
    };
    Refusal { status, ..refusal }
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
    let area = asked.area();
    let by = asked.one("by", false).and_then(|text| {
        let by = StatisticsDimension::from_code(&text);
        let message = "Not one of the known values.";
        let known = by.is_some();
        asked
            .problems
            .check(known, "by", ProblemCode::UnknownValue, message);
        by
    });
    let from = asked.day("from");
    let to = asked.day("to");
    let codes = asked.given.remove("codes");
    asked.problems.finish()?;
    Ok(Asked {
        area,
        from: from.unwrap_or_default(),
        to: to.unwrap_or_default(),
        by,
        codes,
    })
}

struct Parameters {
    given: BTreeMap<String, Vec<String>>,
    problems: Problems,
}

impl Parameters {
    fn area(&mut self) -> Option<IndicatorArea> {
        let mut area = None;
        let named = ["institution", "community", "region"];
        let many = named
            .iter()
            .filter(|name| self.given.contains_key(**name))
            .count()
            > 1;
        let message = "At most one of institution, community and region.";
        self.problems
            .check(!many, "institution", ProblemCode::Inconsistent, message);
        for (kind, name) in [
            (Kind::Institution, "institution"),
            (Kind::Community, "community"),
        ] {
            let Some(text) = self.one(name, false) else {
                continue;
            };
            match id::decode(kind, &text, name) {
                Ok(id) if kind == Kind::Institution => area = Some(IndicatorArea::Institution(id)),
                Ok(id) => area = Some(IndicatorArea::Community(id)),
                Err(error) => self.problems.extend(error.problems().iter().cloned()),
            }
        }
        if let Some(region) = self.one("region", false) {
            let message = "Two, four or six digits of GB/T 2260.";
            self.problems
                .check(is_region(&region), "region", ProblemCode::Format, message);
            area = Some(IndicatorArea::Region(region));
        }
        area
    }

    fn day(&mut self, name: &str) -> Option<NaiveDate> {
        let text = self.one(name, true)?;
        let day = parse_day(&text);
        let message = "A day like 2026-11-21.";
        self.problems
            .check(day.is_some(), name, ProblemCode::Format, message);
        day
    }

    /// The only value of a parameter.
    fn one(&mut self, name: &str, required: bool) -> Option<String> {
        let values = self.given.get(name).map(Vec::as_slice).unwrap_or_default();
        match values {
            [value] => Some(value.clone()),
            [] if !required && !self.given.contains_key(name) => None,
            _ => {
                let message = "It must be given once.";
                self.problems.add(name, ProblemCode::Required, message);
                None
            }
        }
    }
}
