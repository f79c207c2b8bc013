//! Whether the process lives, and whether it can work.

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse as _, Response},
};

use super::problem;
use crate::{app::App, db::Standing};

/// The process answers.
pub(super) async fn live() -> &'static str {
    "ok\n"
}

/// The database can be reached and has the present schema.
pub(super) async fn ready(State(app): State<App>) -> Response {
    let fault = match app.db.standing().await {
        Ok(Standing::Present) => return "ready\n".into_response(),
        Ok(standing) => standing.to_string(),
        Err(_) => "The database cannot be reached.".into(),
    };
    problem::response(StatusCode::SERVICE_UNAVAILABLE, &fault)
}
