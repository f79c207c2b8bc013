//! `POST /files` and `GET /files/{id}`: bytes come and go in chunks, and nothing is held whole in memory.

use std::{
    pin::{Pin, pin},
    time::Duration,
};

use axum::{
    Router,
    body::{Body as HttpBody, Bytes},
    extract::{Path, Request as HttpRequest, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::Response,
    routing::{get, post},
};
use data_encoding::HEXLOWER;
use entity::{enums::Action, file};
use futures::{Stream, TryStreamExt as _};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use serde_json::json;

use super::{account::answer, refusal::Refusal};
use crate::{
    app::App,
    auth::Actor,
    error::{Error, ProblemCode, Result},
    file::{
        kind::{extension, media_type},
        service::{self, ATTACHABLE, Declared},
        storage::Stored,
    },
    id::{self, Kind},
};

/// How long the next bytes of a file may take to arrive.
const CHUNK_TIME: Duration = Duration::from_secs(15);
/// How long a whole file may take.
const FILE_TIME: Duration = Duration::from_mins(5);
/// What a file that is opened may do beside being looked at.
const SANDBOX: HeaderValue = HeaderValue::from_static("default-src 'none'; sandbox");

/// The addresses of files.
pub(super) fn router() -> Router<App> {
    Router::new()
        .route("/files", post(upload))
        .route("/files/{id}", get(download))
}

/// Takes a file.
async fn upload(State(app): State<App>, request: HttpRequest) -> Response {
    let upload = |app: App, actor: Actor, request: HttpRequest| async move {
        let declared = declared(request.headers())?;
        let mut body = pin!(body(request.into_body()));
        let stored = service::store(&app, &actor, declared, body.as_mut());
        let stored = tokio::time::timeout(FILE_TIME, stored).await;
        let stored = stored.unwrap_or_else(|_| Err(late()));
        if stored.is_err() {
            drain(&app, body).await;
        }
        Ok(stored_as(&stored?))
    };
    answer(app, request, Action::UploadFile, refusal, upload).await
}

/// Gives a file out.
async fn download(
    State(app): State<App>,
    Path(id): Path<String>,
    request: HttpRequest,
) -> Response {
    let download = |app: App, actor: Actor, _| async move {
        let id = id::decode(Kind::File, &id, "id").map_err(|_| Error::NotFound)?;
        let (row, stored) = service::open(&app, &actor, id).await?;
        Ok(given_out(&app, &row, stored))
    };
    answer(app, request, Action::ReadFile, refusal, download).await
}

/// The refusal with the status that HTTP has for it.
#[expect(
    clippy::needless_pass_by_value,
    reason = "it is given to map_err, which hands errors over"
)]
fn refusal(error: Error) -> Refusal {
    let status = match (&error, error.problems().first().map(|problem| problem.code)) {
        (Error::NotFound, _) => Some(StatusCode::NOT_FOUND),
        (_, Some(ProblemCode::TooLarge)) => Some(StatusCode::PAYLOAD_TOO_LARGE),
        (_, Some(ProblemCode::UnknownValue | ProblemCode::Inconsistent)) => {
            Some(StatusCode::UNSUPPORTED_MEDIA_TYPE)
        }
        _ => None,
    };
    let refusal = Refusal::of(&error);
    Refusal {
        status: status.unwrap_or(refusal.status),
        ..refusal
    }
}

/// The body as it comes, none of it later than its time.
fn body(body: HttpBody) -> impl Stream<Item = Result<Bytes>> {
    futures::stream::try_unfold(body.into_data_stream(), |mut body| async move {
        let next = tokio::time::timeout(CHUNK_TIME, body.try_next());
        let next = next.await.map_err(|_| late())?;
        let broken = |_| Error::invalid("body", ProblemCode::Format, "The file did not arrive.");
        Ok(next.map_err(broken)?.map(|bytes| (bytes, body)))
    })
}

/// Lets the rest of a refused body come, within bounds: a caller that is still sending would otherwise see a broken line and not the
/// refusal.
async fn drain(app: &App, mut body: Pin<&mut impl Stream<Item = Result<Bytes>>>) {
    let rest = async {
        let mut left = app.settings.max_file;
        while let Ok(Some(bytes)) = body.try_next().await {
            left = left.saturating_sub(bytes.len() as u64);
            if left == 0 {
                return;
            }
        }
    };
    let _ = tokio::time::timeout(CHUNK_TIME, rest).await;
}

fn late() -> Error {
    let message = "The file took too long to arrive.";
    Error::invalid("body", ProblemCode::Format, message)
}

