//! Whether the process lives, and whether it can work.

use axum::{
    Extension,
    extract::State,
    http::StatusCode,
    response::{IntoResponse as _, Response},
};

use super::{problem, serve::Leaving};
use crate::{app::App, db::Standing};

/// The process answers.
pub(super) async fn live() -> &'static str {
    "ok\n"
}

/// The service is not about to stop, and the database can be reached and has the present schema.
pub(super) async fn ready(
    State(app): State<App>,
    Extension(leaving): Extension<Leaving>,
) -> Response {
    if leaving.is_so() {
        return problem::response(
            StatusCode::SERVICE_UNAVAILABLE,
            "The service is about to stop.",
        );
    }
    let fault = match app.db.standing().await {
        Ok(Standing::Present) => return "ready\n".into_response(),
        Ok(standing) => standing.to_string(),
        Err(_) => "The database cannot be reached.".into(),
    };
    problem::response(StatusCode::SERVICE_UNAVAILABLE, &fault)
}
