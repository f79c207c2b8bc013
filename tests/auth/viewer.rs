//! Whoever asks.

use entity::enums::Role;
use serde_json::json;

use super::VIEWER;
use crate::harness::{both, people::Place};

#[test]
fn the_viewer_is_told_who_and_where_it_is_and_what_it_may_do() {
    both(async |w| {
        let county = &w.district().county;
        let clinician = w.client(Role::Clinician, county).await;
        let viewer = clinician.ask(VIEWER).await.ok();
        assert_eq!(viewer.id_at("viewer.account.id"), clinician.account);
        assert_eq!(viewer.id_at("viewer.scope.institution.id"), county.id);
        assert_eq!(*viewer.data("viewer.roles"), json!(["CLINICIAN"]));
        let actions = viewer.data("viewer.permittedActions").to_string();
        assert!(actions.contains("\"REPORT_BACK\"") && !actions.contains("\"GRANT_ROLE\""));
        let manager = w
            .client(Role::CommunityManager, &w.district().general)
            .await;
        let scope = "{ viewer { institution { id } scope { kind community { id } institution { id } region } } }";
        let viewer = manager.ask(scope).await.ok();
        assert_eq!(viewer.text_at("viewer.scope.kind"), "COMMUNITY");
        assert_eq!(
            viewer.id_at("viewer.scope.community.id"),
            w.district().general.id
        );
        assert!(viewer.data("viewer.institution").is_null());
        let regulator = w.client(Role::Regulator, "3301").await;
        let viewer = regulator.ask(scope).await.ok();
        assert_eq!(viewer.text_at("viewer.scope.region"), "3301");
        let auditor = w.client(Role::Auditor, Place::INSTALLATION).await;
        let viewer = auditor.ask(scope).await.ok();
        assert_eq!(viewer.text_at("viewer.scope.kind"), "INSTALLATION");
    });
}

#[test]
fn nobody_is_no_viewer() {
    both(async |w| {
        let answer = w.anonymous().ask(VIEWER).await;
        assert_eq!(answer.code("viewer"), "UNAUTHENTICATED");
    });
}
