//! The harness itself.

use entity::{enums::Role, institution};
use reqwest::{Method, StatusCode};
use sea_orm::{
    ColumnTrait as _, EntityTrait as _, PaginatorTrait as _, QueryFilter as _, QueryTrait as _,
};

use super::{both, both_empty, world::monday_morning};

#[test]
fn every_test_finds_the_district_on_monday_morning() {
    both(async |w| {
        let institutions = institution::Entity::find().count(w.app.db.reader()).await;
        assert_eq!(institutions.expect("the table can be read"), 11);
        assert_eq!(w.now(), monday_morning());
        assert!(
            w.app
                .directory
                .now()
                .radiates(w.district().river.id, w.district().hill.id)
        );
    });
}

#[test]
fn an_empty_database_is_migrated_and_empty() {
    both_empty(async |w| {
        let pending = w.app.db.pending_migrations().await;
        assert_eq!(
            pending.expect("the database can be asked"),
            Vec::<String>::new()
        );
        assert!(w.app.directory.now().institutions.is_empty());
    });
}

#[test]
fn an_account_makes_a_partner_one_with_an_account() {
    both(async |w| {
        let (city, known) = (&w.district().city, |id| {
            w.app.directory.now().with_account.contains(&id)
        });
        assert!(!known(city.id));
        let actor = w.actor(Role::Clinician, city).await;
        assert_eq!(actor.practitioner, Some(w.district().city_doctor.id));
        assert!(known(city.id));
    });
}

#[test]
fn a_statement_that_an_index_serves_is_told_from_one_that_none_does() {
    both(async |w| {
        let by = |column: institution::Column| {
            institution::Entity::find()
                .filter(column.eq("H001"))
                .build(w.app.db.backend())
        };
        w.assert_index_serves(&by(institution::Column::Code)).await;
        let plan = w.explain(&by(institution::Column::Name)).await.join("\n");
        assert!(plan.contains("SCAN") || plan.contains("Seq Scan"), "{plan}");
    });
}

#[test]
fn a_client_reaches_the_service_over_http() {
    both(async |w| {
        let keys = w.anonymous().request(Method::GET, "/.well-known/jwks.json");
        let answer = w.anonymous().send(keys).await;
        assert_eq!(answer.status, StatusCode::OK);
        let clinician = w.client(Role::Clinician, &w.district().hill).await;
        let answer = clinician.ask("{ __typename }").await.ok();
        assert_eq!(answer.text_at("__typename"), "Query");
        assert!(answer.statements() > 0, "the token was not looked up");
    });
}