/// What the headers say of the file.
fn declared(headers: &HeaderMap) -> Result<Declared> {
    let text = |name| {
        let value = headers.get(name).map(HeaderValue::to_str).transpose();
        value.map_err(|_| {
            let message = "ASCII only; a name goes into filename*=UTF-8''….";
            Error::invalid("name", ProblemCode::Characters, message)
        })
    };
    let media_type = text(header::CONTENT_TYPE)?;
    let disposition = text(header::CONTENT_DISPOSITION)?;
    Ok(Declared {
        media_type: media_type.map(str::to_owned),
        name: disposition.map(file_name).transpose()?.flatten(),
    })
}

/// The name in a `Content-Disposition` (RFC 6266): `filename*=UTF-8''…`, else `filename="…"`.
fn file_name(disposition: &str) -> Result<Option<String>> {
    let malformed = || {
        let message = "Content-Disposition names a file as filename*=UTF-8''… or filename=\"…\".";
        Error::invalid("name", ProblemCode::Format, message)
    };
    let mut plain = None;
    for parameter in disposition.split(';').skip(1) {
        let (name, value) = parameter.split_once('=').ok_or_else(malformed)?;
        let (name, value) = (name.trim().to_ascii_lowercase(), value.trim());
        match name.as_str() {
            "filename*" => {
                let (charset, rest) = value.split_once('\'').ok_or_else(malformed)?;
                let (_, encoded) = rest.split_once('\'').ok_or_else(malformed)?;
                let decoded = percent_decode_str(encoded).decode_utf8();
                let decoded = decoded
                    .ok()
                    .filter(|_| charset.eq_ignore_ascii_case("utf-8"));
                return Ok(Some(decoded.ok_or_else(malformed)?.into_owned()));
            }
            "filename" => plain = Some(value.trim_matches('"').to_owned()),
            _ => {}
        }
    }
    Ok(plain)
}

/// `201 Created`, with what is known of the file.
fn stored_as(row: &file::Model) -> Response {
    let id = id::encode(Kind::File, row.id);
    let body = json!({
        "id": id,
        "kind": row.kind.code(),
        "mediaType": media_type(row.kind),
        "size": row.size,
        "sha256": HEXLOWER.encode(&row.sha256),
        "name": row.name,
        "createdAt": row.created_at,
        "attachableUntil": row.created_at + ATTACHABLE,
    });
    let mut response = Response::new(HttpBody::from(body.to_string()));
    *response.status_mut() = StatusCode::CREATED;
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/json"),
    );
    if let Ok(place) = HeaderValue::from_str(&format!("/files/{id}")) {
        headers.insert(header::LOCATION, place);
    }
    response
}

/// The file itself: to be saved, not shown, and kept by nobody on the way.
fn given_out(app: &App, row: &file::Model, stored: Stored) -> Response {
    let id = row.id;
    let bytes = stored
        .read(app.keys.clone())
        .inspect_err(move |error| tracing::error!(file = %id, %error, "a file broke off"));
    let mut response = Response::new(HttpBody::from_stream(bytes));
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static(media_type(row.kind)),
    );
    headers.insert(header::CONTENT_LENGTH, row.size.into());
    headers.insert(header::CONTENT_SECURITY_POLICY, SANDBOX);
    if let Ok(disposition) = HeaderValue::from_str(&disposition(row)) {
        headers.insert(header::CONTENT_DISPOSITION, disposition);
    }
    response
}

/// How a file is to be saved: under its id, and where it has a name, under that.
fn disposition(row: &file::Model) -> String {
    /// What RFC 8187 lets stand as it is, less what some systems take for something else.
    const PLAIN: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_');
    let id = id::encode(Kind::File, row.id);
    let plain = format!("attachment; filename=\"{id}.{}\"", extension(row.kind));
    match &row.name {
        Some(name) => format!(
            "{plain}; filename*=UTF-8''{}",
            utf8_percent_encode(name, PLAIN)
        ),
        None => plain,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_read_from_the_disposition() {
        let cases = [
            ("attachment", None),
            ("attachment; filename=\"a.pdf\"", Some("a.pdf")),
            (
                "attachment; filename=a.pdf; filename*=UTF-8''%E5%B0%8F%E7%BB%93.pdf",
                Some("小结.pdf"),
            ),
        ];
        for (header, name) in cases {
            let read = file_name(header).expect("it is well-formed");
            assert_eq!(read.as_deref(), name, "{header}");
        }
        for bad in [
            "attachment; filename",
            "attachment; filename*=UTF-8",
            "attachment; filename*=gbk''%D0",
            "attachment; filename*=UTF-8''%D0",
        ] {
            assert!(file_name(bad).is_err(), "{bad}");
        }
    }
}
