//! Signing in with a password.

use chrono::Duration;
use entity::{
    audit,
    enums::{Action, AuditOutcome, Role},
};
use sea_orm::{ColumnTrait as _, EntityTrait as _, PaginatorTrait as _, QueryFilter as _};
use serde_json::json;

use super::{PASSWORD, SIGN_IN, VIEWER, bearer, grant, keeper, person, sign_in};
use crate::harness::both;

#[test]
fn the_right_password_begins_a_session() {
    both(async |w| {
        let county = &w.district().county;
        person(&w, "wang.wu", &[grant(Role::Coordinator, county)]).await;
        let session = sign_in(&w, "Wang.Wu ", PASSWORD).await.ok();
        assert_eq!(session.data("signIn.mustChangePassword"), false);
        assert_eq!(session.data("signIn.mustEnrolSecondFactor"), false);
        assert_eq!(*session.data("signIn.viewer.roles"), json!(["COORDINATOR"]));
        let viewer = bearer(&w, &session, "signIn").ask(VIEWER).await.ok();
        assert_eq!(viewer.text_at("viewer.account.name"), "wang.wu");
        assert_eq!(viewer.id_at("viewer.scope.institution.id"), county.id);
    });
}

#[test]
fn whatever_is_wrong_the_answer_is_the_same() {
    both(async |w| {
        person(
            &w,
            "wang.wu",
            &[grant(Role::Coordinator, &w.district().county)],
        )
        .await;
        let disabled = w.person(Role::Clinician, &w.district().county).await;
        let machine = w.person(Role::Integration, &w.district().county).await;
        let mut answers = Vec::new();
        for (username, password) in [
            ("wang.wu", "a lantern over still watef"),
            ("nobody", PASSWORD),
            ("", ""),
            ("wang.wu", &"x".repeat(5_000)),
            (&disabled.account.name, "none"),
            (&machine.account.name, "none"),
        ] {
            let refused = sign_in(&w, username, password).await;
            assert_eq!(refused.code("signIn"), "UNAUTHENTICATED", "{username}");
            answers.push(refused.error("signIn")["message"].clone());
        }
        answers.dedup();
        assert_eq!(answers.len(), 1, "{answers:?}");
        let denials = audit::Entity::find()
            .filter(audit::Column::Action.eq(Action::SignIn))
            .filter(audit::Column::Outcome.eq(AuditOutcome::Denied))
            .count(w.app.db.reader())
            .await;
        assert_eq!(denials.expect("the audit can be read"), 6);
    });
}

#[test]
fn five_failures_lock_the_account_for_a_quarter_of_an_hour() {
    both(async |w| {
        person(
            &w,
            "wang.wu",
            &[grant(Role::Coordinator, &w.district().county)],
        )
        .await;
        for _ in 0..4 {
            let refused = sign_in(&w, "wang.wu", "not the password").await;
            assert_eq!(refused.code("signIn"), "UNAUTHENTICATED");
        }
        // A success begins the count anew.
        let _ = sign_in(&w, "wang.wu", PASSWORD).await.ok();
        for _ in 0..5 {
            let refused = sign_in(&w, "wang.wu", "not the password").await;
            assert_eq!(refused.code("signIn"), "UNAUTHENTICATED");
        }
        let locked = sign_in(&w, "wang.wu", PASSWORD).await;
        assert_eq!(locked.code("signIn"), "UNAUTHENTICATED");
        w.wait(Duration::minutes(15) - Duration::seconds(1));
        let locked = sign_in(&w, "wang.wu", PASSWORD).await;
        assert_eq!(locked.code("signIn"), "UNAUTHENTICATED");
        w.wait(Duration::seconds(1));
        let _ = sign_in(&w, "wang.wu", PASSWORD).await.ok();
    });
}

#[test]
fn of_many_guesses_at_once_five_count() {
    both(async |w| {
        person(
            &w,
            "wang.wu",
            &[grant(Role::Coordinator, &w.district().county)],
        )
        .await;
        let guesses = (0..12).map(|_| sign_in(&w, "wang.wu", "not the password"));
        futures::future::join_all(guesses).await;
        let locked = sign_in(&w, "wang.wu", PASSWORD).await;
        assert_eq!(locked.code("signIn"), "UNAUTHENTICATED");
    });
}

#[test]
fn without_a_grant_that_counts_now_nobody_signs_in() {
    both(async |w| {
        let mut later = grant(Role::Clinician, &w.district().county);
        later["validFrom"] = json!("2026-03-03T08:00:00+08:00");
        let input = json!({ "username": "li.si", "displayName": "李四", "password": PASSWORD, "grants": [later] });
        let document = super::CREATE_ACCOUNT;
        let opened = keeper(&w)
            .await
            .call(document, json!({ "input": input }))
            .await
            .ok();
        assert!(opened.data("createAccount.temporaryPassword").is_null());
        let refused = sign_in(&w, "li.si", PASSWORD).await;
        assert_eq!(refused.code("signIn"), "FORBIDDEN");
        w.wait(Duration::days(1));
        let session = sign_in(&w, "li.si", PASSWORD).await.ok();
        assert_eq!(session.data("signIn.mustChangePassword"), true);
        assert_eq!(*session.data("signIn.viewer.roles"), json!([]));
    });
}

#[test]
fn one_may_name_the_grant_to_begin_with() {
    both(async |w| {
        let district = w.district();
        let grants = [
            grant(Role::Clinician, &district.county),
            grant(Role::Coordinator, &district.herbs),
        ];
        person(&w, "wang.wu", &grants).await;
        let session = sign_in(&w, "wang.wu", PASSWORD).await.ok();
        assert_eq!(
            session.id_at("signIn.viewer.scope.institution.id"),
            district.county.id
        );
        let second = session.text_at("signIn.viewer.grants.1.id");
        let begin = async |grant: &str| {
            let input = json!({ "username": "wang.wu", "password": PASSWORD, "grant": grant });
            w.anonymous().call(SIGN_IN, json!({ "input": input })).await
        };
        let there = begin(second).await.ok();
        assert_eq!(
            there.id_at("signIn.viewer.scope.institution.id"),
            district.herbs.id
        );
        let malformed = begin("acc_01h455vb4pex5vsknk084sn02q").await;
        assert_eq!(malformed.problems(), [("input.grant", "WRONG_TYPE")]);
        let foreign = begin("grt_01h455vb4pex5vsknk084sn02q").await;
        assert_eq!(foreign.code("signIn"), "FORBIDDEN");
    });
}
