//! Taking grants back.

use std::time::{Duration, Instant};

use entity::{account_grant, enums::Role};
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _, sea_query::Expr};
use serde_json::json;

use super::{PASSWORD, VIEWER, bearer, grant, keeper, person, sign_in, version};
use crate::harness::both;

const REVOKE: &str = "mutation ($input: RevokeGrantInput!) { revokeGrant(input: $input) { replayed grant { revokedAt } account { version } } }";

#[test]
fn a_grant_taken_back_counts_no_longer() {
    both(async |w| {
        let county = &w.district().county;
        let grants = [
            grant(Role::Clinician, county),
            grant(Role::Coordinator, county),
        ];
        person(&w, "wang.wu", &grants).await;
        let session = sign_in(&w, "wang.wu", PASSWORD).await.ok();
        let client = bearer(&w, &session, "signIn");
        let grant_at = |place: usize| {
            let path = format!("signIn.viewer.grants.{place}.id");
            session.text_at(&path).to_owned()
        };
        let keeper = keeper(&w).await;
        let revoke = async |grant: &str, version: i64| {
            let input = json!({ "grant": grant, "version": version });
            keeper.call(REVOKE, json!({ "input": input })).await
        };
        let now = version(&w, "wang.wu").await;
        let done = revoke(&grant_at(0), now).await.ok();
        assert!(done.data("revokeGrant.grant.revokedAt").is_string());
        let viewer = client.ask(VIEWER).await.ok();
        assert_eq!(*viewer.data("viewer.roles"), json!(["COORDINATOR"]));
        let again = revoke(&grant_at(0), now).await.ok();
        assert_eq!(again.data("revokeGrant.replayed"), true);
        let _ = revoke(&grant_at(1), now + 1).await.ok();
        assert_eq!(client.ask(VIEWER).await.status, 401);
    });
}

#[test]
fn a_grant_taken_back_elsewhere_counts_five_seconds_at_most() {
    both(async |w| {
        let wang = w.person(Role::Clinician, &w.district().county).await;
        let client = w.client_of(&wang).await;
        let _ = client.ask(VIEWER).await.ok();
        // As another process does it: nothing tells this one.
        let revoked = w.app.db.write(async |txn| {
            account_grant::Entity::update_many()
                .col_expr(account_grant::Column::RevokedAt, Expr::value(w.now()))
                .filter(account_grant::Column::Id.eq(wang.grant.id))
                .exec(&*txn)
                .await?;
            Ok(())
        });
        revoked.await.expect("a grant can be revoked");
        let begun = Instant::now();
        while client.ask(VIEWER).await.status != 401 {
            assert!(begun.elapsed() < Duration::from_secs(5), "it still counts");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    });
}

#[test]
fn an_institution_takes_back_what_it_could_give() {
    both(async |w| {
        let district = w.district();
        let admin = w.client(Role::InstitutionAdmin, &district.county).await;
        for (person, code) in [
            (
                w.person(Role::InstitutionAdmin, &district.county).await,
                "FORBIDDEN",
            ),
            (
                w.person(Role::Clinician, &district.herbs).await,
                "NOT_FOUND",
            ),
        ] {
            let id = api::id::encode(api::id::Kind::Grant, person.grant.id);
            let input = json!({ "grant": id, "version": 1 });
            let refused = admin.call(REVOKE, json!({ "input": input })).await;
            assert_eq!(refused.code("revokeGrant"), code);
        }
        let own = w.person(Role::Clinician, &district.county).await;
        let id = api::id::encode(api::id::Kind::Grant, own.grant.id);
        let input = json!({ "grant": id, "version": 1 });
        let _ = admin.call(REVOKE, json!({ "input": input })).await.ok();
    });
}
